"""Reminders of lamps, and the life of orders, explanations and corrections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record, record_new
from portal.core.lamps import Lamp, LampScope, lamp_of
from portal.core.numbers import next_number
from portal.core.rules import rule
from portal.core.time import now, today
from portal.people.models import Department, Posting, User
from portal.supervision.monitoring import notices, papers, policies
from portal.supervision.monitoring.lifecycle import ACT, LONGEST, due_after
from portal.supervision.monitoring.models import Act, ActSubject, LampReminder
from portal.supervision.monitoring.rules import CORRECTION_DAYS, EXPLANATION_DAYS, ORDER_DAYS

PREFIXES = {Act.Kind.ORDER: "DB", Act.Kind.EXPLANATION: "SM", Act.Kind.CORRECTION: "ZG"}
LIMITS = {
    Act.Kind.ORDER: ORDER_DAYS, Act.Kind.EXPLANATION: EXPLANATION_DAYS, Act.Kind.CORRECTION: CORRECTION_DAYS
}  # fmt: skip
MOST_LAMPS = 20


@dataclass(frozen=True)
class ActDraft:
    """What a supervisor asks of a unit. `limit_days` are working days; `lamps` are named as forms name them."""

    kind: str
    department: Department
    title: str
    text: str
    limit_days: int
    person: User | None = None
    lamps: Sequence[str] = ()


def most_days(kind: str) -> int:
    """The limit of the rule of today for this kind of act, in working days. Raises KeyError for another kind."""
    return rule(LIMITS[Act.Kind(kind)], today()).days


def person_of(actor: Actor) -> User:
    """The person behind an actor. Raises NotAllowed for the portal itself."""
    if actor.user is None:
        raise NotAllowed()
    user: User = actor.user
    return user


def supervisor(actor: Actor) -> User:
    """Raises NotAllowed for anybody but a supervisor."""
    user = person_of(actor)
    if not policies.may_supervise(user):
        raise NotAllowed()
    return user


@action
def remind_lamp(actor: Actor, ident: str) -> Lamp:
    """Remind a unit of a lamp that burns (催办); once a day, counted.

    Raises NotAllowed, NotFound (it does not burn any more), WrongState (reminded today already).
    """
    user = supervisor(actor)
    lamp = lamp_of(ident, LampScope())
    if lamp is None:
        raise NotFound()
    person = User.objects.filter(pk=lamp.person_id).first() if lamp.person_id else None
    row = LampReminder(
        source=lamp.source.code, key=lamp.key, number=lamp.number[:120], name=lamp.name[:300],
        department_id=lamp.department_id, person=person, reminded_on=today(), reminded_at=now(), reminded_by=user,
    )  # fmt: skip
    if not db.insert_once(row):
        raise WrongState(_("A reminder for this lamp was sent today already."))
    record_new(row, "lamp.reminded", actor, data={"source": row.source, "number": row.number})
    notices.of_lamp(lamp, person, key=f"lamp-reminder:{row.pk}")
    return lamp


@action
def issue(actor: Actor, draft: ActDraft) -> Act:
    """Issue an order, ask for an explanation or a correction. Raises NotAllowed, Invalid with `fields`."""
    supervisor(actor)
    return issued(actor, draft)


def issued(actor: Actor, draft: ActDraft) -> Act:
    """The same inside somebody else's transaction: what a sample review leads to."""
    lamps = _checked(draft)
    day, moment = today(), now()
    act = Act(
        kind=draft.kind, department=draft.department, person=draft.person, title=draft.title.strip(),
        text=draft.text.strip(), limit_days=draft.limit_days, issued_at=moment, issued_on=day,
        issued_by=person_of(actor), due_on=due_after(day, draft.limit_days),
    )  # fmt: skip
    act.number = next_number(PREFIXES[Act.Kind(draft.kind)], draft.department.code, day)
    act.save(force_insert=True)
    subjects = [
        ActSubject(
            act=act, source=lamp.source.code, key=lamp.key, colour=lamp.colour, since=lamp.since,
            number=lamp.number[:120], name=lamp.name[:300], path=lamp.url[:300],
        )
        for lamp in lamps
    ]  # fmt: skip
    ActSubject.objects.bulk_create(subjects)
    event = record_new(
        act, "act.issued", actor, to_state=act.state,
        data={"kind": act.kind, "due": act.due_on, "lamps": [f"{one.source}:{one.key}" for one in subjects]},
    )  # fmt: skip
    if act.kind == Act.Kind.ORDER:
        papers.issue_order(act, subjects)
    people = notices.with_person(notices.heads_of(act.department_id), act.person)
    notices.of_act(
        act, notices.ISSUED, people, f"event:{event.pk}", kind=Act.Kind(act.kind).label, due=act.due_on
    )  # fmt: skip
    return act


def _checked(draft: ActDraft) -> list[Lamp]:
    """The lamps of the draft as they burn now. Raises Invalid."""
    wrong: dict[str, type_of_message] = {}
    if draft.kind not in Act.Kind.values:
        raise Invalid(fields={"kind": _("Please choose one of the answers.")})
    most = most_days(draft.kind)
    if not draft.title.strip():
        wrong["title"] = _("Please fill this in.")
    if not draft.text.strip():
        wrong["text"] = _("Please fill this in.")
    elif len(draft.text) > LONGEST:
        wrong["text"] = _("Please use at most %(n)s characters.") % {"n": LONGEST}
    if not 1 <= draft.limit_days <= most:
        wrong["limit_days"] = _("Please give between %(a)s and %(b)s days.") % {"a": 1, "b": most}
    if draft.department.is_closed:
        wrong["department"] = _("This department has been closed. Choose the one that took its work over.")
    if draft.person is not None and not _works_at(draft.person, draft.department):
        wrong["person"] = _("This person does not work in the department.")
    found = [lamp_of(ident, LampScope()) for ident in list(dict.fromkeys(draft.lamps))[:MOST_LAMPS]]
    lamps = [lamp for lamp in found if lamp is not None]
    if any(lamp.department_id not in (None, draft.department.pk) for lamp in lamps):
        wrong["lamps"] = _("An act is about lamps of one department.")
    if wrong:
        raise Invalid(fields=wrong)
    return lamps


def _works_at(person: User, department: Department) -> bool:
    return Posting.objects.filter(user=person, department=department).exists()


@action
def take_act_step(actor: Actor, act_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int) -> Act:
    """Receive, reply, accept, send back, reject, withdraw. Raises what the lifecycle raises, NotFound."""
    user = person_of(actor)
    try:
        act = db.lock_row(Act.objects.select_related("department", "issued_by", "person"), act_id)
    except Act.DoesNotExist:
        raise NotFound() from None
    if not policies.may_see_act(user, act) or code not in ACT.transitions:
        raise NotFound()
    step = ACT.begin(act, code, actor, inputs, state_version=state_version)
    most = most_days(act.kind)
    if code == "send_back" and step.inputs["days"] > most:
        raise Invalid(fields={"days": _("Please give between %(a)s and %(b)s days.") % {"a": 1, "b": most}})
    before, after = step.apply()
    act.save()
    event = record(act, f"act.{code}", actor, from_state=before, to_state=after, data=dict(step.data))
    _tell(act, code, f"event:{event.pk}")
    return act


def _tell(act: Act, code: str, key: str) -> None:
    if code == "reply":
        from portal.core.notifications import Words

        unit = Words(act.department.name, act.department.name_en)
        notices.of_act(act, notices.REPLIED, [act.issued_by], key, unit=unit)
    elif code != "receive":
        people = notices.with_person(notices.heads_of(act.department_id), act.person)
        notices.of_act(act, notices.JUDGED, people, key, state=ACT.states[act.state].label)
