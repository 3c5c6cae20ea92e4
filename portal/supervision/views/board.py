"""The board, the page of one department and of one item, the lists behind the figures, and reminders."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from approvals.cases.figures import NAMES
from approvals.cases.lifecycle import CASE
from approvals.cases.lights import light_of
from approvals.cases.models import Channel, Kind
from portal.core.calendar import workdays
from portal.core.errors import NotAllowed, NotFound, WrongState
from portal.core.time import today
from portal.people.actors import actor_for
from portal.people.roles import Role
from portal.supervision import drilldown, filters, periods, policies
from portal.supervision.actions import remind
from portal.supervision.board import board_of
from portal.supervision.filters import Asked
from portal.supervision.ranking import SORTS


def _reader(request: HttpRequest) -> Any:
    """The person, when the board is for them. Raises NotAllowed."""
    if not policies.may_see_board(request.user):  # type: ignore[arg-type]
        raise NotAllowed()
    return request.user


def _board_page(request: HttpRequest, asked: Asked, *, place: str = "") -> HttpResponse:
    """The page of the centre, of a department, of an item: one template, one set of figures."""
    scope = asked.scope
    board = board_of(asked, with_load=place == "department")
    context = {
        "board": board,
        "load": board.load,
        "place": place,
        "asked": asked,
        "scope": scope,
        "periods": periods.NAMES,
        "comparisons": periods.COMPARISONS,
        "departments": filters.tree(scope.known, scope.department.pk if scope.department else None),
        "channels": Channel,
        "kinds": Kind,
        "sorts": SORTS,
        "fresh": scope.fresh,
        "may_remind": policies.may_remind(request.user),  # type: ignore[arg-type]
        "minimum": scope.sample,
    }
    return render(request, "supervision/board.html", context, status=422 if asked.problems else 200)


@login_required
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Six figures with their change, trend, composition, ranking, balance, warnings; each opens its cases."""
    return _board_page(request, filters.asked_of(_reader(request), request.GET))


@login_required
@require_GET
def department(request: HttpRequest, code: str) -> HttpResponse:
    """The same for one department with all below it, and how its people and windows are loaded."""
    user = _reader(request)
    query = request.GET.copy()
    query["department"] = ""
    asked = filters.within(filters.asked_of(user, query), filters.plain(code))
    if asked.scope.department is None:
        raise NotFound()
    return _board_page(request, asked, place="department")


@login_required
@require_GET
def item(request: HttpRequest, code: str) -> HttpResponse:
    """The same for one item: its promise beside what it really takes."""
    user = _reader(request)
    query = request.GET.copy()
    query["item"] = filters.plain(code)
    asked = filters.asked_of(user, query)
    if asked.scope.item is None or asked.scope.item.code != query["item"]:
        raise NotFound()
    return _board_page(request, asked, place="item")


@login_required
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The cases behind a figure, the newest first."""
    scope = filters.scope_of(_reader(request), request.GET)
    asked = drilldown.wanted(request.GET, scope)
    page = drilldown.page_of(asked, request.GET.get("cursor", ""))
    index, day = workdays(), today()
    context = {
        "asked": asked,
        "scope": scope,
        "title": asked.title,
        "figures": NAMES,
        "states": CASE.states,
        "channels": Channel,
        "kinds": Kind,
        "departments": filters.tree(scope.known, scope.department.pk if scope.department else None),
        "page": page,
        "rows": [(case, light_of(case, index, day)) for case in page.cases],
        "fresh": scope.fresh,
    }
    return render(request, "supervision/cases.html", context)


@login_required
@require_POST
def remind_unit(request: HttpRequest, number: str) -> HttpResponse:
    """Remind clerk and head of a case, and go back to where the button was."""
    try:
        remind(actor_for(request, Role.SUPERVISOR), number)
        messages.success(request, _("The clerk and the head of the department have been reminded."))
    except WrongState as error:
        messages.error(request, error.message)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = reverse("supervision:board")
    return redirect(back)
