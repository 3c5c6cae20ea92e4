"""A filing of a package: what the applicant answered and brought, its parts (one case each), and its own clock."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases.models import ApplicantType, Channel
from approvals.packages.querysets import PackageFilingQuerySet
from portal.core.fields import EncryptedTextField
from portal.core.time import now


class PackageFiling(models.Model):
    """One filing of one applicant. Dates are local dates in Shanghai, days are working days.

    Its cases decide by themselves; what follows from them for the package is written here by `standing.py`, so that
    lists, sweeps and statistics are plain SQL. While the clock is stopped `due_on` is NULL and the days left are kept.
    """

    class Outcome(models.TextChoices):
        GRANTED = "granted", pgettext_lazy("package outcome", "All granted")
        PARTLY = "partly", pgettext_lazy("package outcome", "Partly granted")
        REFUSED = "refused", pgettext_lazy("package outcome", "Not granted")
        WITHDRAWN = "withdrawn", pgettext_lazy("package outcome", "Withdrawn")

    number = models.CharField(_("package number"), max_length=40, unique=True, null=True)
    query_code = models.CharField(_("query code"), max_length=12, blank=True, default="")
    package = models.ForeignKey("packages.Package", models.PROTECT, related_name="filings")
    version = models.ForeignKey("packages.PackageVersion", models.PROTECT, related_name="filings")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")  # the leading one
    # Nobody where a department's system files for somebody without an account.
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="package_filings")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="package_filings")
    applicant_type = models.CharField(max_length=12, choices=ApplicantType.choices)
    applicant_name = models.CharField(_("applicant"), max_length=200)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.ONLINE)
    # Taken in at a window: as long as the intake is open, its clerk writes in the draft.
    intake = models.OneToOneField("counter.Intake", models.SET_NULL, null=True, related_name="package_filing")
    source = models.CharField(max_length=40, blank=True, default="")  # code of the system that sent it in
    external_id = models.CharField(max_length=80, blank=True, default="")

    state = models.CharField(_("state"), max_length=12, default="draft")
    state_version = models.PositiveIntegerField(default=0)
    guide = models.JSONField(default=dict)  # {question: choice}
    answers = EncryptedTextField(default="{}")  # JSON: {page: {question: value}}; "?page" = as it was typed
    pages_done = models.JSONField(default=list)

    created_at = models.DateTimeField(default=now, editable=False)
    submitted_at = models.DateTimeField(null=True)
    submitted_on = models.DateField(null=True)
    parts_filed = models.PositiveSmallIntegerField(default=0)

    promised_days = models.PositiveSmallIntegerField(null=True)
    accepted_on = models.DateField(null=True)  # the last of its cases was accepted
    day_0 = models.DateField(null=True)
    due_on = models.DateField(null=True)
    amber_on = models.DateField(null=True)
    amber_lit_on = models.DateField(null=True)
    red_lit_on = models.DateField(null=True)
    overdue_from_on = models.DateField(null=True)
    stopped_on = models.DateField(null=True)
    remaining_days = models.SmallIntegerField(null=True)  # kept while stopped
    calendar_version = models.PositiveIntegerField(default=0)

    ended_on = models.DateField(null=True)  # the last of its cases has ended
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")
    elapsed_days = models.PositiveSmallIntegerField(null=True)  # from day 0 to the end, less stops
    # For the days saved: what its decided items promise one after another, and what all took together.
    one_by_one_days = models.PositiveSmallIntegerField(null=True)
    together_days = models.PositiveSmallIntegerField(null=True)

    objects = PackageFilingQuerySet.as_manager()

    class Meta:
        verbose_name = _("filing of a package")
        verbose_name_plural = _("filings of packages")
        constraints = (
            models.UniqueConstraint(
                fields=["source", "external_id"], name="one_package_a_source_id", condition=~Q(source="")
            ),
            models.CheckConstraint(
                condition=Q(applicant__isnull=False) | ~Q(source=""), name="package_filing_has_applicant"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(number__isnull=False), name="filed_package_has_number"
            ),
            models.CheckConstraint(
                condition=Q(stopped_on__isnull=True) | Q(due_on__isnull=True), name="stopped_package_not_due"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["concluded", "withdrawn"]) | Q(ended_on__isnull=False), name="ended_package_day"
            ),
        )
        indexes = (
            models.Index(fields=["applicant", "-id"], name="package_filing_own"),
            models.Index(fields=["organisation", "-id"], name="package_filing_firm"),
            models.Index(fields=["department", "state", "-id"], name="package_filing_desk"),
            models.Index(fields=["state", "-id"], name="package_filing_all"),
            models.Index(fields=["submitted_on", "department"], name="package_filing_day"),
            models.Index(fields=["ended_on", "department"], name="package_filing_end"),
            models.Index(
                fields=["amber_on", "id"],
                name="package_filing_amber",
                condition=Q(ended_on__isnull=True, amber_lit_on__isnull=True, amber_on__isnull=False),
            ),
            models.Index(
                fields=["overdue_from_on", "id"],
                name="package_filing_red",
                condition=Q(ended_on__isnull=True, red_lit_on__isnull=True, overdue_from_on__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.number or f"draft {self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.state == "draft"


class PackagePart(models.Model):
    """One chosen item of a filing: the version that the applicant saw, later the case that came of it."""

    filing = models.ForeignKey(PackageFiling, models.CASCADE, related_name="parts")
    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="+")
    item_version = models.ForeignKey("catalogue.ItemVersion", models.PROTECT, related_name="+")
    case = models.OneToOneField("cases.Case", models.PROTECT, null=True, related_name="package_part")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("order", "pk")
        verbose_name = _("part of a package")
        verbose_name_plural = _("parts of packages")
        constraints = (models.UniqueConstraint(fields=("filing", "item"), name="package_part_once"),)

    def __str__(self) -> str:
        return f"{self.filing_id}: {self.item_id}"


class PackagePaper(models.Model):
    """What stands for one of the merged materials: a file, a copy of a certificate's, a paper at the window, or the promise
    to bring it by a day."""

    class Kept(models.TextChoices):
        COPY = "copy", pgettext_lazy("material kept", "Copy kept")
        ORIGINAL = "original", pgettext_lazy("material kept", "Original kept")

    filing = models.ForeignKey(PackageFiling, models.CASCADE, related_name="papers")
    key = models.CharField(max_length=60)  # of the merged material, see merging.py
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    kept = models.CharField(max_length=8, choices=Kept.choices, blank=True, default="")  # at the window, without a file
    copies = models.PositiveSmallIntegerField(default=1)
    follows_by = models.DateField(null=True)  # promised for later, this day included
    # The holder's consent to give this certificate in place of the material, for this filing alone. Who consented, or
    # promised (at the window the clerk, with the person's word), and when, stands in `authorised_by` and `authorised_at`.
    certificate = models.ForeignKey("certificates.Certificate", models.PROTECT, null=True, related_name="+")
    authorised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    authorised_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("paper of a package")
        verbose_name_plural = _("papers of packages")
        constraints = (
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(kept="") | Q(follows_by__isnull=False),
                name="package_paper_is_there",
            ),
            models.CheckConstraint(
                condition=Q(follows_by__isnull=True)
                | Q(file__isnull=True, kept="", certificate__isnull=True, authorised_at__isnull=False),
                name="package_promise_is_nothing_else",
            ),
            models.UniqueConstraint(
                fields=["filing", "key"], condition=Q(follows_by__isnull=False), name="one_promise_a_package_material"
            ),
            models.CheckConstraint(
                condition=Q(certificate__isnull=True)
                | Q(file__isnull=False, authorised_by__isnull=False, authorised_at__isnull=False),
                name="package_certificate_with_consent",
            ),
            models.UniqueConstraint(
                fields=["filing", "key"], condition=~Q(kept=""), name="one_paper_kept_a_package_material"
            ),
            models.UniqueConstraint(
                fields=["filing", "key", "certificate"], condition=Q(certificate__isnull=False),
                name="package_certificate_once",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.filing_id}: {self.key}"
