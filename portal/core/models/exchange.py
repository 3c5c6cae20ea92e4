"""What imports leave behind: job, finished chunks, refused rows, notes, and the memory of rows already taken in."""

from django.conf import settings
from django.db import models
from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.time import now

COUNT_NAMES = ("read", "created", "updated", "unchanged", "rejected")


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", pgettext_lazy("import state", "Uploaded")
    RUNNING = "running", pgettext_lazy("import state", "Running")
    DONE = "done", pgettext_lazy("import state", "Finished")
    FAILED = "failed", pgettext_lazy("import state", "Broken off")
    CANCELLED = "cancelled", pgettext_lazy("import state", "Cancelled")


class ImportJob(models.Model):
    """One file on its way in. Its progress is the chunks that are finished, so it goes on after any crash."""

    form = models.CharField(_("form"), max_length=32)
    source = models.CharField(_("source"), max_length=40)
    timezone = models.CharField(_("time zone"), max_length=64, default="Asia/Shanghai")
    file_name = models.CharField(_("file"), max_length=255)
    # Where the file lies in the storage; empty when a command reads it from its own path.
    stored_as = models.CharField(max_length=255, blank=True)
    file_sha256 = models.CharField(max_length=64)
    file_bytes = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    # The names of the file's columns in their order; empty for NDJSON.
    header = models.JSONField(default=list)
    # Fixed for the job's life: a chunk's number always means the same lines.
    chunk_lines = models.PositiveIntegerField()
    # Sent by a department's own system: rows of any other department are refused. Empty = no such bound.
    only_department = models.CharField(max_length=32, blank=True, default="")
    is_dry_run = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=16, choices=ImportState, default=ImportState.UPLOADED)
    failure = models.TextField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=["-created_at", "-id"], name="core_import_newest"),
            models.Index(fields=["form", "source", "file_sha256"], name="core_import_file"),
        )

    def __str__(self) -> str:
        return f"{self.form} {self.source} {self.file_name}"

    @property
    def is_open(self) -> bool:
        return self.state in (ImportState.UPLOADED, ImportState.RUNNING)

    def counts(self) -> dict[str, int]:
        """How many rows were read, created, updated, unchanged and rejected so far."""
        sums = self.chunks.aggregate(**{name: Sum(name, default=0) for name in COUNT_NAMES})
        return {name: int(sums[name]) for name in COUNT_NAMES}

    def percent(self) -> int:
        """How much of the file has been worked through, 0 to 100."""
        if self.state == ImportState.DONE:
            return 100
        reached = self.chunks.aggregate(at=Max("next_offset"))["at"] or 0
        return min(99, reached * 100 // self.file_bytes) if self.file_bytes else 0


class ImportChunk(models.Model):
    """A finished chunk: written in the same transaction as its rows, so it is there exactly when they are."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    next_line = models.PositiveBigIntegerField()
    next_offset = models.PositiveBigIntegerField()
    read = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["job", "number"], name="core_import_chunk_once"),)

    def __str__(self) -> str:
        return f"{self.job_id}/{self.number}"


class ImportReject(models.Model):
    """A row that was not taken in, as it stood in the file, and why."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="rejects", db_index=False)
    line = models.PositiveBigIntegerField()
    # A list of cells for CSV, an object for NDJSON, a string for a line that is neither.
    row = models.JSONField()
    reason = models.TextField()

    class Meta:
        indexes = (models.Index(fields=["job", "line"], name="core_import_reject_line"),)

    def __str__(self) -> str:
        return f"{self.job_id}:{self.line}"


class ImportNote(models.Model):
    """Something to look at after an import: a column nobody knows, an item or department created as a draft."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="notes", db_index=False)
    kind = models.CharField(max_length=16)
    code = models.CharField(max_length=255)
    name = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ("kind", "code")
        constraints = (models.UniqueConstraint(fields=["job", "kind", "code"], name="core_import_note_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class ImportedRow(models.Model):
    """The memory of a row that was taken in: which object it became, and the digest that tells whether it changed."""

    form = models.CharField(max_length=32)
    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    # The first 64 bits of BLAKE2 over the row's normalised cells, as a signed integer.
    row_hash = models.BigIntegerField()
    object_id = models.BigIntegerField()
    # Where it came from last; no foreign key, the memory outlives the job.
    job_number = models.BigIntegerField()
    line = models.PositiveBigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["form", "source", "external_id"], name="core_imported_row_once"),
        )

    def __str__(self) -> str:
        return f"{self.form} {self.source} {self.external_id}"
