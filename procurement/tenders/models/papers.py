"""What belongs to a tender on paper: documents and who took them, notices, opinions, questions, subscriptions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.fields import BlindIndexField, EncryptedTextField
from portal.core.models import StoredFile
from portal.people.models import Organisation
from procurement.models import Category
from procurement.tenders.models.project import Project
from procurement.tenders.querysets import DownloadQuerySet


class Document(models.Model):
    """One file of the tender documents. A replaced one stays for who took it."""

    class Kind(models.TextChoices):
        TENDER = "tender", pgettext_lazy("tender document", "Tender documents")
        DRAWING = "drawing", pgettext_lazy("tender document", "Drawings and lists")
        CHANGE = "change", pgettext_lazy("tender document", "Change of the documents")

    project = models.ForeignKey(Project, models.CASCADE, related_name="documents")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    downloads = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.file)


class Download(models.Model):
    """Who took which document, when and from where: the same address under two bidders is a sign of collusion."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="taken")
    project = models.ForeignKey(Project, models.CASCADE, related_name="downloads")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    sender = EncryptedTextField(blank=True, default="")
    sender_blind = BlindIndexField(source="sender", kind="network_address")
    device = models.CharField(max_length=64, blank=True, default="")  # see `bidders.devices`

    objects = DownloadQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["project", "organisation"], name="download_of_firm"),
            models.Index(fields=["project", "-at", "-id"], name="download_latest"),
        )

    def __str__(self) -> str:
        return f"{self.document_id} {self.at}"

    @property
    def masked_sender(self) -> str:
        """The network address without its last half: 203.0.*.*, 2001:db8:*."""
        parts = self.sender.split(".")
        if len(parts) == 4:
            return f"{parts[0]}.{parts[1]}.*.*"
        return f"{':'.join(self.sender.split(':')[:2])}:*" if ":" in self.sender else ""

    @property
    def device_sign(self) -> str:
        """The first characters of the digest of the browser's mark: enough to see that two are the same."""
        return self.device[:8]


class Notice(models.Model):
    """What was made public: the tender, a change, its end. Never edited; a correction is a notice of its own."""

    class Kind(models.TextChoices):
        TENDER = "tender", pgettext_lazy("tender notice", "Tender notice")
        CHANGE = "change", pgettext_lazy("tender notice", "Change and clarification")
        FAILED = "failed", pgettext_lazy("tender notice", "Failed")
        TERMINATED = "terminated", pgettext_lazy("tender notice", "Terminated")
        CANDIDATES = "candidates", pgettext_lazy("tender notice", "Candidates")
        RESULT = "result", pgettext_lazy("tender notice", "Result")
        CONTRACT = "contract", pgettext_lazy("tender notice", "Contract")
        REMEDY = "remedy", pgettext_lazy("tender notice", "Decision on a remedy")

    project = models.ForeignKey(Project, models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("text"))
    published_at = models.DateTimeField(_("published at"))
    # The deadline before and after, where the notice moved it.
    deadline_before = models.DateTimeField(null=True, blank=True)
    deadline_after = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-published_at", "-pk")
        indexes = (models.Index(fields=["project", "-published_at"], name="notice_of_tender"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.project_id}"


class Opinion(models.Model):
    """What the review of the documents found."""

    class Verdict(models.TextChoices):
        PASSED = "passed", pgettext_lazy("opinion", "Passed")
        RETURNED = "returned", pgettext_lazy("opinion", "To be corrected")

    project = models.ForeignKey(Project, models.CASCADE, related_name="opinions")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    text = models.TextField()
    by_name = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.project_id} {self.verdict}"


class Question(models.Model):
    """A question on the documents. Question and answer go to everybody; who asked is never shown to bidders."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="questions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("question"))
    asked_at = models.DateTimeField()
    answer = models.TextField(_("answer"), blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    changes_documents = models.BooleanField(default=False)

    class Meta:
        ordering = ("asked_at", "pk")
        indexes = (models.Index(fields=["project"], name="question_waiting", condition=Q(answered_at__isnull=True)),)

    def __str__(self) -> str:
        return self.text[:40]


class Subscription(models.Model):
    """Who wants to hear of new tenders of a category."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tender_subscriptions")
    category = models.CharField(_("category"), max_length=16, choices=Category.choices)
    by_email = models.BooleanField(_("also by e-mail"), default=False)
    since = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "category"], name="one_subscription_a_category"),)
        indexes = (models.Index(fields=["category", "user"], name="subscription_category"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.category}"
