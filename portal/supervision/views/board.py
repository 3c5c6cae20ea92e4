"""The board, the lists behind its figures, and reminders."""

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
from approvals.cases.models import Channel
from portal.core.calendar import workdays
from portal.core.errors import NotAllowed, WrongState
from portal.core.time import today
from portal.people.actors import actor_for
from portal.people.models import Department
from portal.people.roles import Role
from portal.supervision import drilldown, periods, policies
from portal.supervision.actions import remind
from portal.supervision.board import MINIMUM_SAMPLE, board_of
from portal.supervision.freshness import freshness

Scope = tuple[frozenset[int] | None, dict[int, Department], int | None]


def _scope(request: HttpRequest) -> Scope:
    """The departments that the person sees, narrowed to the chosen one; all of them by key; the chosen one.

    403 for everybody else.
    """
    user: Any = request.user
    if not policies.may_see_board(user):
        raise NotAllowed()
    allowed = policies.departments_on_board(user)
    rows = Department.objects.all() if allowed is None else Department.objects.filter(pk__in=allowed)
    known = {one.pk: one for one in rows}
    text = request.GET.get("department", "")
    wanted = int(text) if text.isdecimal() else None
    if wanted is not None and wanted in known:
        return frozenset({wanted}), known, wanted
    return allowed, known, None


@login_required
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Six figures, trend, composition, warnings, ranking; each opens its cases."""
    departments, known, wanted = _scope(request)
    chosen, sensible = periods.chosen(request.GET)
    user: Any = request.user
    context = {
        "board": board_of(chosen, departments, known),
        "period": chosen,
        "typed": None if sensible else {name: request.GET.get(name, "") for name in ("from", "to")},
        "periods": periods.NAMES,
        "departments": [one for one in known.values() if one.closed_on is None or one.pk == wanted],
        "department": wanted,
        "fresh": freshness(),
        "may_remind": policies.may_remind(user),
        "minimum": MINIMUM_SAMPLE,
    }
    return render(request, "supervision/board.html", context, status=200 if sensible else 422)


@login_required
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The cases behind a figure, the newest first."""
    departments, known, wanted = _scope(request)
    asked = drilldown.wanted(request.GET, departments)
    page = drilldown.page_of(asked, request.GET.get("cursor", ""))
    index, day = workdays(), today()
    context = {
        "asked": asked,
        "title": NAMES[asked.figure],
        "figures": NAMES,
        "states": CASE.states,
        "channels": Channel,
        "departments": list(known.values()) if len(known) > 1 else [],
        "department": wanted,
        "page": page,
        "rows": [(case, light_of(case, index, day)) for case in page.cases],
        "fresh": freshness(),
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
