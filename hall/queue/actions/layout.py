"""The hall's layout: queues with their services and windows, opening and closing them, devices with their secrets."""

import datetime as dt
import hashlib
import re
import secrets
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hall.models import Window
from hall.queue.models import Device, Hall, Queue, QueueService, QueueWindow
from hall.queue.policies import may_manage_queue
from hall.queue.steps import raise_version
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now, today
from portal.people.models import Department

HALL_CODE = re.compile(r"[A-Z0-9]{1,16}")
SEEN_EVERY = dt.timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class QueueDraft:
    """What a manager tells about a queue."""

    hall_id: int
    prefix: str
    name: str
    name_en: str = ""
    area: str = ""
    department_id: int | None = None
    remote: bool = True
    daily_limit: int | None = None
    window_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ServiceDraft:
    """What a manager tells about a service."""

    name: str
    name_en: str = ""
    item_code: str = ""
    department_id: int | None = None


@action
def make_hall(
    actor: Actor,
    *,
    code: str,
    name: str,
    name_en: str = "",
    opens_at: dt.time | None = None,
    closes_at: dt.time | None = None,
    every_day: bool = False,
) -> Hall:
    """A new hall. Raises NotAllowed, Invalid with `fields`."""
    _only_managers(actor)
    wrong: dict[str, type_of_message] = {}
    code = code.strip().upper()
    if not HALL_CODE.fullmatch(code):
        wrong["code"] = _("1 to 16 capital letters or digits, for example H1.")
    elif Hall.objects.filter(code=code).exists():
        wrong["code"] = _("Another hall has this code already.")
    if (opens_at is None) != (closes_at is None):
        wrong["closes_at"] = _("Give both hours, or none.")
    elif opens_at is not None and closes_at is not None and opens_at >= closes_at:
        wrong["closes_at"] = _("The hall closes after it opens.")
    if wrong:
        raise Invalid(fields=wrong)
    hall = Hall.objects.create(
        code=code, name=name.strip(), name_en=name_en.strip(), opens_at=opens_at, closes_at=closes_at,
        every_day=every_day,
    )  # fmt: skip
    record(hall, "hall.made", actor, data={"code": code})
    return hall


@action
def make_queue(actor: Actor, draft: QueueDraft) -> Queue:
    """A new queue. Raises NotAllowed, NotFound for an unknown hall, Invalid with `fields`."""
    _only_managers(actor)
    hall = Hall.objects.open_on(today()).filter(pk=draft.hall_id).first()
    if hall is None:
        raise NotFound()
    queue = Queue(hall=hall)
    _fill(queue, draft)
    queue.save()
    _serve(queue, draft.window_ids)
    record(queue, "queue.made", actor, data={"prefix": queue.prefix})
    raise_version(queue.hall_id, today())
    return queue


@action
def change_queue(actor: Actor, queue_id: int, draft: QueueDraft) -> Queue:
    """Write the new values and windows. The letter of a queue that has given numbers today stays."""
    _only_managers(actor)
    queue = _queue(queue_id)
    before = queue.prefix
    _fill(queue, draft)
    if before != queue.prefix and queue.tickets.filter(day=today()).exists():
        raise Invalid(fields={"prefix": _("This queue has given numbers today; change its letter on another day.")})
    queue.save()
    _serve(queue, draft.window_ids)
    record(queue, "queue.changed", actor, data={"prefix": queue.prefix, "windows": list(draft.window_ids)})
    raise_version(queue.hall_id, today())
    return queue


@action
def open_queue(actor: Actor, queue_id: int) -> Queue:
    """Give numbers again."""
    return _set_open(actor, queue_id, "")


@action
def close_queue(actor: Actor, queue_id: int, *, reason: str) -> Queue:
    """Give no more numbers; those who wait are still called. Raises Invalid without a reason."""
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why: the reception desk passes it on.")})
    return _set_open(actor, queue_id, reason.strip()[:200])


@action
def add_service(actor: Actor, queue_id: int, draft: ServiceDraft) -> QueueService:
    """Offer one more service in the queue; one that was given up under this name is offered again."""
    _only_managers(actor)
    queue = _queue(queue_id)
    name = draft.name.strip()
    if not name:
        raise Invalid(fields={"name": _("Enter the service's name.")})
    values = {"name_en": draft.name_en.strip(), "item_code": draft.item_code.strip(), "active": True}
    service, _made = QueueService.objects.update_or_create(
        queue=queue, name=name, defaults={**values, "department_id": draft.department_id}
    )
    record(queue, "queue.service_added", actor, data={"service": service.pk})
    return service


@action
def retire_service(actor: Actor, service_id: int) -> QueueService:
    """Offer a service no more; tickets that name it keep it."""
    _only_managers(actor)
    service = QueueService.objects.filter(pk=service_id).first()
    if service is None:
        raise NotFound()
    queue = _queue(service.queue_id)
    service.active = False
    service.save(update_fields=["active"])
    record(queue, "queue.service_retired", actor, data={"service": service.pk})
    return service


@action
def issue_device(
    actor: Actor, *, hall_id: int, kind: str, name: str, window_id: int | None = None, area: str = ""
) -> tuple[Device, str]:
    """Issue a device and its secret, which is shown this once: the table keeps its hash. Raises Invalid."""
    _only_managers(actor)
    wrong: dict[str, type_of_message] = {}
    if not Hall.objects.open_on(today()).filter(pk=hall_id).exists():
        raise NotFound()
    if kind not in Device.Kind.values:
        wrong["kind"] = _("Please choose one of the answers.")
    if not name.strip():
        wrong["name"] = _("Enter a name by which you find the device again.")
    if kind == Device.Kind.WINDOW_SCREEN and window_id is None:
        wrong["window"] = _("A window screen needs its window.")
    if kind == Device.Kind.AREA_SCREEN and not area.strip():
        wrong["area"] = _("Say which area of the hall the screen shows.")
    if wrong:
        raise Invalid(fields=wrong)
    secret = secrets.token_urlsafe(24)
    device = Device.objects.create(
        hall_id=hall_id, kind=kind, name=name.strip(), window_id=window_id, area=area.strip(),
        token_hash=hash_of(secret), issued_by=actor.user, issued_at=now(),
    )  # fmt: skip
    record(device, "device.issued", actor, data={"kind": kind})
    return device, secret


@action
def revoke_device(actor: Actor, device_id: int) -> Device:
    """Its address answers 404 from now on."""
    _only_managers(actor)
    try:
        device = db.lock_row(Device.objects.all(), device_id)
    except Device.DoesNotExist:
        raise NotFound() from None
    if device.revoked_at is not None:
        raise WrongState(_("This device was revoked already."))
    device.revoked_at = now()
    device.save(update_fields=["revoked_at"])
    record(device, "device.revoked", actor)
    return device


def note_seen(device: Device) -> None:
    """The list of devices says when one was seen last; written once a minute, so that polls cost no write."""
    moment = now()
    if device.last_seen_at is None or abs(moment - device.last_seen_at) > SEEN_EVERY:
        Device.objects.filter(pk=device.pk).update(last_seen_at=moment)


def hash_of(secret: str) -> str:
    """What the table keeps of a device's secret; 192 random bits need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _only_managers(actor: Actor) -> None:
    if actor.user is None or not may_manage_queue(actor.user):
        raise NotAllowed


def _queue(queue_id: int) -> Queue:
    try:
        return db.lock_row(Queue.objects.in_use().select_related("hall"), queue_id)
    except Queue.DoesNotExist:
        raise NotFound() from None


def _fill(queue: Queue, draft: QueueDraft) -> None:
    """Check and set the values. Raises Invalid with every wrong field at once."""
    wrong: dict[str, type_of_message] = {}
    prefix = draft.prefix.strip().upper()
    try:
        queue._meta.get_field("prefix").run_validators(prefix)
        if not prefix:
            raise ValidationError("")
    except ValidationError:
        wrong["prefix"] = _("One or two capital letters.")
    same = Queue.objects.filter(hall=queue.hall_id, prefix=prefix).exclude(pk=queue.pk)
    if prefix and same.exists():
        wrong["prefix"] = _("Another queue of this hall has this letter.")
    if not draft.name.strip():
        wrong["name"] = _("Enter the queue's name.")
    if draft.department_id and not Department.objects.open_on(today()).filter(pk=draft.department_id).exists():
        wrong["department"] = _("Choose a department that is open.")
    if draft.daily_limit is not None and draft.daily_limit < 1:
        wrong["daily_limit"] = _("At least 1, or leave it empty.")
    if wrong:
        raise Invalid(fields=wrong)
    queue.prefix, queue.name, queue.name_en = prefix, draft.name.strip(), draft.name_en.strip()
    queue.area, queue.department_id = draft.area.strip(), draft.department_id
    queue.remote, queue.daily_limit = draft.remote, draft.daily_limit


def _serve(queue: Queue, window_ids: tuple[int, ...]) -> None:
    wanted = set(Window.objects.open_on(today()).filter(pk__in=window_ids).values_list("pk", flat=True))
    if wanted != set(window_ids):
        raise Invalid(fields={"windows": _("Choose windows that are open.")})
    queue.served_at.exclude(window__in=wanted).delete()
    held = set(queue.served_at.values_list("window_id", flat=True))
    QueueWindow.objects.bulk_create(QueueWindow(queue=queue, window_id=pk) for pk in sorted(wanted - held))


def _set_open(actor: Actor, queue_id: int, closed_reason: str) -> Queue:
    _only_managers(actor)
    queue = _queue(queue_id)
    if queue.is_open == (not closed_reason):
        raise WrongState(_("The queue is so already."))
    queue.is_open, queue.closed_reason = not closed_reason, closed_reason
    queue.save(update_fields=["is_open", "closed_reason"])
    record(queue, "queue.closed" if closed_reason else "queue.opened", actor, data={"reason": closed_reason})
    raise_version(queue.hall_id, today())
    return queue
