"""Objections, queries and complaints inside: the list with its lamps, and one of them for all its sides."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.access import log_view
from portal.core.rules import rule
from portal.core.time import now, today
from portal.people.history import history_of
from portal.people.lists import page_of
from procurement.awards import actions, policies, reading, rules
from procurement.awards.lifecycle import REMEDY, REMEDY_TONES
from procurement.awards.models import Remedy
from procurement.awards.views.common import refusals, steps_of, version_of
from procurement.tenders.views.desk import actor_of_page, base_of, may_see_trading, readers

YEAR_DAYS = 365


def listed(user: Any, params: Any) -> Any:
    """The remedies of the list's filters."""
    rows = Remedy.objects.visible_to(user).select_related("project", "organisation")
    kind, state = params.get("kind", ""), params.get("state", "")
    if kind in Remedy.Kind.values:
        rows = rows.filter(kind=kind)
    return rows.filter(state=state) if state in REMEDY.states else rows


@never_cache
@require_safe
@readers
def remedies(request: HttpRequest) -> HttpResponse:
    """All remedies, the latest first; by kind and state."""
    page = page_of(listed(request.user, request.GET), "-filed_at", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [
            (one, REMEDY.states[one.state].label, REMEDY_TONES[one.state], reading.lamp(one)) for one in page.rows
        ],
        "kinds": Remedy.Kind.choices,
        "states": REMEDY.states.values(),
        "kind": request.GET.get("kind", ""),
        "state": request.GET.get("state", ""),
    }
    return render(request, "awards/remedies.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def remedy(request: HttpRequest, number: str) -> HttpResponse:
    """One remedy for all its sides: who filed it reads and withdraws, who answers or decides does so here."""
    rows = Remedy.objects.visible_to(request.user)
    one = get_object_or_404(rows.select_related("project__buyer", "organisation", "lot", "prior"), number=number)
    wrong = _act(request, one) if request.method == "POST" else []
    if request.method == "POST" and not wrong:
        messages.success(request, _("Saved."))
        return redirect("awards:remedy", number)
    staff = may_see_trading(request.user)
    if staff:
        log_view(actor_of_page(request), "awards.remedy", one.pk, "remedy")
    context = {
        "base": base_of(request),
        "remedy": one,
        "tender": one.project,
        "label": REMEDY.states[one.state].label,
        "tone": REMEDY_TONES[one.state],
        "light": reading.lamp(one),
        "files": list(one.files.select_related("file")),
        "papers": reading.papers_of("awards.remedy", one.pk),
        "mine": policies.is_complainant(request.user, one),
        "steps": steps_of(REMEDY, one, request.user, request.POST),
        "suspended": one.state == "accepted" and one.suspended_until_on and one.suspended_until_on >= today(),
        "before": _without_basis(one) if staff else 0,
        "most": rule(rules.FRIVOLOUS, today()).days,
        "history": history_of(one),
        "wrong": wrong,
        "staff": staff,
        "may_penalise": one.state == "decided" and policies.may_supervise(request.user),
    }
    return render(request, "awards/remedy.html", context, status=422 if wrong else 200)


def _act(request: HttpRequest, one: Remedy) -> list[str]:
    code = request.POST.get("step", "")
    return refusals(
        lambda: actions.take_remedy_step(
            actor_of_page(request), one.number, code, request.POST, state_version=version_of(request)
        )
    )


def _without_basis(one: Remedy) -> int:
    """Complaints of this firm within twelve months that were found to be without any basis in fact."""
    since = now() - dt.timedelta(days=YEAR_DAYS)
    return Remedy.objects.filter(organisation=one.organisation_id, frivolous=True, filed_at__gte=since).count()
