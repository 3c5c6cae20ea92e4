"""Accountability: the list, a proposal, and the page with confirmation, appeal and decision."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.people.history import history_of
from portal.people.lists import page_of
from portal.supervision.monitoring import actions, policies
from portal.supervision.monitoring.forms import AccountabilityForm, StepForm
from portal.supervision.monitoring.lifecycle import ACCOUNT_TONES, ACCOUNTABILITY
from portal.supervision.monitoring.listing import accountabilities_listed
from portal.supervision.monitoring.models import Accountability, Act, Sample
from portal.supervision.monitoring.reading import asked_of
from portal.supervision.monitoring.views.common import (
    acted,
    actor_of_page,
    choose_department,
    chosen_department,
    forms_of,
    people_of,
    readers,
    supervisors,
    take,
)


@require_safe
@readers
def record_list(request: HttpRequest) -> HttpResponse:
    """The records, the latest first; by department, measure and state."""
    user: Any = request.user
    page = page_of(accountabilities_listed(user, request.GET), "-proposed_at", request.GET.get("cursor", ""))
    rows = [(one, ACCOUNTABILITY.states[one.state].label, ACCOUNT_TONES[one.state]) for one in page.rows]
    context = {
        "page": page, "rows": rows, "kinds": Accountability.Measure.choices, "states": ACCOUNTABILITY.states.values(),
        "asked": asked_of(user, request.GET), "kind": request.GET.get("kind", ""),
        "state": request.GET.get("state", ""), "may_supervise": policies.may_supervise(user),
    }  # fmt: skip
    return render(request, "monitoring/accountabilities.html", context)


def _named(request: HttpRequest, name: str, model: Any) -> Any:
    """The act or sample that the address says the proposal rests on."""
    text = (request.POST if request.method == "POST" else request.GET).get(name, "")
    return model.objects.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 19 else None


@require_http_methods(["GET", "HEAD", "POST"])
@supervisors
def new(request: HttpRequest) -> HttpResponse:
    """Propose a measure against a unit or a person."""
    department = chosen_department(request)
    if department is None:
        return choose_department(request, _("Propose accountability"))
    act, sample = _named(request, "act", Act), _named(request, "sample", Sample)
    data = request.POST if request.method == "POST" else None
    initial = {"person": act.person_id if act else None, "ground": sample.ground if sample else ""}
    form = AccountabilityForm(data, initial=initial, people=people_of(department))

    def propose() -> HttpResponse:
        draft = actions.AccountabilityDraft(department=department, act=act, sample=sample, **form.cleaned_data)
        made = actions.propose(actor_of_page(request), draft)
        messages.success(request, _("The measure has been proposed. Somebody else confirms it."))
        return redirect("monitoring:accountability", made.pk)

    context = {"form": form, "department": department, "act": act, "sample": sample}
    return acted(request, form, propose) or render(
        request, "monitoring/accountability_new.html", context, status=422 if form.errors else 200
    )


@require_safe
@login_required
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record; who is concerned reads it too."""
    return _page(request, pk)


def _page(request: HttpRequest, pk: int, faulty: StepForm | None = None) -> HttpResponse:
    user: Any = request.user
    people = (
        "department",
        "person",
        "proposed_by",
        "confirmed_by",
        "appealed_by",
        "decided_by",
        "revoked_by",
        "act",
        "sample",
    )
    one = get_object_or_404(Accountability.objects.visible_to(user).select_related(*people), pk=pk)
    context = {
        "record": one, "label": ACCOUNTABILITY.states[one.state].label, "tone": ACCOUNT_TONES[one.state],
        **forms_of(ACCOUNTABILITY, one, user, faulty), "history": history_of(one),
        "on_board": policies.may_see_lamps(user),
    }  # fmt: skip
    return render(request, "monitoring/accountability.html", context, status=422 if faulty else 200)


@require_POST
@login_required
def step(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Confirm, decline, appeal, uphold, lift, revoke."""
    get_object_or_404(Accountability.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]
    return take(
        request, ACCOUNTABILITY, code, actions.take_record_step, pk, "monitoring:accountability",
        lambda form: _page(request, pk, form),
    )  # fmt: skip
