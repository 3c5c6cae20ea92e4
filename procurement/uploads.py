"""Files of a form that has to be sent again: stored at once, and named by signed marks, so that nothing is lost."""

from typing import Any

from django.core import signing
from django.http import HttpRequest

from portal.core import files
from portal.core.actors import Actor
from portal.core.models import StoredFile

SALT = "procurement.upload"
KEPT_SECONDS = 24 * 3600
MOST = 10


def held(request: HttpRequest, owner: Actor, field: str, kind: str) -> list[StoredFile]:
    """What the form brought: files of an earlier try, and the new ones. Raises Invalid for one that cannot be kept."""
    found = kept(request, owner, kind)
    for upload in request.FILES.getlist(field)[: MOST - len(found)]:
        found.append(files.store(upload, owner=owner, kind=kind))
    return found


def kept(request: HttpRequest, owner: Actor, kind: str) -> list[StoredFile]:
    """The files of an earlier try: one's own, of this kind, and part of no record yet; the oldest first."""
    pks = []
    for mark in request.POST.getlist("kept")[:MOST]:
        try:
            pks.append(int(signing.loads(mark, salt=SALT, max_age=KEPT_SECONDS)))
        except (signing.BadSignature, ValueError, TypeError):
            continue
    rows = StoredFile.objects.filter(pk__in=pks, owner_user_id=owner.user_id, kind=kind, stream_id__isnull=True)
    return list(rows.order_by("pk"))


def marks(found: list[StoredFile]) -> list[tuple[str, Any]]:
    """(mark, file) for the form that is shown again; a mark holds for a day."""
    return [(signing.dumps(one.pk, salt=SALT), one) for one in found]
