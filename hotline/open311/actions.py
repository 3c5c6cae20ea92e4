"""Taking in a request that another system sends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotline.actions import Caller, TicketDraft, new_ticket
from hotline.models import Channel, Kind, Ticket
from hotline.open311.models import Service, Submission
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.idempotency import body_hash, once
from portal.people.models import Client

SHORTEST_TOKEN = 16  # a key that could be guessed is no token
TITLE = 60  # characters of the description that stand as the title


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A request as it was sent; `attributes` are cleaned, `said` says them in words for whoever handles it."""

    description: str
    address: str = ""
    street_code: str = ""
    latitude: float | None = None
    longitude: float | None = None
    name: str = ""
    phone: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    said: Sequence[str] = ()
    media_url: str = ""
    language: str = "zh-hans"


@action
def submit(actor: Actor, client: Client, service: Service, sent: Sent, *, once_key: str = "") -> Ticket:
    """Make the ticket, once for each key of the client. Raises Invalid with `fields`, KeyReused."""
    made: list[Ticket] = []

    def run() -> dict[str, Any]:
        ticket = new_ticket(actor, _draft(service, sent))
        token = once_key if len(once_key) >= SHORTEST_TOKEN else ""
        Submission.objects.create(
            ticket=ticket, client=client, token=token, attributes=dict(sent.attributes), media_url=sent.media_url
        )
        made.append(ticket)
        return {"ticket": ticket.pk}

    body = {**{name: getattr(sent, name) for name in sent.__dataclass_fields__}, "service": service.category.code}
    outcome = once(actor, "open311.submit", once_key, body_hash(body), run)
    return made[0] if made else Ticket.objects.get(pk=outcome["ticket"])


def _draft(service: Service, sent: Sent) -> TicketDraft:
    first = " ".join(sent.description.split())
    title = first if len(first) <= TITLE else f"{first[: TITLE - 1]}…"
    return TicketDraft(
        title=title or service.category.name,
        content="\n".join([sent.description.strip() or service.category.name, *sent.said]),
        kind=Kind.HELP,
        category_id=service.category_id,
        channel=Channel.OPEN311,
        address=sent.address,
        street_code=sent.street_code,
        latitude=sent.latitude,
        longitude=sent.longitude,
        caller=Caller(name=sent.name, phone=sent.phone, language=sent.language, consented=True),
    )
