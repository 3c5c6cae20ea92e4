"""What the papers hang into the registries of the core: who reads their files, health, words of the auditor's page."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import access, files, registries
from portal.core.documents import signing
from portal.core.documents.making import FILE_KIND, STREAM
from portal.core.documents.shelves import may_read
from portal.core.models import Document, DocumentCopy, StoredFile
from portal.core.models.documents import Making
from portal.core.registries import HealthReading
from portal.core.time import now

PATIENCE = dt.timedelta(minutes=10)


def connect() -> None:
    """Called once, in the app's ready()."""
    files.register_policy(FILE_KIND, may_read_file)
    registries.register_health("papers", papers)
    registries.register_health("signing", signing_key)
    access.register_stream(STREAM, _("Paper"))
    access.register_words({"paper": _("Paper of a case"), f"file:{FILE_KIND}": _("Paper of a case")})


def may_read_file(user: Any, file: StoredFile) -> bool:
    """Whoever may read the paper."""
    document = Document.objects.filter(pk=file.stream_id or 0).first()
    return document is not None and may_read(user, document)


def papers() -> HealthReading:
    """Papers that wait too long for their PDF: the workers are in trouble. Those that could not be made are counted only:
    each is a matter of its own, shown on its case and among the failed jobs. Four short reads of partial indexes."""
    waiting = Document.objects.filter(making=Making.WAITING, issued_at__lt=now() - PATIENCE).count()
    waiting += DocumentCopy.objects.filter(making=Making.WAITING, asked_at__lt=now() - PATIENCE).count()
    failed = Document.objects.filter(making=Making.FAILED).count()
    failed += DocumentCopy.objects.filter(making=Making.FAILED).count()
    return HealthReading(ok=not waiting, detail=f"{waiting} waiting too long, {failed} failed")


def signing_key() -> HealthReading:
    """Whether papers are signed, and for how long the certificate still holds."""
    ok, detail = signing.reading()
    return HealthReading(ok=ok, detail=detail)
