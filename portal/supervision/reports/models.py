"""A period report: the figures as they were read, and its text in versions."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models import StoredFile
from portal.people.models import Department
from portal.supervision.reports.querysets import ReportQuerySet


class Comparison(models.TextChoices):
    """What the figures are compared with."""

    LAST_YEAR = "last_year", pgettext_lazy("report", "Same period last year")
    PREVIOUS = "previous", pgettext_lazy("report", "Period before")
    NONE = "none", pgettext_lazy("report", "No comparison")


class Report(models.Model):
    """One report. `data` is what `reading.read` found; it changes only by reading anew, and never once signed."""

    title = models.CharField(_("title"), max_length=120)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    comparison = models.CharField(_("compared with"), max_length=10, choices=Comparison.choices)
    language = models.CharField(_("language"), max_length=8)
    data = models.JSONField()
    read_at = models.DateTimeField(_("figures as of"))
    state = models.CharField(max_length=12, default="draft")
    state_version = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("drawn up at"))
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, default="")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("period report")
        verbose_name_plural = _("period reports")
        indexes = (
            models.Index(fields=["-made_at", "-id"], name="report_latest"),
            models.Index(fields=["department", "-made_at", "-id"], name="report_of_department"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="a_report_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(state="signed", signed_by__isnull=False, signed_at__isnull=False)
                | (~Q(state="signed") & Q(signed_by__isnull=True, signed_at__isnull=True)),
                name="a_signed_report_has_its_signer",
            ),
        )

    def __str__(self) -> str:
        return self.title


class ReportText(models.Model):
    """One version of the text: the paragraphs by their keys, figures in it as marks. Written once."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="texts")
    number = models.PositiveIntegerField()
    paragraphs = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=["report", "number"], name="one_text_a_number"),)

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}"


class ReportFile(models.Model):
    """The Word document of one version of the text with the figures of one reading, signed or not."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="files")
    text = models.ForeignKey(ReportText, models.CASCADE, related_name="files")
    read_at = models.DateTimeField()
    signed = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=["text", "read_at", "signed"], name="one_file_a_text_and_reading"),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.text_id}"
