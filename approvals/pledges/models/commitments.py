"""Commitments (告知承诺): the text of an item in its versions, and what an applicant signed, word for word."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.pledges.querysets import CommitmentQuerySet, CommitmentTextQuerySet
from portal.core.fields import EncryptedTextField
from portal.core.time import now

TO_CHECK = ("checking", "correcting")
SCAN = "告知承诺书（签名扫描件）"  # what the scan of a signed paper is called among the materials of a case


class CommitmentText(models.Model):
    """What the authority tells, and what the applicant declares. In force it never changes; a new version replaces it.

    An item with a text in force may be decided on a commitment. Days are working days; None = the dated rule.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("commitment text", "Being prepared")
        IN_FORCE = "in_force", pgettext_lazy("commitment text", "In force")
        RETIRED = "retired", pgettext_lazy("commitment text", "Replaced")

    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="commitment_texts")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    conditions = models.TextField()  # one a line
    conditions_en = models.TextField(blank=True, default="")
    checked = models.TextField()  # what is checked later
    checked_en = models.TextField(blank=True, default="")
    consequences = models.TextField()
    consequences_en = models.TextField(blank=True, default="")
    check_days = models.PositiveSmallIntegerField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_on = models.DateField(null=True)
    retired_on = models.DateField(null=True)

    objects = CommitmentTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a commitment")
        verbose_name_plural = _("texts of commitments")
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="commitment_text_number_once"),
            models.UniqueConstraint(fields=["item"], condition=Q(state="in_force"), name="one_text_in_force"),
            models.UniqueConstraint(fields=["item"], condition=Q(state="draft"), name="one_text_drafted"),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("made_by")), name="text_second_person"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_by__isnull=False, published_on__isnull=False),
                name="text_in_force_is_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"


class Commitment(models.Model):
    """One signature under one text, for one case. The words are kept as they were read."""

    class Step(models.TextChoices):
        """What the person did besides being signed in."""

        PASSWORD = "password", pgettext_lazy("signature", "Name typed, password entered once more")
        DEVICE = "device", pgettext_lazy("signature", "Name typed, code of the second factor entered")
        PAPER = "paper", pgettext_lazy("signature", "Signed on paper at the window, certified by the clerk")

    case = models.OneToOneField("cases.Case", models.CASCADE, related_name="commitment")
    text = models.ForeignKey(CommitmentText, models.PROTECT, related_name="commitments")
    # The figures stay with the department that the case was filed with, whoever decides on it later.
    counted_for = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="+")
    words = models.TextField()  # canonical JSON of what was read
    digest = models.CharField(max_length=64)  # SHA-256 of the words, the name and the moment
    signed_name = EncryptedTextField(_("name"))
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_with = models.CharField(max_length=10, choices=Step.choices)
    # On paper: the scan of what was signed, and the clerk before whose eyes it was. In a draft the signature goes when
    # the scan is taken out; what was filed is never deleted.
    scan = models.ForeignKey("core.StoredFile", models.CASCADE, null=True, related_name="+")
    certified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, default="signed")
    state_version = models.PositiveIntegerField(default=0)
    filed_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)  # the short way: accepted and approved on the commitment
    due_on = models.DateField(null=True)  # of the check, or of the correction that was asked for
    amber_on = models.DateField(null=True)
    amber_lit_on = models.DateField(null=True)
    red_lit_on = models.DateField(null=True)
    finding = models.TextField(blank=True, default="")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    checked_on = models.DateField(null=True)
    kept_on = models.DateField(null=True)
    broken_on = models.DateField(null=True)
    document = models.OneToOneField("core.Document", models.PROTECT, null=True, related_name="+")

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=TO_CHECK) | Q(due_on__isnull=False), name="a_check_has_a_day"
            ),
            models.CheckConstraint(
                condition=Q(scan__isnull=False, certified_by__isnull=False, signed_with="paper")
                | (Q(scan__isnull=True, certified_by__isnull=True) & ~Q(signed_with="paper")),
                name="a_paper_signature_is_certified",
            ),
            models.CheckConstraint(
                condition=Q(certified_by__isnull=True) | ~Q(certified_by=F("signed_by")),
                name="nobody_certifies_the_own_signature",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="commitment_due", condition=Q(state__in=TO_CHECK)),
            models.Index(
                fields=["amber_on", "id"],
                name="commitment_amber",
                condition=Q(state__in=TO_CHECK, amber_lit_on__isnull=True),
            ),
            models.Index(
                fields=["due_on", "id"],
                name="commitment_red",
                condition=Q(state__in=TO_CHECK, red_lit_on__isnull=True),
            ),
            *(
                models.Index(fields=[day], name=f"commitment_{day}")
                for day in ("filed_on", "decided_on", "kept_on", "broken_on")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"
