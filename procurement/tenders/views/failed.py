"""The pages of failed lots: the list of those to be decided, and one lot with the steps that the reader can take."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.calendar import workdays
from portal.core.clock import Amber
from portal.core.errors import DomainError
from portal.core.rules import amber, rule
from portal.core.time import today
from portal.core.workdays import WorkdayIndex
from portal.people.history import history_of
from portal.people.lists import page_of
from procurement.tenders import actions
from procurement.tenders.lifecycle import FAILED_LOT, FAILED_LOT_TONES
from procurement.tenders.models import FailedLot, Project
from procurement.tenders.rules import FAILED_LOT_DAYS, FAILED_TWICE, NEGOTIATION_LEFT
from procurement.tenders.views.desk import actor_of_page, base_of, may_see_trading, readers, refusals_of

ROWS = FailedLot.objects.select_related("lot__project__buyer", "lot__project__agency", "lot__repeats", "decided_by")


Light = Callable[[FailedLot], str]


def lights() -> Light:
    """Reads the lamp of a lot that waits for its decision, none for all others: calendar and rule are asked once."""
    on, days, turns = today(), workdays(), amber(today())
    return lambda failed: _light(failed, on, days, turns)


def _light(failed: FailedLot, on: dt.date, days: WorkdayIndex, turns: Amber) -> str:
    if FAILED_LOT.states[failed.state].ended:
        return ""
    if failed.due_on < on:
        return "red"
    given, left = (days.between(day, failed.due_on) for day in (failed.failed_on, on))
    return "amber" if left <= turns.days_left(given) else "green"


def listed(user: Any, params: QueryDict) -> "QuerySet[FailedLot]":
    """The failed lots in a state, or all; page and export read the same."""
    rows = ROWS.filter(pk__in=FailedLot.objects.visible_to(user).values("pk"))
    state = params.get("state", "")
    return rows.filter(state=state) if state in FAILED_LOT.states else rows


@never_cache
@require_safe
@readers
def listing(request: HttpRequest) -> HttpResponse:
    """Failed lots by state, the one that waits longest first."""
    state = request.GET.get("state", "")
    page = page_of(listed(request.user, request.GET), "due_on", request.GET.get("cursor", ""))
    light_of, states = lights(), FAILED_LOT.states
    shown = [(one, states[one.state].label, FAILED_LOT_TONES[one.state], light_of(one)) for one in page.rows]
    context = {"page": page, "rows": shown, "states": FAILED_LOT.states.values(), "state": state}
    return render(request, "tenders/failed_lots.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, number: str, lot: int) -> HttpResponse:
    """One failed lot: why, how often, and what is to become of it."""
    user: Any = request.user
    rows = ROWS.filter(pk__in=FailedLot.objects.visible_to(user).values("pk"))
    one = get_object_or_404(rows, lot__project__number=number, lot__number=lot)
    wrong = _act(request, one) if request.method == "POST" else []
    if request.method == "POST" and not wrong:
        messages.success(request, _("Saved."))
        return redirect("tenders:failed-lot", number, lot)
    context = {
        "base": base_of(request),
        "failed": one,
        "label": FAILED_LOT.states[one.state].label,
        "tone": FAILED_LOT_TONES[one.state],
        "light": lights()(one),
        "again": Project.objects.managed_by(user).filter(lots__repeats=one.lot_id).first(),
        "rules": [rule(code, one.failed_on) for code in (FAILED_TWICE, NEGOTIATION_LEFT, FAILED_LOT_DAYS)],
        "steps": FAILED_LOT.offered(one, user),
        "history": history_of(one),
        "wrong": wrong,
        "typed": request.POST,
        "staff": may_see_trading(user),
    }
    return render(request, "tenders/failed_lot.html", context, status=422 if wrong else 200)


def _act(request: HttpRequest, one: FailedLot) -> list[str]:
    """Take the step that was sent; what is wrong with it, in words."""
    code = request.POST.get("step", "")
    if code not in FAILED_LOT.transitions:
        return [_("Please choose one of the answers.")]
    try:
        version = int(request.POST.get("state_version") or -1)
        actions.settle_failed_lot(actor_of_page(request), one.pk, code, request.POST, state_version=version)
    except (DomainError, ValueError) as error:
        return refusals_of(error, FAILED_LOT.transitions[code])
    return []
