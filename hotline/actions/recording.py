"""Taking down what a caller wants: the ticket, who they are, what they add, and that they are waiting."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from hotline import danger, policies
from hotline.actions.steps import CALLER, locked, take
from hotline.files import attach
from hotline.marks import mark
from hotline.measures import TICKET_MEASURES
from hotline.models import Category, Channel, Grade, Kind, Mark, Note, Reporter, Ticket, Urge
from hotline.models.category import NOTHING_TO_SETTLE
from hotline.places import geohash
from hotline.rules import MANY
from portal.core import statistics
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record as record_event
from portal.core.events import record_new
from portal.core.idempotency import body_hash, once
from portal.core.identity import check_phone
from portal.core.jobs import enqueue
from portal.core.models import StoredFile
from portal.core.numbers import next_number, query_code
from portal.core.rules import rule
from portal.core.search import document
from portal.core.time import local_date, now, today
from portal.people.models import Department

PREFIX, PLACE = "RX", "12345"
FLOOD = dt.timedelta(hours=24)  # what the rule of very many counts in
LONGEST_TITLE, LONGEST_CONTENT, LONGEST_NAME, LONGEST_ADDRESS = 200, 5000, 60, 200
# Callers come in here by themselves; the others need somebody of the hotline, or a system.
SELF_SERVICE = frozenset({Channel.WEB, Channel.WECHAT, Channel.APP, Channel.OPEN311})


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who called, as far as they say."""

    name: str = ""
    phone: str = ""
    address: str = ""
    language: str = "zh-hans"
    consented: bool = False


@dataclass(frozen=True, kw_only=True)
class TicketDraft:
    """What is taken down. `grade` empty: that of the category; `life_danger` None: by the words of the text."""

    title: str
    content: str
    kind: str = Kind.HELP
    category_id: int | None = None
    channel: str = Channel.PHONE
    line: str = "12345"
    grade: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    street_code: str = ""
    item_code: str = ""
    life_danger: bool | None = None
    secret: bool = False
    suggested_department_id: int | None = None
    province_number: str = ""
    province_due_at: dt.datetime | None = None
    source: str = ""
    external_id: str = ""
    caller: Caller = field(default_factory=Caller)


class AlreadyHere(DomainError):
    """The source sent this one before."""

    code = "already_here"
    default_message = _("This ticket of the source is here already.")


@action
def record(actor: Actor, draft: TicketDraft, *, files: Sequence[StoredFile] = (), once_key: str = "") -> Ticket:
    """Take a ticket down; with a key, once. At most 12 queries. Raises NotAllowed, Invalid, AlreadyHere."""
    return _record_once(actor, draft, files, once_key, then="", inputs={})


@action
def record_and_answer(actor: Actor, draft: TicketDraft, *, text: str, once_key: str = "") -> Ticket:
    """Take a ticket down and answer it in the same breath. Raises as `record` and `take`."""
    return _record_once(actor, draft, (), once_key, then="answer", inputs={"text": text})


@action
def record_and_dispatch(
    actor: Actor,
    draft: TicketDraft,
    *,
    department_id: int,
    note: str = "",
    files: Sequence[StoredFile] = (),
    once_key: str = "",
) -> Ticket:
    """Take a ticket down and dispatch it at once, if the recorder may. Raises as `record` and `take`."""
    inputs = {"department": str(department_id), "note": note}
    return _record_once(actor, draft, files, once_key, then="dispatch", inputs=inputs)


def _record_once(
    actor: Actor, draft: TicketDraft, files: Sequence[StoredFile], key: str, *, then: str, inputs: dict[str, Any]
) -> Ticket:
    made: list[Ticket] = []

    def run() -> dict[str, Any]:
        ticket = new_ticket(actor, draft, files)
        if then:
            take(ticket, then, actor, inputs, state_version=ticket.state_version)
        made.append(ticket)
        return {"ticket": ticket.pk}

    body = {"title": draft.title, "content": draft.content, "phone": draft.caller.phone, "then": then}
    outcome = once(actor, "hotline.record", key, body_hash(body), run)
    return made[0] if made else Ticket.objects.get(pk=outcome["ticket"])


def new_ticket(actor: Actor, draft: TicketDraft, files: Sequence[StoredFile] = ()) -> Ticket:
    """The same inside another action's transaction, for rooms that write a row of their own beside it."""
    _check_actor(actor, draft)
    category, phone = _checked(draft)
    words = danger.found_in(draft.title, draft.content)
    life_danger = bool(words) if draft.life_danger is None else draft.life_danger
    moment = now()
    ticket = Ticket(
        query_code=query_code(),
        source=draft.source,
        external_id=draft.external_id,
        channel=draft.channel,
        line=draft.line or "12345",
        province_number=draft.province_number,
        province_due_at=draft.province_due_at,
        category=category,
        asks_resolution=asks_resolution(category, draft.kind),
        grade=Grade.URGENT if life_danger else draft.grade or (category.grade if category else Grade.NORMAL),
        kind=draft.kind,
        title=draft.title.strip(),
        content=draft.content.strip(),
        address=draft.address.strip(),
        latitude=draft.latitude,
        longitude=draft.longitude,
        geohash=place_of(draft.latitude, draft.longitude),
        street_code=draft.street_code,
        item_code=draft.item_code,
        life_danger=life_danger,
        secret=draft.secret,
        many=is_many(phone),
        recorded_at=moment,
        recorded_on=local_date(moment),
        recorded_by=actor.user if actor.user is not None and policies.may_record(actor.user) else None,
        owner=actor.user if actor.user is not None and not actor.user.access.is_staff else None,
        suggested_department_id=draft.suggested_department_id or (category.department_id if category else None),
        search=search_words(draft.title, draft.content, draft.address),
    )
    ticket.number = next_number(PREFIX, PLACE, today())
    _insert(ticket, draft)
    statistics.mark_new(TICKET_MEASURES, ticket)
    caller = draft.caller
    Reporter.objects.create(
        ticket=ticket,
        name=caller.name.strip(),
        phone=phone,
        address=caller.address.strip(),
        language=caller.language,
        consented_at=moment if caller.consented else None,
    )
    if files:
        attach(ticket, files, actor)
    data = {"channel": ticket.channel, "line": ticket.line, "category": category.code if category else ""}
    record_new(ticket, "ticket.record", actor, to_state="recorded", data=data)
    if life_danger:
        enqueue("hotline.tell_danger", {"ticket": ticket.pk})
    return ticket


def _insert(ticket: Ticket, draft: TicketDraft) -> None:
    if not draft.external_id:
        ticket.save(force_insert=True)
        return
    if Ticket.objects.filter(source=draft.source, external_id=draft.external_id).exists():
        raise AlreadyHere()
    try:
        ticket.save(force_insert=True)
    except IntegrityError as error:  # the same one came at the same moment; the unique constraint decides
        raise AlreadyHere() from error


def _check_actor(actor: Actor, draft: TicketDraft) -> None:
    """Somebody of the hotline, a system with a source of its own, or the callers themselves by a way of theirs."""
    if actor.user is None or draft.channel in SELF_SERVICE:
        return
    if not policies.may_record(actor.user) and not actor.user.access.system:
        raise NotAllowed()


def _checked(draft: TicketDraft) -> tuple[Category | None, str]:
    """The category and the telephone number. Raises Invalid that names every wrong field at once."""
    wrong: dict[str, type_of_message] = {}
    if not draft.title.strip():
        wrong["title"] = _("Say in a few words what it is about.")
    if not draft.content.strip():
        wrong["content"] = _("Describe what happened, where and when.")
    caller = draft.caller
    for name, text, longest in (
        ("title", draft.title, LONGEST_TITLE),
        ("content", draft.content, LONGEST_CONTENT),
        ("address", draft.address, LONGEST_ADDRESS),
        ("name", caller.name, LONGEST_NAME),
        ("caller_address", caller.address, LONGEST_ADDRESS),
    ):
        if len(text) > longest:
            wrong[name] = _("Please use at most %(n)s characters.") % {"n": longest}
    for name, value, allowed in (
        ("kind", draft.kind, Kind.values),
        ("channel", draft.channel, Channel.values),
        ("grade", draft.grade, ("", *Grade.values)),
    ):
        if value not in allowed:
            wrong[name] = _("Please choose one of the answers.")
    if not _is_a_place(draft.latitude, draft.longitude):
        wrong["latitude"] = _("These coordinates are no place on a map. Leave them empty, or mark the place anew.")
    category = None
    if draft.category_id is not None:
        category = Category.objects.filter(pk=draft.category_id).first()
        if category is None or (category.closed_on is not None and category.closed_on <= today()):
            wrong["category"] = _("Choose a category that takes tickets today.")
    suggested = draft.suggested_department_id
    if suggested is not None and not Department.objects.open_on(today()).filter(pk=suggested).exists():
        wrong["department"] = _("This department takes no tickets any more. Choose another one.")
    phone = caller.phone.strip()
    if phone:
        try:
            phone = check_phone(phone)
        except Invalid as error:
            wrong["phone"] = error.message
    if wrong:
        raise Invalid(fields=wrong)
    return category, phone


def _is_a_place(latitude: float | None, longitude: float | None) -> bool:
    if latitude is None or longitude is None:
        return latitude is None and longitude is None
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


def place_of(latitude: float | None, longitude: float | None) -> str:
    return geohash(latitude, longitude) if latitude is not None and longitude is not None else ""


def asks_resolution(category: Category | None, kind: str) -> bool:
    """Whether there is something to settle: not for an enquiry, a suggestion or praise."""
    return category.asks_resolution_of(kind) if category is not None else kind not in NOTHING_TO_SETTLE


def search_words(title: str, content: str, address: str) -> str:
    """The tokens that the search finds a ticket by; nothing of the caller is among them."""
    return document(names=[title[:60]], texts=[content[:2000], address])


def is_many(phone: str) -> bool:
    """Whether the number has called very often today: marked for merging, never turned away."""
    if not phone:
        return False
    most = rule(MANY, today()).days
    latest = list(Ticket.objects.from_phone(phone).values_list("recorded_at", flat=True)[:most])
    return len(latest) >= most and latest[-1] >= now() - FLOOD


# --- afterwards ---------------------------------------------------------------------------------------------------------


@action
def urge(actor: Actor, ticket_id: int, *, text: str = "") -> Urge:
    """The caller asks where it stays; once a day, counted, and told to who handles it.

    `CALLER` is the actor of somebody who showed number and code. Raises NotFound, NotAllowed, WrongState.
    """
    ticket = locked(ticket_id, actor)
    if actor.user is not None and not policies.may_urge(actor.user, ticket):
        raise NotAllowed()
    if not ticket.is_open or ticket.handled_at is not None or ticket.imported:
        raise WrongState(_("There is nothing to urge: the ticket has been answered."))
    if ticket.urges.filter(on=today()).exists():
        raise WrongState(_("It has been urged today already. Tomorrow you may do it again."), code="urged_today")
    if len(text) > LONGEST_CONTENT:
        raise Invalid(fields={"text": _("Please use at most %(n)s characters.") % {"n": LONGEST_CONTENT}})
    row = Urge.objects.create(ticket=ticket, at=now(), on=today(), by=actor.user, text=text.strip())
    ticket.urged += 1
    ticket.save(update_fields=["urged"])
    mark(ticket, Mark.Kind.URGED)
    record_event(ticket, "ticket.urge", actor, from_state=ticket.state, to_state=ticket.state)
    return row


@action
def add(actor: Actor, ticket_id: int, *, text: str, files: Sequence[StoredFile] = (), from_caller: bool = True) -> Note:
    """Add what was forgotten (the caller, or the hotline for them), or a note among the staff.

    Raises NotFound, NotAllowed, WrongState, Invalid.
    """
    ticket = locked(ticket_id, actor)
    if actor.user is not None and not policies.may_add(actor.user, ticket):
        raise NotAllowed()
    if not ticket.is_open or ticket.imported:
        raise WrongState(_("The ticket is closed. It can be reopened instead."))
    if not text.strip() and not files:
        raise Invalid(fields={"text": _("Please fill this in.")})
    if len(text) > LONGEST_CONTENT:
        raise Invalid(fields={"text": _("Please use at most %(n)s characters.") % {"n": LONGEST_CONTENT}})
    by_caller = actor.user is None or ticket.owner_id == actor.user_id
    note = Note.objects.create(
        ticket=ticket, at=now(), by=actor.user, text=text.strip(),
        from_caller=by_caller or (from_caller and policies.is_hotline(actor.user)) if actor.user else True,
    )  # fmt: skip
    if files:
        attach(ticket, files, actor)
    kind = "ticket.add" if note.from_caller else "ticket.note"
    record_event(ticket, kind, actor, from_state=ticket.state, to_state=ticket.state, data={"files": len(files)})
    return note


def find_by_code(number: str, code: str) -> Ticket:
    """The ticket that a caller shows with number and query code. Raises NotFound for any mistake in either."""
    from portal.core.numbers import normalise_number, normalise_query_code

    wanted = normalise_query_code(code)
    found = Ticket.objects.filter(number=normalise_number(number)).select_related("category", "department").first()
    if found is None or not wanted or found.query_code != wanted:
        raise NotFound()
    return found


__all__ = [
    "CALLER",
    "AlreadyHere",
    "Caller",
    "TicketDraft",
    "add",
    "find_by_code",
    "new_ticket",
    "record",
    "record_and_answer",
    "record_and_dispatch",
    "urge",
]
