"""What changes deliveries: lock (the case first), check against the table, save, count, record; and the case's own step."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.cases import guards
from approvals.cases import policies as case_policies
from approvals.cases.actions.steps import take as take_case_step
from approvals.cases.answers import answers_of
from approvals.cases.effects import content_of
from approvals.cases.models import Case, Channel
from approvals.delivery import carriers, notices, policies
from approvals.delivery import receiving as receivers
from approvals.delivery.lifecycle import DELIVERABLE, DELIVERY
from approvals.delivery.measures import DELIVERY_MEASURES
from approvals.delivery.models import Delivery, Way, Wish
from portal.core import clock as clocks
from portal.core import db, statistics
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.events import record, tell
from portal.core.identity import check_name, check_phone
from portal.core.models import Event
from portal.core.numbers import query_code
from portal.core.rules import rule
from portal.core.time import local_date, now, today

PORTAL = Actor.system("delivery")
HAND_OUT = "hand_out"  # what guards are asked about before a result leaves the window, by hand or by post
BATCH = 200
AMBER_BEFORE = 2  # working days
SHORTEST_ADDRESS = 9
HOUSE_SIGNS = "0123456789０１２３４５６７８９号室栋楼村组座"
# The form's answers that say how the applicant would like to receive the result.
ANSWERED_WAYS = {"electronic": Way.ELECTRONIC, "post": Way.POST, "counter": Way.WINDOW, "window": Way.WINDOW}


def locked_case(case_id: int) -> Case:
    rows = Case.objects.select_related("item", "department", "version", "applicant", "principal")
    try:
        return db.lock_row(rows, case_id)
    except Case.DoesNotExist:
        raise NotFound() from None


def locked(delivery_id: int, actor: Actor) -> Delivery:
    """The delivery, locked behind its case; NotFound for a missing one and for one the actor may not see, alike."""
    case_id = Delivery.objects.filter(pk=delivery_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound()
    case = locked_case(case_id)
    delivery = db.lock_row(Delivery.objects.all(), delivery_id)
    delivery.case = case
    if actor.user is not None and not policies.may_see(actor.user, delivery):
        raise NotFound()
    return delivery


@contextmanager
def counted(delivery: Delivery) -> Iterator[None]:
    """What the block changes in the delivery's figures is marked for the statistics."""
    with statistics.watch(DELIVERY_MEASURES, delivery):
        yield


def take(
    delivery: Delivery,
    code: str,
    actor: Actor,
    inputs: Mapping[str, Any] | None = None,
    *,
    state_version: int | None = None,
    changes: Mapping[str, Any] | None = None,
    told: Mapping[str, Any] | None = None,
) -> Delivery:
    """Take one step with a locked delivery; `changes` are columns that go with it, `told` goes into the event.

    Raises Stale, WrongState, NotAllowed, Invalid.
    """
    step = DELIVERY.begin(delivery, code, actor, inputs, state_version=state_version)
    with counted(delivery):
        for name, value in (changes or {}).items():
            setattr(delivery, name, value)
        before, after = step.apply()
        delivery.save()
    case = delivery.case
    data = {"way": delivery.way, "was": before, "now": after, **(told or {})}
    record(case, f"delivery.{code}", actor, from_state=case.state, to_state=case.state, data=data)
    return delivery


# --- the wish -------------------------------------------------------------------------------------------------------


def wish_of(case: Case) -> Wish | None:
    found: Wish | None = Wish.objects.filter(case=case).first()
    return found


def wish_or_answer(case: Case) -> Wish:
    """What the applicant chose; else, not saved yet, what the form says; else online filers get it electronically."""
    found = wish_of(case)
    if found is not None:
        return found
    content = content_of(case)
    answers = answers_of(content)
    default = Way.ELECTRONIC if case.channel == Channel.ONLINE else Way.WINDOW
    way = ANSWERED_WAYS.get(str(answers.get("delivery", "")), default)
    by_post = way == Way.POST
    return Wish(
        case=case,
        way=way,
        recipient=case.applicant_name if by_post else "",
        phone=str(answers.get("post_phone") or content.phone or "") if by_post else "",
        address=str(answers.get("post_address", "")) if by_post else "",
        chosen_at=case.submitted_at or now(),
        chosen_by=case.applicant,
    )


@action
def choose(actor: Actor, case_id: int, *, way: str, recipient: str = "", phone: str = "", address: str = "") -> Wish:
    """Say how to receive the result, until the document is issued; a clerk may do it later, with the applicant.

    Raises NotFound, WrongState (too late), Invalid with what the address lacks.
    """
    case = locked_case(case_id)
    if actor.user is None or not case_policies.may_see(actor.user, case):
        raise NotFound()
    handles = case_policies.may_handle(actor.user, case)
    if not handles and not policies.may_choose(actor.user, case):
        raise NotAllowed()
    delivery = Delivery.objects.filter(case=case).first()
    _check_time(case, delivery, handles)
    cleaned = clean_address(way, recipient, phone, address)
    wish = wish_of(case) or Wish(case=case)
    wish.way, wish.chosen_at, wish.chosen_by = way, now(), actor.user
    wish.recipient, wish.phone, wish.address = cleaned
    wish.save()
    if delivery is not None:
        _follow(db.lock_row(Delivery.objects.all(), delivery.pk), case, way, actor)
        return wish
    record(case, "delivery.chosen", actor, from_state=case.state, to_state=case.state, data={"way": way})
    return wish


def _check_time(case: Case, delivery: Delivery | None, handles: bool) -> None:
    state = delivery.state if delivery else "preparing"
    until = {"preparing", "ready", "failed", "provided"} if handles else {"preparing", "failed"}
    issued = not handles and state == "preparing" and case.state in {"issued", "delivered", "closed"}
    ended = case.ended_on is not None and case.outcome not in {"approved", "refused"}
    if case.is_draft or ended or issued or state not in until or case.state in {"delivered", "closed"}:
        raise WrongState(_("The way of delivery can no longer be changed. Please call the window."))


def _follow(delivery: Delivery, case: Case, way: str, actor: Actor) -> None:
    """A changed wish moves a delivery that has not left yet back to its beginning."""
    delivery.case = case
    take(delivery, "rechoose", actor, changes={"way": way})
    if way == Way.ELECTRONIC and case.state in DELIVERABLE:
        _provide(delivery)


def clean_address(way: str, recipient: str, phone: str, address: str) -> tuple[str, str, str]:
    """Recipient, telephone and address of a letter, checked; empty for the other ways. Raises Invalid."""
    if way not in Way.values:
        raise Invalid(fields={"way": _("Please choose one of the answers.")})
    if way != Way.POST:
        return "", "", ""
    wrong: dict[str, Any] = {}
    cleaned = {"recipient": recipient.strip(), "phone": phone.strip(), "address": " ".join(address.split())}
    for name, check in (("recipient", check_name), ("phone", check_phone)):
        try:
            cleaned[name] = check(cleaned[name])
        except Invalid as error:
            wrong[name] = error.message
    if len(cleaned["address"]) < SHORTEST_ADDRESS or not any(sign in cleaned["address"] for sign in HOUSE_SIGNS):
        wrong["address"] = _("Enter the whole address: city, street, house number, and room or village.")
    if len(cleaned["address"]) > 200:
        wrong["address"] = _("Please use at most %(n)s characters.") % {"n": 200}
    if wrong:
        raise Invalid(fields=wrong)
    return cleaned["recipient"], cleaned["phone"], cleaned["address"]


# --- the delivery follows the case ----------------------------------------------------------------------------------


def follow(case_id: int) -> Delivery | None:
    """Called by the job after a step of the case: open, provide, enter or undo, whatever the case says now.

    Safe to repeat: it compares the case with the delivery.
    """
    case = locked_case(case_id)
    found = Delivery.objects.filter(case=case).values_list("pk", flat=True).first()
    if found is None:
        opens = case.decided_on is not None and case.state != "revoked" and not case.imported
        return _open(case) if opens else None
    delivery = db.lock_row(Delivery.objects.all(), found)
    delivery.case = case
    if case.state == "revoked":  # what has not left yet stays here
        if delivery.state not in {"void", "delivered"}:
            take(delivery, "annul", PORTAL, changes=_nothing_delivered())
        return delivery
    if case.decided_on is None:
        if delivery.state != "void":
            take(delivery, "annul", PORTAL, changes=_nothing_delivered())
    elif case.state in {"delivered", "closed"}:
        if delivery.state not in {"delivered", "void"}:
            _enter(delivery)
    elif delivery.state in {"void", "delivered"} or (
        case.state not in DELIVERABLE and delivery.state in {"ready", "provided"}
    ):
        take(delivery, "undo", PORTAL, changes=_nothing_delivered())
    if delivery.state == "preparing" and delivery.way == Way.ELECTRONIC and case.state in DELIVERABLE:
        _provide(delivery)
    return delivery


def _nothing_delivered() -> dict[str, Any]:
    return {
        "delivered_at": None, "delivered_on": None, "proof": "", "proof_note": "", "receiver": "",
        "receiver_number": "",
    }  # fmt: skip


def _open(case: Case) -> Delivery:
    wish = wish_or_answer(case)
    if wish.pk is None:
        wish.save()
    decided_on = case.decided_on or today()
    index = workdays()
    due_on = clocks.limit_ends_on(index, decided_on, rule("permit.delivery_days", decided_on).days)
    delivery = Delivery(
        case=case,
        department_id=case.department_id,
        item_id=case.item_id,
        way=wish.way,
        opened_at=now(),
        decided_on=decided_on,
        due_on=due_on,
        amber_on=index.add(due_on, -AMBER_BEFORE),
        pick_up_code=query_code(),
    )
    with counted(delivery):
        delivery.save()
    record(case, "delivery.opened", PORTAL, from_state=case.state, to_state=case.state, data={"due_on": due_on})
    if case.state in {"delivered", "closed"}:
        _enter(delivery)
    elif delivery.way == Way.ELECTRONIC and case.state in DELIVERABLE:
        _provide(delivery)
    return delivery


def _enter(delivery: Delivery) -> None:
    """The case was delivered by its own step, before there was a delivery: its event is the proof."""
    found = Event.objects.filter(stream="cases.case", stream_id=delivery.case_id, type="case.deliver")
    event = found.order_by("-sequence").first()
    at = event.at if event else now()
    way = str(tell(event).data.get("way", "")) if event else ""
    changes = {
        "way": way if way in Way.values else delivery.way, "delivered_at": at, "delivered_on": local_date(at),
        "proof": Delivery.Proof.ENTERED,
    }  # fmt: skip
    take(delivery, "enter", PORTAL, changes=changes)


def _provide(delivery: Delivery) -> None:
    take(delivery, "provide", PORTAL, changes={"provided_at": now()})
    notices.tell_applicant(delivery, notices.PROVIDED, key=f"provided:{delivery.pk}:{delivery.state_version}")


def objection(case: Case, _step: str) -> DomainError | None:
    """The guard of cases: the case counts as delivered when its delivery has a proof, and not before."""
    delivery = Delivery.objects.filter(case=case).first()
    if delivery is None or delivery.state == "delivered":
        return None
    return WrongState(_("The delivery is recorded with its proof, on the page of the delivery."), code="no_proof")


def _check_all_is_there(delivery: Delivery) -> None:
    """Rooms above say what is still missing of the result, an unprinted certificate for instance."""
    missing = guards.refusal(delivery.case, HAND_OUT)
    if missing is not None:
        raise missing


def _finish(delivery: Delivery, actor: Actor, proof: str) -> None:
    """The case takes its own step, in the same transaction: there is one truth."""
    case, code = delivery.case, "deliver" if actor.user is not None else "deliver_confirmed"
    if case.state not in {"issued", "refused"}:
        raise Stale()
    take_case_step(case, code, actor, {"way": delivery.way, "proof": proof}, state_version=None)


def _delivered(at: dt.datetime | None, proof: str, **more: Any) -> dict[str, Any]:
    moment = at or now()
    return {"delivered_at": moment, "delivered_on": local_date(moment), "proof": proof, **more}


# --- at the window --------------------------------------------------------------------------------------------------


@action
def make_ready(actor: Actor, delivery_id: int, *, state_version: int) -> Delivery:
    """It lies in the drawer of the issuing window; the applicant is told. Raises as `take`."""
    delivery = locked(delivery_id, actor)
    _check_all_is_there(delivery)
    changes = {"ready_on": today(), "way": Way.WINDOW, "reminded_on": None}
    take(delivery, "make_ready", actor, state_version=state_version, changes=changes)
    notices.tell_applicant(delivery, notices.READY, key=f"ready:{delivery.pk}:{delivery.state_version}")
    return delivery


@action
def hand_over(actor: Actor, delivery_id: int, receiver: receivers.Receiver, *, state_version: int) -> Delivery:
    """Hand the result over against a signature, identity checked. Raises as `take`, and Invalid for a stranger."""
    delivery = locked(delivery_id, actor)
    if actor.user is None or not policies.may_handle(actor.user, delivery):
        raise NotAllowed()
    _check_all_is_there(delivery)
    proof = receivers.check(delivery.case, receiver)
    changes = _delivered(
        None, proof, receiver=receiver.name.strip(), receiver_number=receiver.resident_number.strip().upper(),
        proof_note=receiver.power_of_attorney.strip() if receiver.agent else "",
    )  # fmt: skip
    take(delivery, "hand_over", actor, state_version=state_version, changes=changes)
    _finish(delivery, actor, receiver.name.strip())
    return delivery


# --- by post --------------------------------------------------------------------------------------------------------


@action
def post(actor: Actor, delivery_id: int, *, carrier: str, tracking_number: str, state_version: int) -> Delivery:
    """Handed to the carrier, under its number. Raises as `take`, Invalid for a number that it cannot be."""
    delivery = locked(delivery_id, actor)
    if carrier not in Delivery.Carrier.values:
        raise Invalid(fields={"carrier": _("Please choose one of the answers.")})
    _check_all_is_there(delivery)
    number = carriers.checked_number(carrier, tracking_number)
    if Delivery.objects.filter(carrier=carrier, tracking_number=number).exclude(pk=delivery.pk).exists():
        raise Invalid(fields={"tracking_number": _("Another letter has this number already.")})
    wish = wish_of(delivery.case)
    if delivery.way == Way.POST and (wish is None or not wish.address):
        raise WrongState(_("There is no postal address. Please enter it with the applicant first."))
    changes = {
        "carrier": carrier, "tracking_number": number, "posted_on": today(), "posted_by": actor.user,
        "asked_at": None,
    }  # fmt: skip
    inputs = {"carrier": carrier, "tracking_number": number}
    take(delivery, "post", actor, inputs, state_version=state_version, changes=changes, told=inputs)
    adapter = carriers.adapter_for(carrier)
    if adapter is not None:
        adapter.announce(number)
    notices.tell_applicant(delivery, notices.POSTED, key=f"posted:{delivery.pk}:{delivery.state_version}")
    return delivery


@action
def confirm(actor: Actor, delivery_id: int, *, slip: str, state_version: int) -> Delivery:
    """The carrier's signed slip came back to the window. Raises as `take`."""
    delivery = locked(delivery_id, actor)
    changes = _delivered(None, Delivery.Proof.SLIP, proof_note=slip.strip()[:200])
    take(delivery, "confirm", actor, {"slip": slip}, state_version=state_version, changes=changes)
    _finish(delivery, actor, slip.strip()[:200])
    return delivery


@action
def come_back(actor: Actor, delivery_id: int, *, reason: str, state_version: int) -> Delivery:
    """The letter came back: it is posted again or picked up. Raises as `take`."""
    delivery = locked(delivery_id, actor)
    changes = _failed(delivery, reason.strip())
    take(delivery, "come_back", actor, {"reason": reason}, state_version=state_version, changes=changes)
    notices.tell_applicant(delivery, notices.FAILED, key=f"failed:{delivery.pk}:{delivery.failures}")
    return delivery


def _failed(delivery: Delivery, reason: str) -> dict[str, Any]:
    return {"failed_on": today(), "failed_reason": reason[:200], "failures": delivery.failures + 1}


def ask_carriers() -> int:
    """The sweep: where the posted letters are. Returns how many were asked about."""
    limit = now() - dt.timedelta(hours=1)
    rows = Delivery.objects.filter(state="posted").filter(Q(asked_at__isnull=True) | Q(asked_at__lte=limit))
    found = list(rows.order_by("posted_on", "pk").values_list("pk", "carrier", "tracking_number")[:BATCH])
    for pk, carrier, number in found:
        Delivery.objects.filter(pk=pk).update(asked_at=now())
        adapter = carriers.adapter_for(carrier)
        if adapter is None:
            continue
        try:
            where = adapter.track(number)
        except carriers.Unreachable:
            continue
        if where.state in {"delivered", "returned"}:
            _arrived(pk, number, where)
    return len(found)


@action
def _arrived(delivery_id: int, number: str, where: carriers.Where) -> None:
    delivery = locked(delivery_id, PORTAL)
    if delivery.state != "posted" or delivery.tracking_number != number:
        return
    if where.state == "returned":
        take(delivery, "bounce", PORTAL, changes=_failed(delivery, str(_("Returned by the carrier"))))
        notices.tell_applicant(delivery, notices.FAILED, key=f"failed:{delivery.pk}:{delivery.failures}")
        return
    changes = _delivered(where.at, Delivery.Proof.CARRIER, proof_note=where.signed_by[:200])
    take(delivery, "arrive", PORTAL, changes=changes)
    _finish(delivery, PORTAL, f"{delivery.tracking_number} {where.signed_by}".strip())


# --- electronically -------------------------------------------------------------------------------------------------


@action
def open_result(actor: Actor, delivery_id: int) -> Delivery:
    """The applicant opens the electronic result for the first time: that is its proof. Again it changes nothing.

    Raises NotFound, NotAllowed, WrongState.
    """
    delivery = locked(delivery_id, actor)
    if actor.user is None or not policies.may_open(actor.user, delivery):
        raise NotAllowed()
    if delivery.state == "delivered":
        return delivery
    changes = _delivered(None, Delivery.Proof.OPENED, receiver=actor.user.name)
    take(delivery, "open", actor, changes=changes)
    _finish(delivery, PORTAL, str(_("Opened online by the applicant")))
    return delivery


# --- lamps and reminders --------------------------------------------------------------------------------------------


def light_lamps() -> int:
    """Amber two working days before the last day, red after it; each once. Returns how many were lit."""
    day = today()
    amber = Delivery.objects.under_way().filter(amber_on__lte=day, due_on__gte=day, amber_lit_on__isnull=True)
    red = Delivery.objects.under_way().filter(due_on__lt=day, red_lit_on__isnull=True)
    return _each_lamp(amber, "amber") + _each_lamp(red, "red")


def _each_lamp(rows: Any, lamp: str) -> int:
    ids = list(rows.order_by("due_on", "pk").values_list("pk", flat=True)[:BATCH])
    return sum(_light(pk, lamp) for pk in ids)


@action
def _light(delivery_id: int, lamp: str) -> bool:
    delivery = locked(delivery_id, PORTAL)
    column = f"{lamp}_lit_on"
    if not delivery.is_open or getattr(delivery, column) is not None:
        return False
    setattr(delivery, column, today())
    delivery.save(update_fields=[column])
    notices.tell_lamp(delivery, lamp)
    return True


def remind_due() -> int:
    """Remind once of what has been waiting at the window for some days. Returns how many were reminded."""
    day = today()
    before = day - dt.timedelta(days=rule("delivery.pick_up_reminder_days", day).days)
    rows = Delivery.objects.filter(state="ready", ready_on__lte=before, reminded_on__isnull=True)
    ids = list(rows.order_by("ready_on", "pk").values_list("pk", flat=True)[:BATCH])
    return sum(_remind(pk) for pk in ids)


@action
def _remind(delivery_id: int) -> bool:
    delivery = locked(delivery_id, PORTAL)
    if delivery.state != "ready" or delivery.reminded_on is not None:
        return False
    delivery.reminded_on = today()
    delivery.save(update_fields=["reminded_on"])
    notices.tell_applicant(delivery, notices.REMINDER, key=f"reminder:{delivery.pk}:{delivery.state_version}")
    return True
