"""Number machines, call pads and screens of other makers: the same actions as the pages, behind the API's tokens.

`hall:queue` takes numbers and reads the screens' feed; `hall:call` calls and serves for whoever sits at the window.
A number that is asked for twice under one `Idempotency-Key` is given once.
"""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from hall.queue import actions, reads
from hall.queue.errors import NotAtWindow
from hall.queue.feed import hall_with_day
from hall.queue.models import Hall, Queue, Ticket, WindowSession
from hall.queue.services import TicketDraft
from hall.queue.views.follow import link_of
from hall.queue.views.screens import answer
from portal.core.actors import Actor
from portal.core.api.shapes import ONCE, described, optional, shape
from portal.core.errors import Invalid, NotFound
from portal.core.time import today
from portal.people.actors import actor_of
from portal.people.clients import ClientView
from portal.people.clients.views import actor_for, once_key
from portal.people.roles import Role

TAKE, CALL = "hall:queue", "hall:call"
STEPS = frozenset({"recall", "put_back", "miss", "start", "finish"})
HALL = OpenApiParameter("hall", str, description="code of the hall", required=True)
AFTER = OpenApiParameter("after", int, description="the last call that was shown; every later one comes, in order")

TAG = "hall"
WRITING = (400, 409, 413, 415, 422)  # what an address that takes a body may refuse
TICKET = shape(
    "HallTicket",
    id=s.CharField(),
    number=s.CharField(),
    queue=s.CharField(help_text="Letter of the queue."),
    state=s.CharField(),
    version=s.IntegerField(help_text="To be sent back with a step."),
    window=optional(s.CharField),
    ahead=optional(s.IntegerField),
    wait_minutes=s.ListField(child=s.IntegerField(), allow_null=True, help_text="From and to."),
    taken_at=s.DateTimeField(),
    url=s.CharField(),
)
TAKING = shape(
    "HallTaking",
    hall=s.CharField(),
    queue=s.CharField(help_text="Letter of the queue."),
    services=s.ListField(child=s.IntegerField(), required=False),
    priority=s.CharField(required=False, allow_blank=True),
    phone=s.CharField(required=False, allow_blank=True),
)
STEP = shape(
    "HallStep",
    step=s.CharField(help_text="recall, put_back, miss, start or finish."),
    window=s.CharField(),
    version=s.IntegerField(),
)
CALLING = shape("HallCalling", window=s.CharField())


def ticket_data(ticket: Ticket) -> dict[str, Any]:
    """A ticket as programs get it: nothing personal."""
    place = reads.place_of(ticket)
    return {
        "id": ticket.public_id,
        "number": ticket.number,
        "queue": ticket.queue.prefix,
        "state": ticket.state,
        "version": ticket.state_version,
        "window": ticket.window.code if ticket.window else None,
        "ahead": place.ahead if place else None,
        "wait_minutes": list(place.minutes) if place and place.minutes else None,
        "taken_at": ticket.taken_at.isoformat(),
        "url": link_of(ticket),
    }


class Queues(ClientView):
    """What numbers there are."""

    scopes = {"GET": TAKE}

    @described(
        "hall_queues", "Queues of a hall with their services and who waits", TAG,
        ok=OpenApiTypes.OBJECT, parameters=[HALL], refuses=(422,),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        hall = _hall(request.query_params.get("hall", ""))
        lines = reads.lines(Queue.objects.in_use().filter(hall=hall).prefetch_related("services"))
        return Response({"hall": hall.code, "queues": [_queue_data(line) for line in lines]})


class Tickets(ClientView):
    """Taking a number."""

    scopes = {"POST": TAKE}

    @described(
        "hall_take_number", "Take a number", TAG,
        ok=TICKET, status=201, request=TAKING, parameters=[ONCE], refuses=(*WRITING, 404),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = _body(request)
        hall = _hall(_text(body, "hall"))
        queue = Queue.objects.in_use().filter(hall=hall, prefix=_text(body, "queue")).first()
        if queue is None:
            raise Invalid(fields={"queue": _("This hall has no queue with this letter.")})
        services = body.get("services", [])
        if not isinstance(services, list) or not all(type(one) is int and 0 < one < 2**63 for one in services):
            raise Invalid(fields={"services": _("Choose services of this queue.")})
        draft = TicketDraft(
            queue_id=queue.pk, channel=Ticket.Channel.MACHINE, service_ids=tuple(services[:20]),
            priority=_text(body, "priority"), phone=_text(body, "phone"),
        )  # fmt: skip
        return Response(
            ticket_data(actions.take_number(actor_for(request), draft, once_key=once_key(request))), status=201
        )


class OneTicket(ClientView):
    """A ticket by its public id."""

    scopes = {"GET": TAKE}

    @described("hall_ticket", "Where a number stands", TAG, ok=TICKET, refuses=(404,))
    def get(self, request: Request, public_id: str) -> Response:
        return Response(ticket_data(_ticket(public_id)))


class Steps(ClientView):
    """What is done with a called number."""

    scopes = {"POST": CALL}

    @described(
        "hall_ticket_step", "Call again, take back, missed, start or finish", TAG,
        ok=TICKET, request=STEP, refuses=(*WRITING, 404, 412),
    )  # fmt: skip
    def post(self, request: Request, public_id: str) -> Response:
        body = _body(request)
        code = _text(body, "step")
        if code not in STEPS:
            raise Invalid(fields={"step": _("Choose one of: %(names)s.") % {"names": ", ".join(sorted(STEPS))}})
        session, actor = _session(_text(body, "window"))
        ticket = _ticket(public_id)
        if ticket.window_id != session.window_id:
            raise NotFound
        version = body.get("version")
        asked = version if type(version) is int else -1
        return Response(ticket_data(actions.take_step(actor, ticket.pk, code, state_version=asked)))


class Calls(ClientView):
    """Calling the next number to a window."""

    scopes = {"POST": CALL}

    @described(
        "hall_call_next", "Call the next number to a window", TAG,
        ok=TICKET, request=CALLING, refuses=(*WRITING, 404, 412),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        session, actor = _session(_text(_body(request), "window"))
        return Response(ticket_data(actions.call_next(actor, session.pk)))


class Feed(ClientView):
    """The screens' feed."""

    scopes = {"GET": TAKE}

    @described(
        "hall_feed", "Calls since the last one shown, with ETag", TAG,
        ok={200: OpenApiTypes.OBJECT, 304: OpenApiResponse(description="Nothing is new since this ETag.")},
        parameters=[HALL, AFTER], refuses=(404,),
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        return answer(request, hall_with_day(request.query_params.get("hall", "")))


queues, tickets, ticket = Queues.as_view(), Tickets.as_view(), OneTicket.as_view()
steps, calls, hall_feed = Steps.as_view(), Calls.as_view(), Feed.as_view()


def _queue_data(line: reads.Line) -> dict[str, Any]:
    services = [one for one in line.queue.services.all() if one.active]
    return {
        "queue": line.queue.prefix,
        "name": line.queue.name,
        "name_en": line.queue.name_en,
        "open": line.queue.is_open,
        "waiting": line.waiting,
        "services": [
            {"id": one.pk, "name": one.name, "name_en": one.name_en, "item": one.item_code} for one in services
        ],
    }


def _body(request: Request) -> dict[str, Any]:
    if not isinstance(request.data, dict):
        raise Invalid(_("Send a JSON object."))
    return request.data


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > 120:
        raise Invalid(fields={name: _("This must be text.")})
    return value


def _hall(code: str) -> Hall:
    hall = Hall.objects.open_on(today()).filter(code=code).first()
    if hall is None:
        raise Invalid(fields={"hall": _("There is no hall with this code.")})
    return hall


def _ticket(public_id: str) -> Ticket:
    found = Ticket.objects.select_related("queue", "window").filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def _session(code: str) -> tuple[WindowSession, Actor]:
    """Who sits at the window: the pad acts for them, and events name them."""
    rows = WindowSession.objects.filter(window__code=code, ended_at__isnull=True)
    session = rows.select_related("window", "staff").first()
    if session is None:
        raise NotAtWindow
    role = Role.CLERK if session.staff.access.has(Role.CLERK) else Role.HALL_MANAGER
    return session, actor_of(session.staff, role)
