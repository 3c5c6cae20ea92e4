"""ExportJob: a list on its way into an Excel or CSV file, with its progress, its file, and who asked for it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ExportState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("export state", "Waiting")
    RUNNING = "running", pgettext_lazy("export state", "Being written")
    DONE = "done", pgettext_lazy("export state", "Ready")
    FAILED = "failed", pgettext_lazy("export state", "Broken off")
    CANCELLED = "cancelled", pgettext_lazy("export state", "Cancelled")
    EXPIRED = "expired", pgettext_lazy("export state", "Removed")


OPEN_STATES = (ExportState.WAITING, ExportState.RUNNING)
# From where a job may come into a state; every change is an UPDATE that names them.
BEFORE: dict[str, tuple[str, ...]] = {
    ExportState.RUNNING: (ExportState.WAITING, ExportState.RUNNING),  # again, when a worker was lost
    ExportState.DONE: (ExportState.RUNNING,),
    ExportState.FAILED: OPEN_STATES,
    ExportState.CANCELLED: OPEN_STATES,
    ExportState.EXPIRED: (ExportState.DONE,),
}


class Format(models.TextChoices):
    XLSX = "xlsx", _("Excel workbook (.xlsx)")
    CSV = "csv", _("CSV for other programs (UTF-8)")
    XES = "xes", _("Event log for process mining (.xes)")


class ExportJob(models.Model):
    """One asked-for file. `query` is the list's own query string: the worker reads the same list as the page did.

    `digest` names maker, list, filters and format: of one digest at most one job is open, so two clicks are one job.
    """

    code = models.CharField(max_length=60)
    query = models.TextField(blank=True, default="")
    format = models.CharField(max_length=4, choices=Format, default=Format.XLSX)
    language = models.CharField(max_length=10)
    opened = models.BooleanField(default=False)  # personal columns in clear, where the maker may see them
    purpose = models.CharField(max_length=120, blank=True, default="")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    role = models.CharField(max_length=40, blank=True, default="")
    digest = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=ExportState, default=ExportState.WAITING)
    rows_done = models.PositiveBigIntegerField(default=0)
    rows_total = models.PositiveBigIntegerField(null=True)
    failure = models.TextField(blank=True, default="")
    stored_as = models.CharField(max_length=255, blank=True, default="")
    file_bytes = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("digest",), condition=Q(state__in=["waiting", "running"]), name="export_open_once"
            ),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(stored_as=""), name="export_done_has_a_file"),
        )
        indexes = (
            models.Index(fields=["owner", "-id"], name="export_of_owner"),
            models.Index(fields=["finished_at"], condition=~Q(stored_as=""), name="export_files_age"),
            models.Index(fields=["created_at"], name="export_age"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_ready(self) -> bool:
        return self.state == ExportState.DONE

    @property
    def percent(self) -> int:
        """How much has been written, 0 to 100; 99 until the file is stored."""
        if self.is_ready:
            return 100
        return min(99, self.rows_done * 100 // self.rows_total) if self.rows_total else 0
