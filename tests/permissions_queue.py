"""What each role gets at the addresses of queue."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hall.models import Window, WindowDuty
from hall.queue import actions
from hall.queue.models import Hall, Queue, QueueService, QueueWindow, Ticket, WindowSession
from hall.queue.services import TicketDraft
from portal.core.actors import Actor
from portal.core.time import now
from portal.people.actors import actor_of
from portal.people.models import Posting
from portal.people.roles import Role
from tests import factories
from tests.permissions import Cast, everyone, nothing, only

DEVICE = Actor(user=None, role="device", name="kiosk:1")


def _hall() -> Hall:
    """Open at any hour, so that the table does not depend on the clock."""
    return Hall.objects.create(
        code="H1", name="大厅", every_day=True, opens_at=dt.time(0), closes_at=dt.time(23, 59, 59)
    )


def _queue(cast: Cast) -> Queue:
    made = Queue.objects.create(hall=_hall(), prefix="A", name="市场准入", department=cast.department)
    QueueService.objects.create(queue=made, name="设立登记")
    return made


def queue(cast: Cast) -> Mapping[str, Any]:
    return {"queue_id": _queue(cast).pk}


def closed_queue(cast: Cast) -> Mapping[str, Any]:
    made = _queue(cast)
    Queue.objects.filter(pk=made.pk).update(is_open=False, closed_reason="系统升级")
    return {"queue_id": made.pk}


def service(cast: Cast) -> Mapping[str, Any]:
    return {"service_id": _queue(cast).services.get().pk}


def hall(cast: Cast) -> Mapping[str, Any]:
    return {"hall_id": _hall().pk}


def _ticket(cast: Cast) -> Ticket:
    return actions.take_number(DEVICE, TicketDraft(queue_id=_queue(cast).pk, channel="kiosk"), once_key="")


def ticket(cast: Cast) -> Mapping[str, Any]:
    return {"ticket_id": _ticket(cast).pk}


def ticket_step(cast: Cast) -> Mapping[str, Any]:
    return {"ticket_id": _ticket(cast).pk, "code": "cancel"}


def public(cast: Cast) -> Mapping[str, Any]:
    return {"public_id": _ticket(cast).public_id}


def public_step(cast: Cast) -> Mapping[str, Any]:
    return {"public_id": _ticket(cast).public_id, "code": "cancel"}


def _session(cast: Cast) -> WindowSession:
    """The clerk of the cast at a window of a queue."""
    made = _queue(cast)
    clerk = cast.person("clerk")
    window = Window.objects.create(code="A01", name="窗口", department=cast.department)
    QueueWindow.objects.create(queue=made, window=window)
    posting = Posting.objects.get(user=clerk)
    WindowDuty.objects.create(window=window, posting=posting, starts_on=dt.date(2026, 1, 1))
    return WindowSession.objects.create(window=window, hall=made.hall, staff=clerk, started_at=now())


def session(cast: Cast) -> Mapping[str, Any]:
    return {"session_id": _session(cast).pk}


def paused_session(cast: Cast) -> Mapping[str, Any]:
    made = _session(cast)
    actions.pause_window(actor_of(made.staff, Role.CLERK), made.pk, reason="meal")
    return {"session_id": made.pk}


def call(cast: Cast) -> Mapping[str, Any]:
    made = _session(cast)
    of = Queue.objects.get()
    taken = actions.take_number(DEVICE, TicketDraft(queue_id=of.pk, channel="kiosk"), once_key="")
    return {"session_id": made.pk, "ticket_id": taken.pk}


def called(cast: Cast) -> Mapping[str, Any]:
    keys = call(cast)
    actor = actor_of(cast.person("clerk"), Role.CLERK)
    actions.call_next(actor, keys["session_id"])
    return {"ticket_id": keys["ticket_id"], "code": "start"}


def _device(kind: str, **more: Any) -> tuple[Any, str]:
    chief = actor_of(factories.staff(Role.HALL_MANAGER), Role.HALL_MANAGER)
    return actions.issue_device(chief, hall_id=Hall.objects.get().pk, kind=kind, name="设备", **more)


def kiosk(cast: Cast) -> Mapping[str, Any]:
    _queue(cast)
    return {"token": _device("kiosk")[1]}


def kiosk_queue(cast: Cast) -> Mapping[str, Any]:
    return {**kiosk(cast), "queue_id": Queue.objects.get().pk}


def kiosk_ticket(cast: Cast) -> Mapping[str, Any]:
    taken = _ticket(cast)
    return {"token": _device("kiosk")[1], "public_id": taken.public_id}


def screen(cast: Cast) -> Mapping[str, Any]:
    _queue(cast)
    return {"token": _device("hall_screen")[1]}


def device(cast: Cast) -> Mapping[str, Any]:
    _queue(cast)
    return {"device_id": _device("kiosk")[0].pk}


clerks = only("clerk", "hall_manager")
givers = only("clerk", "hall_manager", "administrator")
# A place at a window is one's own; managers may end anybody's. Refused in words: back to the panel with a message.
at_window = only("clerk", "hall_manager", status=302)
overseers = only("supervisor", "hall_manager", "auditor", "administrator")
managers = only("hall_manager", "administrator")
wrong = only("hall_manager", "administrator", status=422)
done = only("hall_manager", "administrator", status=302)
tokens_only = everyone(401)

ROWS = [
    ("queue:desk", nothing, clerks),
    ("queue:waiting", nothing, clerks),
    ("queue:window-open", nothing, only("clerk", "hall_manager", status=404), "post", {"window": "1"}),
    ("queue:window-leave", session, at_window, "post"),
    ("queue:window-pause", session, at_window, "post", {"reason": "meal"}),
    ("queue:window-resume", paused_session, at_window, "post"),
    ("queue:call-next", session, at_window, "post"),
    ("queue:call-one", call, at_window, "post", {"reason": "help", "state_version": "0"}),
    ("queue:step", called, {**at_window, "hall_manager": 403}, "post", {"state_version": "1"}),
    ("queue:reception", nothing, givers),
    ("queue:give", queue, givers),
    ("queue:give", queue, only("clerk", "hall_manager", "administrator", status=302), "post"),
    ("queue:overview", nothing, overseers),
    ("queue:figures", nothing, overseers),
    ("queue:tickets", nothing, overseers),
    ("queue:ticket", ticket, overseers),
    ("queue:reprint", ticket, done, "post"),
    ("queue:ticket-step", ticket_step, done, "post", {"state_version": "0"}),
    ("queue:hall-new", nothing, managers),
    ("queue:hall-new", nothing, wrong, "post"),
    ("queue:end-day", hall, only("hall_manager", "administrator", status=403), "post"),
    ("queue:queue-new", nothing, managers),
    ("queue:queue-new", nothing, wrong, "post"),
    ("queue:queue", queue, managers),
    ("queue:queue", queue, wrong, "post"),
    ("queue:queue-edit", queue, managers),
    ("queue:queue-edit", queue, wrong, "post"),
    ("queue:queue-close", queue, managers),
    ("queue:queue-close", queue, wrong, "post"),
    ("queue:queue-open", closed_queue, done, "post"),
    ("queue:service-retire", service, done, "post"),
    ("queue:devices", nothing, managers),
    ("queue:device-new", nothing, managers),
    ("queue:device-new", nothing, wrong, "post"),
    ("queue:device-revoke", device, done, "post"),
    # Everybody, also without an account; the link of a number is its key.
    ("queue:halls", nothing, everyone()),
    ("queue:take", queue, everyone()),
    ("queue:take", queue, everyone(422), "post"),
    ("queue:follow", public, everyone()),
    ("queue:follow-state", public, everyone()),
    ("queue:printed", public, everyone()),
    ("queue:follow-step", public_step, everyone(302), "post", {"state_version": "0"}),
    # Whoever knows the secret of the device.
    ("queue:kiosk", kiosk, everyone()),
    ("queue:kiosk-choose", kiosk_queue, everyone()),
    ("queue:kiosk-choose", kiosk_queue, everyone(302), "post"),
    ("queue:kiosk-ticket", kiosk_ticket, everyone()),
    ("queue:screen", screen, everyone()),
    ("queue:screen-feed", screen, everyone()),
    # Tokens of the API; a session opens none of them.
    ("queue:api-queues", nothing, tokens_only),
    ("queue:api-tickets", nothing, tokens_only, "post"),
    ("queue:api-ticket", public, tokens_only),
    ("queue:api-steps", public, tokens_only, "post"),
    ("queue:api-calls", nothing, tokens_only, "post"),
    ("queue:api-feed", nothing, tokens_only),
]
