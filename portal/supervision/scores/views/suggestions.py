"""Suggestions for improvement: asked for by the supervisors, answered by the department, followed up by both."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.rules import rule
from portal.core.time import today
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.views.common import posted
from portal.supervision.scores import actions, effects, policies, showing
from portal.supervision.scores.forms import AnswerForm, AskForm, MeasureForm
from portal.supervision.scores.lifecycle import PROPOSAL, PROPOSAL_TONES
from portal.supervision.scores.models import Measure, Proposal, Row, Span
from portal.supervision.scores.rules import PROPOSAL_DAYS
from portal.supervision.scores.views.common import (
    actor,
    answered,
    done,
    kept,
    readers,
    step_form,
    steps_of,
    supervisors,
    take,
)

LATE = "late"


def listed(user: Any, params: Any) -> Any:
    """The suggestions of a page: by state, or those whose answer is late."""
    rows = Proposal.objects.visible_to(user).select_related("department", "indicator", "row__edition")
    state = params.get("state", "")
    if state == LATE:
        return rows.filter(state__in=("asked", "returned"), due_on__lt=today())
    return rows.filter(state=state) if state in PROPOSAL.states else rows


@require_safe
@readers
def proposals(request: HttpRequest) -> HttpResponse:
    """All suggestions that the reader sees, the newest first."""
    page = page_of(listed(request.user, request.GET), "-asked_at", request.GET.get("cursor", ""))
    shown = [
        (one, PROPOSAL.states[one.state].label, PROPOSAL_TONES[one.state], showing.points(one.before["lost"]))
        for one in page.rows
    ]
    states = [*((one.code, one.label) for one in PROPOSAL.states.values()), (LATE, _("Answer overdue"))]
    context = {"page": page, "rows": shown, "states": states, "state": request.GET.get("state", "")}
    return render(request, "scores/proposals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@supervisors
def ask(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Ask the department of a row how it will do better in an indicator."""
    row = get_object_or_404(Row.objects.select_related("edition__scheme", "department"), pk=pk, span=Span.WEEK)
    indicator = get_object_or_404(row.edition.scheme.indicators, code=code)
    form = AskForm(posted(request), initial={"days": rule(PROPOSAL_DAYS, today()).days})
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.ask(actor(request), pk, code, text=given["asked"], days=given["days"])
        except Invalid as error:
            form.add_domain_error(error)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return done(request, "scores:proposal", made.pk, said=_("The department has been asked."))
    line = showing.lines(row, [indicator], opens=True)
    context = {"form": form, "row": row, "indicator": indicator, "line": line[0] if line else None}
    return render(request, "scores/ask.html", context, status=422 if form.errors else 200)


def _proposal(request: HttpRequest, pk: int) -> Proposal:
    names = ("department", "indicator", "row__edition", "asked_by", "answered_by")
    return get_object_or_404(Proposal.objects.visible_to(request.user).select_related(*names), pk=pk)  # type: ignore[arg-type]


def _context(request: HttpRequest, one: Proposal, faulty: Any = None) -> dict[str, Any]:
    user: Any = request.user
    effect = effects.of(one)
    steps = steps_of(PROPOSAL, one, user, without="answer", faulty=faulty)
    return {
        "proposal": one, "state": PROPOSAL.states[one.state].label, "tone": PROPOSAL_TONES[one.state],
        "before": showing.value_text(one.indicator.unit, one.before), "lost": showing.points(one.before["lost"]),
        "target": showing.amount(one.indicator.target, one.indicator.unit), "measures": list(one.measures.all()),
        "may_answer": policies.may_answer(user, one), "can_answer": one.state in PROPOSAL.transitions["answer"].sources,
        "steps": steps, "faulty": faulty, "kept": kept(steps, faulty), "effect": effect,
        "history": history_of(one),
    }  # fmt: skip


@require_safe
@readers
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked, the answer with its measures, and the indicator before and after."""
    return render(request, "scores/proposal.html", _context(request, _proposal(request, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The department's answer; what is refused stays as it was typed."""
    one = _proposal(request, pk)
    if not policies.may_answer(request.user, one):  # type: ignore[arg-type]
        raise NotAllowed()
    known = [actions.MeasureDraft(each.text, each.due_on) for each in one.measures.all()]
    initial = {"answer": one.answer, "state_version": one.state_version}
    form = AnswerForm(posted(request), known=known, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        who = actor(request, one.department_id)
        try:
            actions.answer(who, pk, given["answer"], form.measures(), state_version=given["state_version"])
        except Invalid as error:
            form.add_domain_error(error)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return done(request, "scores:proposal", pk, said=_("Your answer has been sent to the supervisors."))
        form.show_version(_proposal(request, pk).state_version)
    context = {"form": form, "proposal": one, "pairs": form.pairs()}
    return render(request, "scores/answer.html", context, status=422 if form.errors else 200)


@require_POST
@readers
def step(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Accept, send back, close, take back."""
    one = _proposal(request, pk)
    if code == "answer":
        raise NotFound()
    form = step_form(PROPOSAL, code, request)
    who = actor(request)
    if take(form, lambda given, version: actions.take_proposal_step(who, pk, code, given, state_version=version)):
        return done(request, "scores:proposal", pk, said=PROPOSAL.transitions[code].told)
    return answered(request, "scores/proposal.html", _context(request, _proposal(request, one.pk), form))


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a measure as done."""
    found = get_object_or_404(Measure.objects.select_related("proposal"), pk=pk)
    one = _proposal(request, found.proposal_id)
    if not policies.may_answer(request.user, one):  # type: ignore[arg-type]
        raise NotAllowed()
    form = MeasureForm(posted(request))
    if form.is_valid():
        try:
            actions.report_measure(actor(request, one.department_id), pk, form.cleaned_data["note"])
        except Invalid as error:
            form.add_domain_error(error)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return done(request, "scores:proposal", one.pk, said=_("The measure has been reported as done."))
    context = {
        "form": form, "title": _("Report a measure as done"), "submit": _("Report as done"), "measure": found,
        "back": reverse("scores:proposal", args=[one.pk]), "proposal": one,
    }  # fmt: skip
    return render(request, "scores/measure.html", context, status=422 if form.errors else 200)
