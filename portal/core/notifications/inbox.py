"""The list of notes inside the portal: whose they are, what is unread, marking them read."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import NotFound
from portal.core.models.notifications import Notification
from portal.core.notifications.templates import Rendered, render, template_of
from portal.core.time import now

if TYPE_CHECKING:
    from portal.people.models import User

SHOWN_AT_MOST = 99


def notifications_of(user: "User") -> "QuerySet[Notification]":
    """The user's notes, newest first."""
    return Notification.objects.filter(user_id=user.pk).order_by("-pk")


def unread_count(user: "User") -> int:
    """How many notes are unread, up to 99: one look into a partial index, on every page."""
    return Notification.objects.filter(user_id=user.pk, read_at=None)[: SHOWN_AT_MOST + 1].count()


def text_of(note: Notification) -> Rendered:
    """The note's words in the active language."""
    return render(template_of(note.template), note.context)


@action
def mark_read(actor: Actor, notification_id: int) -> Notification:
    """Mark one of the actor's notes read. Raises NotFound for a note of somebody else."""
    note = Notification.objects.filter(pk=notification_id, user=actor.user).first()
    if note is None:
        raise NotFound
    if note.read_at is None:
        note.read_at = now()
        note.save(update_fields=["read_at"])
    return note


@action
def mark_all_read(actor: Actor) -> int:
    """Mark all of the actor's notes read. Returns how many were unread."""
    return Notification.objects.filter(user=actor.user, read_at=None).update(read_at=now())
