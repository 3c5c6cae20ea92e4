"""Documents: papers with a number, a check code and a PDF; what a paper says is kept apart from how it is set."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.fields import EncryptedTextField

if TYPE_CHECKING:
    from portal.people.models import User


class Making(models.TextChoices):
    """How far the PDF is."""

    ON_REQUEST = "on_request", pgettext_lazy("paper", "Made when opened")
    WAITING = "waiting", pgettext_lazy("paper", "Being made")
    READY = "ready", pgettext_lazy("paper", "Ready")
    FAILED = "failed", pgettext_lazy("paper", "Could not be made")


class Rendering(models.Model):
    """One PDF: how far its making is, and the file with its SHA-256."""

    making = models.CharField(max_length=12, choices=Making, default=Making.WAITING)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    pages = models.PositiveSmallIntegerField(null=True)
    made_at = models.DateTimeField(null=True)
    made_with = models.CharField(max_length=80, blank=True, default="")  # typesetter and layout: same ones, same bytes
    signed_by = models.CharField(max_length=200, blank=True, default="")  # whose signature; empty = unsigned
    problem = models.TextField(blank=True, default="")  # why it could not be made, for a person

    class Meta:
        abstract = True

    @property
    def is_ready(self) -> bool:
        return self.making == Making.READY


class DocumentQuerySet(models.QuerySet["Document"]):
    """Reads of documents."""

    def visible_to(self, user: "User") -> "DocumentQuerySet":
        """What the person may read; the same rule as `documents.may_read`, held together by a property test."""
        from portal.core.documents.shelves import shelves

        if not user.is_authenticated:
            return self.none()
        allowed = Q(pk__in=[])
        for stream, shelf in shelves().items():
            allowed |= Q(stream=stream, stream_id__in=shelf.visible(user))
        return self.filter(allowed)

    def about(self, stream: str, stream_id: int) -> "DocumentQuerySet":
        """The papers of one thing, newest first, without opening what they say."""
        rows = self.filter(stream=stream, stream_id=stream_id).order_by("-pk")
        return rows.defer("data", "holder")


class Document(Rendering):
    """A paper that an authority issued. What it says never changes; whether it still holds is its `state`."""

    class State(models.TextChoices):
        """Whether the paper holds."""

        IN_FORCE = "in_force", pgettext_lazy("state of a paper", "In force")
        SUPERSEDED = "superseded", pgettext_lazy("state of a paper", "Superseded by a later paper")
        WITHDRAWN = "withdrawn", pgettext_lazy("state of a paper", "Withdrawn")
        REVOKED = "revoked", pgettext_lazy("state of a paper", "Revoked")

    kind = models.CharField(max_length=40)
    number = models.CharField(_("document number"), max_length=60, unique=True)  # 文号
    check_code = models.CharField(_("check code"), max_length=12)
    stream = models.CharField(max_length=60)
    stream_id = models.BigIntegerField()
    occasion = models.CharField(max_length=40, blank=True, default="")  # the step on which it was issued
    key = models.CharField(max_length=120)  # one paper for each key of a thing

    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160, blank=True, default="")
    authority = models.CharField(max_length=160)
    authority_en = models.CharField(max_length=200, blank=True, default="")
    subject = models.CharField(max_length=300, blank=True, default="")  # the item
    subject_en = models.CharField(max_length=300, blank=True, default="")
    holder = EncryptedTextField(_("addressee"), blank=True, default="")
    holder_is_person = models.BooleanField(default=True)
    data = EncryptedTextField(default="{}")  # JSON: the letter in each language, as it was on the day

    issued_at = models.DateTimeField()
    issued_on = models.DateField()
    state = models.CharField(max_length=12, choices=State, default=State.IN_FORCE)
    state_version = models.PositiveIntegerField(default=0)
    state_on = models.DateField(null=True)  # since when it no longer holds
    state_reason = models.CharField(max_length=300, blank=True, default="")
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="supersedes")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        constraints = (
            models.UniqueConstraint(fields=["stream", "stream_id", "key"], name="document_once_for_key"),
            models.CheckConstraint(
                condition=~Q(making="ready") | (Q(file__isnull=False) & ~Q(sha256="")), name="document_ready_has_file"
            ),
            models.CheckConstraint(
                condition=Q(state="in_force") | Q(state_on__isnull=False), name="document_ended_has_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(state="superseded") | Q(superseded_by__isnull=False), name="document_superseded_by_one"
            ),
        )
        indexes = (
            models.Index(fields=["stream", "stream_id", "-id"], name="document_stream"),
            models.Index(
                fields=["making", "issued_at"], name="document_unmade", condition=Q(making__in=["waiting", "failed"])
            ),
            models.Index(fields=["sha256"], name="document_digest", condition=~Q(sha256="")),
            models.Index(fields=["id"], name="document_on_request", condition=Q(making="on_request")),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def local_title(self) -> str:
        return self.title_en if self.title_en and _in_english() else self.title

    @property
    def local_authority(self) -> str:
        return self.authority_en if self.authority_en and _in_english() else self.authority

    @property
    def local_subject(self) -> str:
        return self.subject_en if self.subject_en and _in_english() else self.subject

    @property
    def holds(self) -> bool:
        return self.state == self.State.IN_FORCE


class DocumentCopy(Rendering):
    """A reading copy of a paper in another language; it has no seal, the original alone counts."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="copies")
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["document", "language"], name="one_copy_a_language"),
            models.CheckConstraint(
                condition=~Q(making="ready") | (Q(file__isnull=False) & ~Q(sha256="")), name="copy_ready_has_file"
            ),
        )
        indexes = (
            models.Index(
                fields=["making", "asked_at"], name="copy_unmade", condition=Q(making__in=["waiting", "failed"])
            ),
            models.Index(fields=["sha256"], name="copy_digest", condition=~Q(sha256="")),
        )

    def __str__(self) -> str:
        return f"{self.document_id} {self.language}"


def _in_english() -> bool:
    return (get_language() or "").startswith("en")
