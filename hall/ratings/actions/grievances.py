"""What somebody says is wrong: taken down, given to a named person at once, answered."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from hall.models import Window
from hall.ratings import notices, policies
from hall.ratings.lifecycle import GRIEVANCE
from hall.ratings.models import Grievance
from hall.ratings.people import holders, may_be_named, overseers
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState, type_of_message
from portal.core.events import record
from portal.core.idempotency import body_hash, once
from portal.core.identity import check_phone
from portal.core.numbers import next_number, query_code
from portal.core.rules import rule
from portal.core.time import now, today
from portal.people.models import User
from portal.people.roles import Role

PREFIX = "TC"  # 吐槽
PLACE = "DT"  # 大厅
LONGEST = 2000


@dataclass(frozen=True, kw_only=True)
class GrievanceDraft:
    """What somebody says; name and telephone only if they like."""

    topic: str
    text: str
    window_id: int | None = None
    department_id: int | None = None
    name: str = ""
    phone: str = ""
    channel: str = Grievance.Channel.ONLINE
    once_key: str = ""


@action
def say_what_is_wrong(actor: Actor, draft: GrievanceDraft, *, author: User | None = None) -> Grievance:
    """A new matter with a handler; a form sent twice makes one. `actor` is who wrote it down: a clerk, or the person.

    Raises Invalid, KeyReused.
    """
    _check(draft)
    body = body_hash({name: value for name, value in asdict(draft).items() if name != "once_key"})
    made = once(actor, "ratings.grievance", draft.once_key, body, lambda: {"pk": _say(actor, draft, author).pk})
    return Grievance.objects.select_related("handler", "department").get(pk=made["pk"])


def _say(actor: Actor, draft: GrievanceDraft, author: User | None) -> Grievance:
    department_id = _department_of(draft)
    moment, day = now(), today()
    due_on = workdays().add(workdays().next_workday_on_or_after(day), rule("grievance.reply_days", day).days)
    made = Grievance(
        number=next_number(PREFIX, PLACE, day),
        query_code=query_code(),
        channel=draft.channel,
        topic=draft.topic,
        text=draft.text.strip(),
        name=draft.name.strip(),
        phone=draft.phone.strip(),
        author=author,
        taken_by=actor.user if draft.channel == Grievance.Channel.WINDOW else None,
        department_id=department_id,
        window_id=draft.window_id,
        made_at=moment,
        made_on=day,
        due_on=due_on,
    )
    made.handler = _handler(made)
    made.save(force_insert=True)
    data = {"topic": made.topic, "handler": made.handler.name if made.handler else ""}
    record(made, "grievance.said", actor, to_state=made.state, data=data)
    if made.handler is not None:
        notices.tell_grievance(made, notices.GRIEVANCE_NAMED, [made.handler])
    return made


def _check(draft: GrievanceDraft) -> None:
    wrong: dict[str, type_of_message] = {}
    if draft.topic not in Grievance.Topic.values:
        wrong["topic"] = _("Please choose what it is about.")
    if not draft.text.strip():
        wrong["text"] = _("Please tell us what is wrong.")
    elif len(draft.text.strip()) > LONGEST:
        wrong["text"] = _("Please use at most %(n)s characters.") % {"n": LONGEST}
    if draft.phone.strip():
        try:
            check_phone(draft.phone)
        except Invalid as error:
            wrong["phone"] = error.message
    if wrong:
        raise Invalid(fields=wrong)


def _department_of(draft: GrievanceDraft) -> int | None:
    if draft.department_id is not None or draft.window_id is None:
        return draft.department_id
    return Window.objects.filter(pk=draft.window_id).values_list("department_id", flat=True).first()


def _handler(grievance: Grievance) -> User | None:
    """The head of the department that it names, else who manages the hall; never who said it."""
    heads = holders(Role.DEPARTMENT_HEAD, grievance.department_id) if grievance.department_id else []
    return next((one for one in (*heads, *overseers()) if one.pk != grievance.author_id), None)


def grievance_handlers(grievance: Grievance) -> list[User]:
    """Among whom another handler is chosen."""
    found = may_be_named(grievance.department_id, None) if grievance.department_id else overseers()
    return [one for one in found if one.pk != grievance.author_id]


@action
def take_grievance_step(
    actor: Actor, grievance_id: int, code: str, inputs: Mapping[str, Any] | None = None, *, state_version: int
) -> Grievance:
    """Reply, send back, close. Raises NotFound, Stale, WrongState, NotAllowed, Invalid."""
    grievance = _locked(actor, grievance_id)
    if code not in GRIEVANCE.transitions:
        raise WrongState()
    step = GRIEVANCE.begin(grievance, code, actor, inputs, state_version=state_version)
    before, after = step.apply()
    grievance.save()
    record(grievance, f"grievance.{code}", actor, from_state=before, to_state=after, data=step.data)
    if code == "reply":
        notices.tell_author(grievance)
    elif code == "reopen" and grievance.handler is not None:
        notices.tell_grievance(grievance, notices.GRIEVANCE_NAMED, [grievance.handler])
    return grievance


@action
def name_grievance_handler(actor: Actor, grievance_id: int, handler_id: int, *, state_version: int) -> Grievance:
    """Give it to somebody else. Raises NotFound, NotAllowed, Stale, WrongState, Invalid."""
    grievance = _locked(actor, grievance_id)
    if actor.user is None or not policies.may_name_grievance_handler(actor.user, grievance):
        raise NotAllowed()
    if state_version != grievance.state_version:
        raise Stale()
    if grievance.state != "handling":
        raise WrongState()
    chosen = next((one for one in grievance_handlers(grievance) if one.pk == handler_id), None)
    if chosen is None:
        raise Invalid(fields={"handler": _("Choose somebody of the list.")})
    before = grievance.handler.name if grievance.handler else ""
    grievance.handler = chosen
    grievance.state_version += 1
    grievance.save(update_fields=["handler", "state_version"])
    record(
        grievance, "grievance.named", actor, from_state=grievance.state, to_state=grievance.state,
        data={"from": before, "to": chosen.name},
    )  # fmt: skip
    notices.tell_grievance(grievance, notices.GRIEVANCE_NAMED, [chosen])
    return grievance


def _locked(actor: Actor, grievance_id: int) -> Grievance:
    try:
        grievance = db.lock_row(Grievance.objects.select_related("handler", "author"), grievance_id)
    except Grievance.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not policies.may_see_grievance(actor.user, grievance):
        raise NotFound()
    return grievance
