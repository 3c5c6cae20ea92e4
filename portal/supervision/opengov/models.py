"""Files of open data that were too large to be written while somebody waits, and when each dataset changed."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.supervision.opengov.querysets import DatasetEditionQuerySet, PreparedFileQuerySet


class FileState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("open data file", "Waiting")
    RUNNING = "running", pgettext_lazy("open data file", "Being written")
    READY = "ready", pgettext_lazy("open data file", "Ready")
    FAILED = "failed", pgettext_lazy("open data file", "Broken off")
    GONE = "gone", pgettext_lazy("open data file", "Removed")


OPEN_STATES = (FileState.WAITING, FileState.RUNNING)
# From where a file may come into a state; every change is an UPDATE that names them.
BEFORE: dict[str, tuple[str, ...]] = {
    FileState.RUNNING: OPEN_STATES,  # again, when a worker was lost
    FileState.READY: (FileState.RUNNING,),
    FileState.FAILED: OPEN_STATES,
    FileState.GONE: (FileState.READY,),
}


class PreparedFile(models.Model):
    """One dataset over one period in one format. Whoever asks for the same gets the same file: nobody owns it.

    `digest` names dataset, period, format, language and byte order mark; of one digest at most one file is open.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("dataset"), max_length=60)
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    format = models.CharField(max_length=6)
    language = models.CharField(max_length=10)
    bom = models.BooleanField(default=False)
    digest = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=FileState, default=FileState.WAITING)
    rows = models.PositiveBigIntegerField(default=0)
    file_bytes = models.BigIntegerField(default=0)
    content_digest = models.CharField(max_length=64, blank=True, default="")
    stored_as = models.CharField(max_length=255, blank=True, default="")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = PreparedFileQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("digest",), condition=Q(state__in=["waiting", "running"]), name="open_data_file_open_once"
            ),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="open_data_file_period"),
            models.CheckConstraint(
                condition=~Q(state="ready") | ~Q(stored_as=""), name="a_ready_open_data_file_is_stored"
            ),
        )
        indexes = (
            models.Index(fields=["digest", "-id"], name="open_data_file_asked"),
            models.Index(fields=["finished_at"], condition=~Q(stored_as=""), name="open_data_file_age"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.first} – {self.last} {self.format}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_ready(self) -> bool:
        return self.state == FileState.READY


class DatasetEdition(models.Model):
    """That a dataset's rows were found changed: one row for each change, none for a night without one."""

    code = models.CharField(_("dataset"), max_length=60)
    digest = models.CharField(max_length=64)
    rows = models.PositiveBigIntegerField()
    changed_at = models.DateTimeField()

    objects = DatasetEditionQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["code", "-changed_at", "-id"], name="dataset_edition_latest"),
            models.Index(fields=["-changed_at", "-id"], name="dataset_edition_feed"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.changed_at}"
