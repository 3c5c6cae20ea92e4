"""A lead: several signs that one supervisor looks into, with inquiries, notes, files and kept evidence."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models import StoredFile
from portal.people.models import Organisation
from procurement.oversight.querysets import LeadQuerySet


class Lead(models.Model):
    """Signs that belong together, from the first look to the confirmed result."""

    class Result(models.TextChoices):
        UNFOUNDED = "unfounded", pgettext_lazy("lead result", "Unfounded")
        SETTLED = "settled", pgettext_lazy("lead result", "Settled: explained or put right")
        REFERRED = "referred", pgettext_lazy("lead result", "Referred to the authority")
        ESTABLISHED = "established", pgettext_lazy("lead result", "Finding established")

    number = models.CharField(_("number"), max_length=48, unique=True)
    title = models.CharField(_("title"), max_length=300)
    state = models.CharField(max_length=10, default="new")
    state_version = models.PositiveIntegerField(default=0)
    # From the signs that stand: see `leading.priority_of`.
    priority = models.PositiveIntegerField(_("priority"), default=0)
    has_finding = models.BooleanField(default=False)
    opened_at = models.DateTimeField(_("opened at"))
    opened_on = models.DateField(_("opened on"))
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(_("taken up at"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=12, choices=Result.choices, blank=True, default="")
    opinion = models.TextField(_("opinion"), blank=True, default="")
    authority = models.CharField(_("referred to"), max_length=200, blank=True, default="")
    document_number = models.CharField(_("document number"), max_length=120, blank=True, default="")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(_("result proposed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_on = models.DateField(pgettext_lazy("oversight", "closed on"), null=True, blank=True)

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        indexes = (
            models.Index(fields=["-priority", "-id"], name="lead_by_priority"),
            models.Index(fields=["state", "-priority", "-id"], name="lead_state"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="closed")
                | Q(closed_on__isnull=False, confirmed_by__isnull=False, proposed_by__isnull=False) & ~Q(result=""),
                name="a_closed_lead_has_two_people",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("proposed_by")),
                name="who_proposed_does_not_confirm",
            ),
        )

    def __str__(self) -> str:
        return self.number


class Inquiry(models.Model):
    """One question by letter to a unit or firm, with its limit and what came back. Nobody outside reads it here."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="inquiries")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    to_name = models.CharField(_("sent to"), max_length=200)
    question = models.TextField(_("question"))
    letter = models.CharField(_("number of the letter"), max_length=120)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    due_on = models.DateField(_("to be answered by"))
    answer = models.TextField(_("answer"), blank=True, default="")
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    # Nothing came, and the lead goes on without it: the answer then says what was done about it.
    unanswered = models.BooleanField(default=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        ordering = ("asked_at", "pk")
        indexes = (models.Index(fields=["due_on"], name="inquiry_open", condition=Q(answered_on__isnull=True)),)
        constraints = (
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True, answer="") | Q(answered_on__isnull=False) & ~Q(answer=""),
                name="an_answered_inquiry_has_its_day",
            ),
        )

    def __str__(self) -> str:
        return self.letter


class Note(models.Model):
    """What a supervisor writes down; never changed afterwards."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="notes")
    text = models.TextField(_("note"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("note of a lead")
        verbose_name_plural = _("notes of leads")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.text[:40]


class LeadFile(models.Model):
    """A file of the inquiry: a letter, an answer, a statement taken down."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    note = models.CharField(_("what it is"), max_length=200, blank=True, default="")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.lead_id} {self.file_id}"


class Evidence(models.Model):
    """The signs of a lead as they stood at a moment, kept as text with its hash: later computing changes nothing here."""

    class Occasion(models.TextChoices):
        INQUIRE = "inquire", pgettext_lazy("evidence", "Inquiry begun")
        PROPOSE = "propose", pgettext_lazy("evidence", "Result proposed")
        CONFIRM = "confirm", pgettext_lazy("evidence", "Result confirmed")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="evidence")
    occasion = models.CharField(max_length=8, choices=Occasion.choices)
    taken_at = models.DateTimeField(_("kept at"))
    signs = models.PositiveSmallIntegerField(_("signs"))
    body = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("kept evidence")
        verbose_name_plural = _("kept evidence")
        ordering = ("taken_at", "pk")

    def __str__(self) -> str:
        return self.sha256[:12]
