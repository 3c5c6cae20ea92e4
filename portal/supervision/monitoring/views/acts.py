"""Orders, explanations and corrections: the list, issuing one, its page with the steps."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.lamps import Lamp, LampScope, lamp_of, stream
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.models import Department
from portal.supervision.monitoring import actions, papers, policies
from portal.supervision.monitoring.actions.acts import MOST_LAMPS, most_days
from portal.supervision.monitoring.forms import ActForm, StepForm
from portal.supervision.monitoring.lifecycle import ACT, ACT_TONES
from portal.supervision.monitoring.listing import acts_listed, span_asked
from portal.supervision.monitoring.models import Act
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
def act_list(request: HttpRequest) -> HttpResponse:
    """What was asked of units, the latest first; by department, kind and state."""
    user: Any = request.user
    page = page_of(acts_listed(user, request.GET), "-issued_at", request.GET.get("cursor", ""))
    context = {
        "page": page, "rows": [(one, ACT.states[one.state].label, ACT_TONES[one.state]) for one in page.rows],
        "kinds": Act.Kind.choices, "states": ACT.states.values(), "asked": asked_of(user, request.GET),
        "kind": request.GET.get("kind", ""), "state": request.GET.get("state", ""),
        "may_supervise": policies.may_supervise(user), "span": span_asked(request.GET),
        "by": "answered" if request.GET.get("by") == "answered" else "issued",
    }  # fmt: skip
    return render(request, "monitoring/acts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@supervisors
def new(request: HttpRequest) -> HttpResponse:
    """Issue an order or ask for an explanation, with the lamps that it is about."""
    department = chosen_department(request)
    if department is None:
        return choose_department(request, _("Issue an order or ask for an explanation"))
    named = (request.POST if request.method == "POST" else request.GET).getlist("lamp")[:MOST_LAMPS]
    lamps = [lamp for lamp in (lamp_of(ident, LampScope()) for ident in dict.fromkeys(named)) if lamp]
    initial = {
        "person": lamps[0].person_id if len({one.person_id for one in lamps}) == 1 else None,
        "title": " ".join(filter(None, (str(lamps[0].source.title), lamps[0].number))) if lamps else "",
    }  # fmt: skip
    data = request.POST if request.method == "POST" else None
    form = ActForm(data, initial=initial, people=people_of(department))

    def act() -> HttpResponse:
        draft = actions.ActDraft(department=department, lamps=[one.ident for one in lamps], **form.cleaned_data)
        made = actions.issue(actor_of_page(request), draft)
        messages.success(request, _("It has been issued, and the unit was told."))
        return redirect("monitoring:act", made.pk)

    context = {"form": form, "department": department, "lamps": _offered(lamps, department)}
    return acted(request, form, act) or render(
        request, "monitoring/act_new.html", context, status=422 if form.errors else 200
    )


def _offered(named: list[Lamp], department: Department) -> list[tuple[Lamp, bool]]:
    """The lamps that the page named, ticked, and those of the unit that burn longest."""
    chosen = {one.ident for one in named}
    burning, _next = stream(LampScope(departments=(department.pk,)), limit=MOST_LAMPS)
    return [(one, True) for one in named] + [(one, False) for one in burning if one.ident not in chosen]


@require_safe
@readers
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One act with its letter, its lamps, the reply and the next steps."""
    return _page(request, pk)


def _page(request: HttpRequest, pk: int, faulty: StepForm | None = None) -> HttpResponse:
    user: Any = request.user
    rows = Act.objects.visible_to(user).select_related("department", "person", "issued_by", "replied_by")
    one = get_object_or_404(rows, pk=pk)
    context = {
        "act": one, "label": ACT.states[one.state].label, "tone": ACT_TONES[one.state],
        "subjects": one.subjects.all(), "paper": papers.paper_of(one),
        "history": history_of(one), **forms_of(ACT, one, user, faulty, most=most_days(one.kind)),
        "accountabilities": one.accountabilities.visible_to(user), "may_supervise": policies.may_supervise(user),
    }  # fmt: skip
    return render(request, "monitoring/act.html", context, status=422 if faulty else 200)


@require_POST
@readers
def step(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Receive, reply, accept, send back, reject, withdraw."""
    get_object_or_404(Act.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]
    return take(request, ACT, code, actions.take_act_step, pk, "monitoring:act", lambda form: _page(request, pk, form))
