"""Photos: real pictures only, stored when they come in, given to a finding when it is saved."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from hall.patrols.models import Finding, FindingPhoto
from portal.core import files
from portal.core.actors import Actor
from portal.core.errors import Invalid
from portal.core.models import StoredFile
from portal.core.time import now

KIND = "patrols.photo"
STREAM = "patrols.finding"
MOST = 9
NO_PICTURE = _("A photo is a JPEG or PNG picture. Please take it again.")


def take_in(uploads: Iterable[Any], owner: Actor) -> list[StoredFile]:
    """Check and keep the uploads. Raises Invalid with a sentence; what is not attached is swept."""
    stored = [files.store(one, owner=owner, kind=KIND) for one in uploads]
    if any(not one.mime.startswith("image/") for one in stored):
        raise Invalid(NO_PICTURE, code="no_picture")
    return stored


def own_uploads(ids: Iterable[str], owner: Actor) -> list[StoredFile]:
    """Photos of this person that came in with a form which had to be corrected, and belong to nothing yet."""
    pks = [int(text) for text in ids if text.isdecimal() and len(text) < 12][:MOST]
    rows = StoredFile.objects.filter(pk__in=pks, owner_user_id=owner.user_id, kind=KIND, stream_id__isnull=True)
    return list(rows.order_by("pk"))


def attach(finding: Finding, photos: Sequence[StoredFile], kind: str, owner: Actor) -> None:
    """Give the photos to a finding, inside the caller's transaction."""
    if len(photos) > MOST:
        raise Invalid(fields={"photos": _("At most %(n)s photos at a time.") % {"n": MOST}})
    for photo in photos:
        file = files.attach(photo.pk, stream=STREAM, stream_id=finding.pk, owner=owner)
        FindingPhoto.objects.create(finding=finding, file=file, kind=kind, at=now())


def may_read(user: Any, file: StoredFile) -> bool:
    """Whoever sees the finding."""
    from hall.patrols.policies import may_see

    finding = Finding.objects.filter(pk=file.stream_id or 0).first()
    return finding is not None and may_see(user, finding)
