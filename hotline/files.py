"""Photos and papers of a ticket: checked by their content when they come in, given to a ticket when it is saved."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from hotline.models import Ticket, TicketFile
from portal.core import files
from portal.core.actors import Actor
from portal.core.errors import Invalid
from portal.core.models import StoredFile
from portal.core.time import now

KIND = "hotline.photo"
STREAM = "hotline.ticket"
MOST = 6
NO_PICTURE = _("A photo is a JPEG or PNG picture. Please take it again.")


def take_in(uploads: Iterable[Any], owner: Actor) -> list[StoredFile]:
    """Check and keep the uploads. Raises Invalid with a sentence; what is not attached is swept."""
    stored = [files.store(one, owner=owner, kind=KIND) for one in uploads]
    if any(not one.mime.startswith("image/") for one in stored):
        raise Invalid(NO_PICTURE, code="no_picture")
    return stored


def attach(ticket: Ticket, photos: Sequence[StoredFile], owner: Actor, *, of_reply: bool = False) -> None:
    """Give the files to a ticket, inside the caller's transaction."""
    if len(photos) > MOST:
        raise Invalid(fields={"photos": _("At most %(n)s photos at a time.") % {"n": MOST}})
    for photo in photos:
        file = files.attach(photo.pk, stream=STREAM, stream_id=ticket.pk, owner=owner)
        TicketFile.objects.create(ticket=ticket, file=file, of_reply=of_reply, at=now())


def may_read(user: Any, file: StoredFile) -> bool:
    """Whoever sees the ticket; before it belongs to one, who brought it."""
    from hotline.policies import may_see

    if file.stream_id is None:
        return bool(user.is_authenticated and file.owner_user_id == user.pk)
    ticket = Ticket.objects.filter(pk=file.stream_id).first()
    return ticket is not None and may_see(user, ticket)
