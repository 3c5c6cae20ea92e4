"""Suggestions for improvement: asked for, answered with measures, judged, carried out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now, today
from portal.supervision.scores import policies
from portal.supervision.scores.lifecycle import LONGEST_LIMIT, OPEN_STATES, PROPOSAL
from portal.supervision.scores.models import Indicator, Measure, Proposal, Row, Span
from portal.supervision.scores.notices import tell_asked, tell_late, tell_measure_late, tell_step

MOST_MEASURES = 10
LONGEST_MEASURE, LONGEST_TEXT, LONGEST_NOTE = 300, 2000, 500
LONGEST_PLAN = 366  # days: later than that is no measure
TOLD_FOR = dt.timedelta(days=14)  # how long after its day something late is looked for; each is told once


@dataclass(frozen=True)
class MeasureDraft:
    """What will be done, and by when."""

    text: str
    due_on: dt.date


@action
def ask(actor: Actor, row_id: int, code: str, *, text: str, days: int) -> Proposal:
    """Ask the department of a row how it will do better in an indicator; `days` are working days.

    Raises NotFound, NotAllowed, WrongState when nothing was lost or a suggestion is open, Invalid.
    """
    row = Row.objects.select_related("edition__scheme", "department").filter(pk=row_id, span=Span.WEEK).first()
    if actor.user is None or row is None or not policies.may_see_edition(actor.user, row.edition):
        raise NotFound()
    if not policies.may_supervise(actor.user):
        raise NotAllowed()
    part = row.part(code)
    indicator = Indicator.objects.filter(scheme=row.edition.scheme_id, code=code).first()
    if part is None or indicator is None:
        raise NotFound()
    if not part["lost"]:
        raise WrongState(_("The department lost no points here."))
    wrong: dict[str, type_of_message] = {}
    if not text.strip():
        wrong["asked"] = _("Please say what you ask for.")
    if not 1 <= days <= LONGEST_LIMIT:
        wrong["days"] = gettext("Please give between %(a)s and %(b)s days.") % {"a": 1, "b": LONGEST_LIMIT}
    if wrong:
        raise Invalid(fields=wrong)
    # The edition's row serialises who asks the same at once.
    db.lock_row(type(row.edition).objects.all(), row.edition_id)
    open_ones = Proposal.objects.filter(department=row.department_id, state__in=OPEN_STATES)
    if open_ones.filter(indicator__code=code).exists():
        raise WrongState(_("A suggestion for this indicator is being worked on already."))
    proposal = Proposal(
        row=row, department=row.department, indicator=indicator, before=part, asked=text.strip()[:LONGEST_TEXT],
        asked_by=actor.user, asked_at=now(), due_on=workdays().add(today(), days),
    )  # fmt: skip
    proposal.save()
    record(
        proposal, "suggestion.asked", actor, to_state=proposal.state,
        data={"indicator": code, "due_on": proposal.due_on.isoformat(), "lost": part["lost"]},
    )  # fmt: skip
    tell_asked(proposal)
    return proposal


@action
def answer(
    actor: Actor, proposal_id: int, text: str, measures: Sequence[MeasureDraft], *, state_version: int
) -> Proposal:
    """The department's answer with its measures, which take the place of earlier ones.

    Raises NotFound, Invalid and what the lifecycle raises.
    """
    proposal = _locked(actor, proposal_id)
    step = PROPOSAL.begin(proposal, "answer", actor, {"answer": text}, state_version=state_version)
    if wrong := _faults(measures):
        raise Invalid(fields=wrong)
    before, after = step.apply()
    proposal.save()
    proposal.measures.all().delete()
    Measure.objects.bulk_create(
        Measure(proposal=proposal, position=place, text=one.text.strip(), due_on=one.due_on)
        for place, one in enumerate(measures, 1)
    )
    record(proposal, "suggestion.answer", actor, from_state=before, to_state=after, data={"measures": len(measures)})
    tell_step(proposal, "answer")
    return proposal


def _faults(measures: Sequence[MeasureDraft]) -> dict[str, type_of_message]:
    if not measures:
        return {"measures": _("Please name at least one measure with its date.")}
    if len(measures) > MOST_MEASURES:
        return {"measures": gettext("At most %(n)s measures, please.") % {"n": MOST_MEASURES}}
    last = today() + dt.timedelta(days=LONGEST_PLAN)
    for one in measures:
        if not one.text.strip() or len(one.text.strip()) > LONGEST_MEASURE:
            return {"measures": gettext("A measure has between 1 and %(n)s characters.") % {"n": LONGEST_MEASURE}}
        if not today() <= one.due_on <= last:
            return {"measures": gettext("A measure is due between today and %(day)s.") % {"day": last}}
    return {}


@action
def take_proposal_step(
    actor: Actor, proposal_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int
) -> Proposal:
    """Accept, send back, close, take back. Raises NotFound and what the lifecycle raises."""
    proposal = _locked(actor, proposal_id)
    if code not in PROPOSAL.transitions or code == "answer":
        raise NotFound()
    step = PROPOSAL.begin(proposal, code, actor, inputs, state_version=state_version)
    before, after = step.apply()
    proposal.save()
    record(proposal, f"suggestion.{code}", actor, from_state=before, to_state=after, data=dict(step.data))
    tell_step(proposal, code)
    return proposal


@action
def report_measure(actor: Actor, measure_id: int, note: str) -> Measure:
    """The department reports a measure as done today. Raises NotFound, NotAllowed, WrongState, Invalid."""
    proposal_id = Measure.objects.filter(pk=measure_id).values_list("proposal_id", flat=True).first()
    if proposal_id is None:
        raise NotFound()
    proposal = _locked(actor, proposal_id)
    if actor.user is None or not policies.may_answer(actor.user, proposal):
        raise NotAllowed()
    if proposal.state != "running":
        raise WrongState(_("Measures are reported while an accepted suggestion is carried out."))
    measure = db.lock_row(Measure.objects.all(), measure_id)
    if measure.done_on is not None:
        raise WrongState(_("This measure has been reported as done already."))
    if not note.strip():
        raise Invalid(fields={"note": _("Please say what was done.")})
    measure.done_on, measure.done_by, measure.note = today(), actor.user, note.strip()[:LONGEST_NOTE]
    measure.save()
    proposal.state_version += 1
    proposal.save(update_fields=["state_version"])
    record(proposal, "suggestion.measure_done", actor, data={"measure": measure.position, "late": measure.is_late})
    return measure


@action
def light_lamps() -> int:
    """Tell both sides of answers and measures whose day has passed, once each; returns how many there are."""
    day = today()
    past = (day - TOLD_FOR, day - dt.timedelta(days=1))
    late = Proposal.objects.filter(state__in=("asked", "returned"), due_on__range=past).order_by("pk")
    rows = list(late.select_related("department", "indicator", "asked_by"))
    for proposal in rows:
        tell_late(proposal)
    undone = Measure.objects.filter(proposal__state="running", done_on__isnull=True, due_on__range=past).order_by("pk")
    names = ("proposal__department", "proposal__indicator", "proposal__asked_by")
    measures = list(undone.select_related(*names))
    for measure in measures:
        tell_measure_late(measure.proposal, measure)
    return len(rows) + len(measures)


def _locked(actor: Actor, proposal_id: int) -> Proposal:
    """Locked; NotFound for a missing one and one that the actor does not see."""
    rows = Proposal.objects.select_related("department", "indicator", "asked_by")
    try:
        proposal = db.lock_row(rows, proposal_id)
    except Proposal.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not policies.may_see_proposal(actor.user, proposal):
        raise NotFound()
    return proposal
