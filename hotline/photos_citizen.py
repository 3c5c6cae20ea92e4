"""Photos of a form that had to be corrected: kept where they are, and named by a signed mark that nobody can make up."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core import signing

from hotline import files
from portal.core.actors import Actor
from portal.core.errors import DomainError
from portal.core.models import StoredFile

SALT = "hotline.kept-photo"
KEPT_SECONDS = 24 * 3600


def mark_of(photo: StoredFile) -> str:
    """What stands in the form for a photo that has come in."""
    return signing.dumps(photo.pk, salt=SALT)


def kept(marks: Iterable[str]) -> list[StoredFile]:
    """The photos behind the marks that belong to nothing yet; a mark that does not fit is passed over."""
    pks = []
    for mark in list(marks)[: files.MOST]:
        try:
            pks.append(int(signing.loads(mark, salt=SALT, max_age=KEPT_SECONDS)))
        except (signing.BadSignature, ValueError, TypeError):
            continue
    rows = StoredFile.objects.filter(pk__in=pks, kind=files.KIND, stream_id__isnull=True) if pks else []
    return sorted(rows, key=lambda row: row.pk)


def take_in(uploads: Sequence[Any], form: Any, actor: Actor) -> list[StoredFile]:
    """Keep what is a picture; what is none, or too large, stands as an error beside the field."""
    stored: list[StoredFile] = []
    for upload in uploads:
        try:
            stored += files.take_in([upload], actor)
        except DomainError as error:
            form.add_error("photos", f"{upload.name}: {error.message}")
    return stored
