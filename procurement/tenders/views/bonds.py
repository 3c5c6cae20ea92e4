"""Bid bonds: the trading centre's list with its lamps, the report of old ones, and one bond for firm and centre."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.errors import DomainError
from portal.core.rules import rule
from portal.core.statistics import period
from portal.core.time import today
from portal.people.history import history_of
from portal.people.lists import page_of
from procurement.tenders import actions
from procurement.tenders.actions.bonds import interest_of
from procurement.tenders.lifecycle import BOND, BOND_TONES
from procurement.tenders.measures import TENDER_MEASURES
from procurement.tenders.models import Bond
from procurement.tenders.models.bond import OPEN
from procurement.tenders.rules import OLD_BOND, REFUND_AMBER
from procurement.tenders.views.desk import actor_of_page, base_of, may_see_trading, readers, refusals_of

FIRST_DAY = dt.date(2000, 1, 1)
MOST = 500
UNDECIDED = "undecided"  # in the filter beside the states


def light_of(bond: Bond, amber_days: int) -> str:
    """The lamp of a bond that is to go back; none for all others."""
    if bond.state != "due_back" or bond.due_on is None:
        return ""
    if bond.due_on < today():
        return "red"
    return "amber" if (bond.due_on - today()).days <= amber_days else "green"


def listed(user: Any, params: QueryDict) -> "QuerySet[Bond]":
    """The bonds in a state, or those on which something is to be decided; page and export read the same."""
    rows = Bond.objects.visible_to(user).select_related("lot__project", "organisation")
    state = params.get("state", "")
    if state == UNDECIDED:
        return rows.filter(state__in=OPEN).exclude(undecided="")
    return rows.filter(state=state) if state in BOND.states else rows


def old_ones(user: Any) -> "QuerySet[Bond]":
    """Those still here long after the opening."""
    before = today() - dt.timedelta(days=rule(OLD_BOND, today()).days)
    rows = Bond.objects.visible_to(user).filter(
        state__in=("held", "due_back"), lot__project__deadline_at__date__lt=before
    )
    return rows.select_related("lot__project", "organisation")


@never_cache
@require_safe
@readers
def bonds(request: HttpRequest) -> HttpResponse:
    """Bonds by state: those to go back first by their day, all others the latest first."""
    state = request.GET.get("state", "")
    rows = listed(request.user, request.GET)
    order = "due_on" if state == "due_back" else "-declared_at"
    page = page_of(rows, order, request.GET.get("cursor", ""))
    amber = rule(REFUND_AMBER, today()).days
    shown = [(one, BOND.states[one.state].label, BOND_TONES[one.state], light_of(one, amber)) for one in page.rows]
    context = {"page": page, "rows": shown, "states": BOND.states.values(), "state": state}
    return render(request, "tenders/bonds.html", context)


@never_cache
@require_safe
@readers
def old(request: HttpRequest) -> HttpResponse:
    """The clean-up report: bonds still held long after the opening, and the service fees that were not charged."""
    held = old_ones(request.user)
    rows = list(held.order_by("held_on", "pk")[:MOST])
    year = dt.date(today().year, 1, 1)
    context = {
        "rows": [(one, (today() - one.held_on).days if one.held_on else 0) for one in rows],
        "total": held.aggregate(total=Sum("amount_fen"))["total"] or 0,
        "days": rule(OLD_BOND, today()).days,
        "waived_year": _waived(year),
        "waived_all": _waived(FIRST_DAY),
        "year": year.year,
    }
    return render(request, "tenders/bonds_old.html", context)


def _waived(first: dt.date) -> int:
    """The waived fees from a day on, from the cells."""
    sums = period(TENDER_MEASURES, "category", first, today(), figures=("tenders_waived_fen",))
    return sum(row.get("tenders_waived_fen", 0) for row in sums.values())


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def bond_one(request: HttpRequest, bond_id: int) -> HttpResponse:
    """One bond: the firm reads, the trading centre settles."""
    user: Any = request.user
    rows = Bond.objects.visible_to(user).select_related("lot__project", "organisation")
    one = get_object_or_404(rows, pk=bond_id)
    wrong = _act(request, one) if request.method == "POST" else []
    if request.method == "POST" and not wrong:
        messages.success(request, _("Saved."))
        return redirect("tenders:bond-one", bond_id)
    context = {
        "base": base_of(request),
        "bond": one,
        "label": BOND.states[one.state].label,
        "tone": BOND_TONES[one.state],
        "light": light_of(one, rule(REFUND_AMBER, today()).days),
        "interest": one.interest_fen if one.ended_on else interest_of(one, today()),
        "steps": BOND.offered(one, user),
        "history": history_of(one),
        "wrong": wrong,
        "typed": request.POST,
        "staff": may_see_trading(user),
    }
    return render(request, "tenders/bond.html", context, status=422 if wrong else 200)


def _act(request: HttpRequest, one: Bond) -> list[str]:
    code = request.POST.get("step", "")
    if code not in BOND.transitions:
        return [_("Please choose one of the answers.")]
    try:
        version = int(request.POST.get("state_version") or -1)
        actions.settle_bond(actor_of_page(request), one.pk, code, request.POST, state_version=version)
    except (DomainError, ValueError) as error:
        return refusals_of(error, BOND.transitions[code])
    return []
