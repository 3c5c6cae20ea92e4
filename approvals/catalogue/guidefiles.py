"""Blank forms and samples of guides: whose they are, and who may read them."""

from typing import Any

from django.db.models import Q

from approvals.catalogue import policies
from approvals.catalogue.editing import FILE_KIND
from approvals.catalogue.models import Item, ItemVersion, Material
from portal.core.errors import NotFound
from portal.core.models import StoredFile

STREAM = "catalogue.item"


def may_read(user: Any, file: StoredFile) -> bool:
    """The policy of the kind: everybody once a version that names the file was published, else who sees the draft."""
    item = Item.objects.filter(pk=file.stream_id or 0).first()
    if item is None or file.kind != FILE_KIND:
        return False
    named = Material.objects.filter(Q(blank_file=file) | Q(sample_file=file), version__item=item)
    published = named.exclude(version__state=ItemVersion.State.DRAFT).exists()
    return policies.can_read_guide_file(user, item, published=published)


def file_of_guide(code: str, file_id: int, user: Any) -> StoredFile:
    """The file of this item's guide. Raises NotFound where it is not there or not for this reader."""
    item = Item.objects.filter(code=code).only("pk").first()
    found = StoredFile.objects.filter(pk=file_id, stream=STREAM, stream_id=item.pk).first() if item else None
    if found is None or not may_read(user, found):
        raise NotFound()
    return found
