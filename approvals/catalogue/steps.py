"""What the catalogue's actions share: finding and locking the item, the right to do it, the rules of days."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.catalogue import policies
from approvals.catalogue.models import Item, ItemVersion
from portal.core import db
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.events import stream_of
from portal.core.models import StreamHead


def allow(policy: Callable[[Any, Item], bool], actor: Actor, item: Item) -> None:
    """The portal's own jobs (imports) write drafts without a person; what they may not do is refused elsewhere."""
    if actor.user is None and policy is policies.can_edit:
        return
    if actor.user is None or not policy(actor.user, item):
        raise NotAllowed()


def item_of(item_id: int) -> Item:
    """The locked item. Raises NotFound."""
    try:
        item: Item = db.lock_row(Item.objects.all(), item_id)
    except Item.DoesNotExist:
        raise NotFound() from None
    return item


def draft_of(version_id: int) -> ItemVersion:
    """The version with its item locked first, so that two people never work on one item at once.

    Raises NotFound, WrongState once it is published.
    """
    version = ItemVersion.objects.filter(pk=version_id).only("item_id").first()
    if version is None:
        raise NotFound()
    item = item_of(version.item_id)
    version = ItemVersion.objects.select_related("form").filter(pk=version_id).first()
    if version is None:
        raise NotFound()
    version.item = item
    if version.state != ItemVersion.State.DRAFT:
        raise WrongState(_("A published version never changes. Please make a new version."), code="published")
    return version


def revision_of(item: Item) -> int:
    """A number that grows with every change of the item, for pages that hand it back when they save."""
    head = StreamHead.objects.filter(stream=stream_of(item), stream_id=item.pk).values_list("sequence", flat=True)
    return head.first() or 0


def check_revision(item: Item, revision: int | None) -> None:
    """Raises Stale when somebody has changed the item since the page was drawn. The item is locked."""
    if revision is not None and revision != revision_of(item):
        raise Stale()


def check_days(kind: str, legal: int | None, promised: int | None) -> None:
    """Raises Invalid for a promise beyond the law, and for an immediate item that takes days."""
    if legal is not None and promised is not None and promised > legal:
        raise Invalid(fields={"promised_days": _("The promise must not be longer than the legal limit.")})
    if kind == ItemVersion.Kind.IMMEDIATE and promised != 0:
        raise Invalid(fields={"promised_days": _("An immediate item is decided on the same day: 0 days.")})
