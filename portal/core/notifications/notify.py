"""Writing what people are told, in the transaction of what happened."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from portal.core.jobs import enqueue
from portal.core.models.notifications import Channel, Notification, OutboxMessage
from portal.core.notifications import outbox
from portal.core.notifications.templates import Template, freeze, render, template_of
from portal.core.time import now

if TYPE_CHECKING:
    from portal.people.models import User

CHANNELS = ("in_app", "sms", "email")


@dataclass(frozen=True)
class Contact:
    """A person without an account: where messages reach them, and in which language."""

    name: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""

    pk = None


def notify(
    to: "User | Contact",
    template: str,
    context: Mapping[str, Any],
    *,
    about: tuple[str, int] | None = None,
    channels: Iterable[str] = CHANNELS,
    key: str | None = None,
    path: str = "",
) -> Notification | None:
    """Tell `to` what `template` says. Rows only, of the present transaction; sending follows by a job.

    A channel without an address is left out. With a `key` the same person is told once, however often this runs.
    `path` is the page to look at. Raises ValueError for an unknown template or channel and for a missing placeholder.
    """
    found = template_of(template)
    missing = set(found.placeholders) - set(context)
    if missing:
        raise ValueError(f"{template} lacks {', '.join(sorted(missing))}")
    wanted = set(channels)
    if unknown := wanted - set(CHANNELS):
        raise ValueError(f"unknown channels: {', '.join(sorted(unknown))}")
    wanted &= set(settings.NOTIFY_BY)
    frozen = freeze({name: context[name] for name in found.placeholders})
    with transaction.atomic():
        if "sms" in wanted and to.phone:
            _queue(Channel.SMS, to.phone, to, found, frozen, about=about, key=key, path="")
        if "email" in wanted and to.email:
            _queue(Channel.EMAIL, to.email, to, found, frozen, about=about, key=key, path=path)
        if "in_app" in wanted and to.pk is not None:
            return _note(to.pk, found, frozen, about=about, key=key, path=path)
    return None


def _note(
    user_id: int,
    template: Template,
    frozen: dict[str, Any],
    *,
    about: tuple[str, int] | None,
    key: str | None,
    path: str,
) -> Notification:
    stream, stream_id = about or ("", None)
    values = {
        "template": template.code,
        "context": frozen,
        "path": path,
        "stream": stream,
        "stream_id": stream_id,
        "created_at": now(),
    }
    if not key:
        return Notification.objects.create(user_id=user_id, **values)
    note, _new = Notification.objects.get_or_create(user_id=user_id, key=key, defaults=values)
    return note


def _queue(
    channel: Channel,
    address: str,
    to: "User | Contact",
    template: Template,
    frozen: dict[str, Any],
    *,
    about: tuple[str, int] | None,
    key: str | None,
    path: str,
) -> None:
    language = to.language or settings.LANGUAGE_CODE
    text = render(template, frozen, language=language)
    stream, stream_id = about or ("", None)
    receiver = f"user-{to.pk}" if to.pk else f"contact-{stream}-{stream_id}"
    body = text.sms if channel == Channel.SMS else f"{text.body}\n\n{settings.SITE_URL}{path}"
    message, new = OutboxMessage.objects.get_or_create(
        channel=channel,
        # The receiver knows the message by this; without a key of the business every call is a message of its own.
        key=f"{template.code}:{receiver}:{key}" if key else uuid.uuid4().hex,
        defaults={
            "user_id": to.pk,
            "address": address,
            "language": language,
            "template": template.code,
            "subject": text.subject[:200],
            "body": body,
            "urgent": template.urgent,
            "stream": stream,
            "stream_id": stream_id,
            "created_at": now(),
        },
    )
    if new:
        enqueue(outbox.SEND, {"message": message.pk}, key=str(message.pk), due_at=outbox.may_leave_at(message))
