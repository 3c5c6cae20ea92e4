"""What people are told about their number: nearly your turn, and called. In the portal and by text message."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hall.models import Window
from hall.queue.models import Ticket
from portal.core.notifications import Contact, Template, Words, notify, register

CALLED = register(
    Template(
        "queue.called",
        _("%(number)s is called"),
        _("Number %(number)s: please go to window %(window)s now."),
        {"number", "window"},
        urgent=True,
    )
)
NEAR = register(
    Template(
        "queue.near",
        _("%(number)s: your turn is near"),
        _("Number %(number)s (%(queue)s): you are number %(place)s in the line. Please come to the hall."),
        {"number", "queue", "place"},
    )
)


def tell_called(ticket: Ticket, window: Window) -> None:
    """Silent call (无声叫号): the phone says what the loudspeaker says. Nothing for who gave none."""
    if ticket.wants_notice:
        context = {"number": ticket.number, "window": window.code}
        _tell(ticket, CALLED.code, context, key=f"call:{ticket.pk}:{ticket.call_number}")


def tell_near_turn(ticket: Ticket, place: int) -> None:
    """Once for each place in a line."""
    queue = Words(ticket.queue.name, ticket.queue.name_en)
    _tell(
        ticket,
        NEAR.code,
        {"number": ticket.number, "queue": queue, "place": place},
        key=f"near:{ticket.pk}:{ticket.rejoins}",
    )


def _tell(ticket: Ticket, template: str, context: Mapping[str, Any], *, key: str) -> None:
    about = (ticket._meta.label_lower, ticket.pk)
    path = reverse("queue:follow", args=[ticket.public_id])
    if ticket.person is not None:
        channels = ("in_app",) if ticket.phone else ("in_app", "sms")
        notify(ticket.person, template, context, about=about, channels=channels, key=key, path=path)
    if ticket.phone:
        contact = Contact(phone=ticket.phone, language=ticket.language or settings.LANGUAGE_CODE)
        notify(contact, template, context, about=about, channels=("sms",), key=key, path=path)
