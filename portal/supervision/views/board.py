"""The board, the lists behind its figures, and reminders."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from approvals.cases.figures import NAMES, behind
from approvals.cases.lights import light_of
from portal.core.calendar import workdays
from portal.core.errors import NotAllowed, NotFound, WrongState
from portal.core.models import DirtyKey
from portal.core.time import now, today
from portal.people.actors import actor_for
from portal.people.models import Department
from portal.people.roles import Role
from portal.supervision import periods, policies
from portal.supervision.actions import remind
from portal.supervision.board import board_of

PAGE = 30


def _scope(request: HttpRequest) -> tuple[frozenset[int] | None, int | None]:
    """The departments that the person sees, narrowed to the chosen one; 403 for everybody else."""
    user: Any = request.user
    if not policies.may_see_board(user):
        raise NotAllowed()
    allowed = policies.departments_on_board(user)
    text = request.GET.get("department", "")
    wanted = int(text) if text.isdigit() else None
    if wanted is not None and (allowed is None or wanted in allowed):
        return frozenset({wanted}), wanted
    return allowed, None


@login_required
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Six figures, trend, composition, warnings, ranking; each opens its cases."""
    departments, wanted = _scope(request)
    chosen, sensible = periods.chosen(request.GET)
    user: Any = request.user
    allowed = policies.departments_on_board(user)
    rows = Department.objects.filter(closed_on__isnull=True)
    context = {
        "board": board_of(chosen, departments),
        "period": chosen,
        "sensible": sensible,
        "periods": periods.NAMES,
        "departments": list(rows if allowed is None else rows.filter(pk__in=allowed)),
        "department": wanted,
        "moment": now(),
        "pending": DirtyKey.objects.exists(),
        "may_remind": policies.may_remind(user),
    }
    return render(request, "supervision/board.html", context, status=200 if sensible else 422)


@login_required
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The cases behind a figure, the newest first."""
    departments, _wanted = _scope(request)
    figure = request.GET.get("figure", "open")
    if figure not in NAMES:
        raise NotFound()
    first, last = _day(request.GET.get("from", "")), _day(request.GET.get("to", ""))
    rows = behind(figure, first=first, last=last, departments=departments).order_by("-pk")
    cursor = request.GET.get("cursor", "")
    if cursor.isdigit():
        rows = rows.filter(pk__lt=int(cursor))
    found = list(rows.select_related("item", "department", "staff")[: PAGE + 1])
    index, day = workdays(), today()
    context = {
        "figure": NAMES[figure],
        "first": first,
        "last": last,
        "rows": [(case, light_of(case, index, day)) for case in found[:PAGE]],
        "next": str(found[PAGE - 1].pk) if len(found) > PAGE else None,
    }
    return render(request, "supervision/cases.html", context)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return today()


@login_required
@require_POST
def remind_unit(request: HttpRequest, number: str) -> HttpResponse:
    """Remind clerk and head of a case."""
    try:
        remind(actor_for(request, Role.SUPERVISOR), number)
        messages.success(request, _("The clerk and the head of the department have been reminded."))
    except WrongState as error:
        messages.error(request, error.message)
    return redirect("supervision:board")
