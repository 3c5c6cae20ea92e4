"""Accountability: proposed by one person, confirmed by another, appealed by the unit, decided by a third."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState, type_of_message
from portal.core.events import record, record_new
from portal.core.numbers import next_number
from portal.core.templatetags.portal import day as written
from portal.core.time import now, today
from portal.people.models import Department, Posting, User
from portal.supervision.monitoring import notices, policies
from portal.supervision.monitoring.actions.acts import person_of, supervisor
from portal.supervision.monitoring.lifecycle import ACCOUNTABILITY, LONGEST
from portal.supervision.monitoring.models import Accountability, Act, Sample

PREFIX = "WZ"
MOST_POINTS = 100


@dataclass(frozen=True)
class AccountabilityDraft:
    """What is proposed, against whom, and on which ground."""

    department: Department
    measure: str
    ground: str
    basis: str
    person: User | None = None
    points: int | None = None
    act: Act | None = None
    sample: Sample | None = None


@action
def propose(actor: Actor, draft: AccountabilityDraft) -> Accountability:
    """Propose a measure. Raises NotAllowed, Invalid with `fields`."""
    user = supervisor(actor)
    _check(draft)
    row = Accountability(
        department=draft.department, person=draft.person, measure=draft.measure, ground=draft.ground.strip(),
        basis=draft.basis.strip(), points=draft.points if draft.measure == Accountability.Measure.POINTS else None,
        act=draft.act, sample=draft.sample, proposed_by=user, proposed_at=now(),
    )  # fmt: skip
    row.number = next_number(PREFIX, draft.department.code, today())
    row.save(force_insert=True)
    event = record_new(row, "accountability.proposed", actor, to_state=row.state, data={"measure": row.measure})
    others = notices.judges(without=(user.pk, row.person_id))
    notices.of_record(row, notices.TO_CONFIRM, others, f"event:{event.pk}")
    return row


def _check(draft: AccountabilityDraft) -> None:
    wrong: dict[str, type_of_message] = {}
    if draft.measure not in Accountability.Measure.values:
        wrong["measure"] = _("Please choose one of the answers.")
    if draft.measure == Accountability.Measure.POINTS and not 1 <= (draft.points or 0) <= MOST_POINTS:
        wrong["points"] = _("Say how many points are taken off, from 1 to %(n)s.") % {"n": MOST_POINTS}
    if not draft.ground.strip():
        wrong["ground"] = _("Please fill this in.")
    elif len(draft.ground) > LONGEST:
        wrong["ground"] = _("Please use at most %(n)s characters.") % {"n": LONGEST}
    if not draft.basis.strip():
        wrong["basis"] = _("Name the article or the rules that the measure rests on.")
    if draft.person and not Posting.objects.filter(user=draft.person, department=draft.department).exists():
        wrong["person"] = _("This person does not work in the department.")
    for thing in (draft.act, draft.sample):
        if thing is not None and thing.department_id != draft.department.pk:
            wrong["department"] = _("What the measure rests on is about another department.")
    if wrong:
        raise Invalid(fields=wrong)


@action
def take_record_step(
    actor: Actor, record_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int
) -> Accountability:
    """Confirm, decline, appeal, uphold, lift, revoke. Raises what the lifecycle raises, NotFound."""
    user = person_of(actor)
    try:
        row = db.lock_row(Accountability.objects.select_related("department", "person", "proposed_by"), record_id)
    except Accountability.DoesNotExist:
        raise NotFound() from None
    if not policies.may_see_accountability(user, row) or code not in ACCOUNTABILITY.transitions:
        raise NotFound()
    if code == "appeal" and row.state == "confirmed" and policies.heads(user, row):
        _check_in_time(row)
    step = ACCOUNTABILITY.begin(row, code, actor, inputs, state_version=state_version)
    before, after = step.apply()
    row.save()
    event = record(row, f"accountability.{code}", actor, from_state=before, to_state=after, data=dict(step.data))
    _tell(row, code, f"event:{event.pk}")
    return row


def _check_in_time(row: Accountability) -> None:
    until = row.appeal_until_on
    if until is not None and until < today():
        raise WrongState(_("The time for an appeal ended on %(day)s."), day=written(until))


def _tell(row: Accountability, code: str, key: str) -> None:
    state = ACCOUNTABILITY.states[row.state].label
    if code == "appeal":
        people = notices.judges(without=(row.proposed_by_id, row.confirmed_by_id, row.person_id, row.appealed_by_id))
    elif code == "decline":
        people = [row.proposed_by]
    else:
        people = notices.with_person(notices.heads_of(row.department_id), row.person)
    notices.of_record(row, notices.MEASURE, people, key, state=state)
