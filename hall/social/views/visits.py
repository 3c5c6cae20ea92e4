"""The centre's pages of visits: the list with the year's figures, the plan, one visit with its draw and reports."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hall.patrols.lifecycle import FINDING, TONES
from hall.patrols.measures import social_sums
from hall.patrols.models import Finding
from hall.social import actions, policies
from hall.social.actions.drawing import party_of
from hall.social.forms import CallOffForm, CommitForm, PlanForm, PublishForm, RevealForm
from hall.social.lifecycle import VISIT, VISIT_TONES
from hall.social.models import Visit
from hall.social.reading import categories_of, left_out, report_rows, seats_of
from hall.social.views.common import acted, actor_of_page, managers, one_form, readers
from portal.core.access import log_view
from portal.core.statistics.blocks import Scope
from portal.core.time import today
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.views.common import posted

STEPS: dict[str, Any] = {"commit": CommitForm, "reveal": RevealForm, "publish": PublishForm, "fail": CallOffForm}


@never_cache
@require_safe
@readers
def visits(request: HttpRequest) -> HttpResponse:
    """The visits, the latest first, and what the year's findings came to."""
    state = request.GET.get("state", "")
    rows = Visit.objects.visible_to(request.user).defer("pool", "orders", "gone")
    if state in VISIT.states:
        rows = rows.filter(state=state)
    page = page_of(rows, "-frozen_at", request.GET.get("cursor", ""))
    context = {
        "page": page, "state": state, "states": VISIT.states.values(),
        "rows": [(one, VISIT.states[one.state].label, VISIT_TONES[one.state]) for one in page.rows],
        "sums": social_sums(Scope(today().replace(month=1, day=1), today(), today())),
        "may_manage": policies.may_manage(request.user),
    }  # fmt: skip
    return render(request, "social/visits.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@managers
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a visit and freeze its pool."""
    form = PlanForm(posted(request))

    def act() -> HttpResponse:
        made = actions.freeze(actor_of_page(request), form.draft())
        messages.success(
            request, _("The pool is frozen, and its digest is public. Both parties were asked for their seeds.")
        )
        return redirect("social:visit", made.number)

    return one_form(
        request, form, act, title=_("Plan a visit"), submit=_("Freeze the pool"), back=reverse("social:visits"),
        intro=_("Who goes is drawn. Units and day become public only with the report."),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
@readers
def visit(request: HttpRequest, number: str) -> HttpResponse:
    """One visit: what is sealed and revealed, who goes, what they reported, and the next step."""
    one = get_object_or_404(Visit.objects.visible_to(request.user).select_related("frozen_by"), number=number)
    step = request.POST.get("step", "")
    form = STEPS[step](request.POST) if step in STEPS else None
    if form is not None and form.is_valid() and acted(form, lambda: _take(request, one, step, form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("social:visit", number)
    refused = request.method == "POST"
    return render(request, "social/visit.html", _context(request, one, step, form), status=422 if refused else 200)


def _take(request: HttpRequest, one: Visit, step: str, data: dict[str, Any]) -> Any:
    actor, version = actor_of_page(request), data["state_version"]
    if step == "commit":
        return actions.commit(actor, one.pk, data["commitment"], state_version=version)
    if step == "reveal":
        return actions.reveal(actor, one.pk, data["seed"], state_version=version)
    if step == "publish":
        return actions.publish(actor, one.pk, summary=data["summary"], state_version=version)
    return actions.call_off(actor, one.pk, note=data["note"], state_version=version)


def _context(request: HttpRequest, one: Visit, step: str, form: Any) -> dict[str, Any]:
    user: Any = request.user
    one.refresh_from_db(fields=["state", "state_version", "short_of", "reveal_by", "note", "gone", "orders"])
    if one.state in ("drawn", "published") and one.names_open:
        log_view(actor_of_page(request), "social.visit", one.pk, "visit_seats")
    findings = Finding.objects.filter(on_visit__seat__visit=one).select_related("area", "department").order_by("pk")
    return {
        "visit": one, "label": VISIT.states[one.state].label, "tone": VISIT_TONES[one.state],
        "party": party_of(user, one) if policies.gives_seed(user, one) else "", "seeds": list(one.seeds.all()),
        "forms": _forms(user, one, step, form), "problem": form if form is not None and form.errors else None,
        "places": categories_of(one), "candidates": len(one.pool["candidates"]), "left_out": left_out(one),
        "units": list(one.departments.all()), "areas": list(one.areas.all()), "seats": seats_of(one, one.names_open),
        "reports": report_rows(one), "history": history_of(one),
        "findings": [(row, FINDING.states[row.state].label, TONES[row.state]) for row in findings],
    }  # fmt: skip


def _forms(user: Any, one: Visit, step: str, form: Any) -> dict[str, Any]:
    """The steps that the reader can take now, and the one that was refused with what was typed."""
    offered = {transition.code for transition in VISIT.offered(one, user)}
    if offered & {"commit", "reveal"}:
        mine = one.seeds.filter(party=party_of(user, one)).first()
        if mine is not None:
            offered -= {"commit"} if not mine.seed else {"commit", "reveal"}
    kept = {step} if form is not None else set()
    return {
        code: form if code in kept else STEPS[code](initial={"state_version": one.state_version})
        for code in STEPS
        if code in offered | kept
    }
