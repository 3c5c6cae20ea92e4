"""Ratings: what somebody thought of a service, or that nobody said."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.models import Window
from hall.ratings.models.invitation import Invitation, SubjectKind
from hall.ratings.querysets import RatingQuerySet
from portal.core.fields import BlindIndexField, EncryptedTextField
from portal.people.models import Department


class Grade(models.IntegerChoices):
    """The five grades (国办发〔2019〕51号)."""

    VERY_SATISFIED = 5, pgettext_lazy("grade", "Very satisfied")
    SATISFIED = 4, pgettext_lazy("grade", "Satisfied")
    FAIR = 3, pgettext_lazy("grade", "Basically satisfied")
    DISSATISFIED = 2, pgettext_lazy("grade", "Dissatisfied")
    VERY_DISSATISFIED = 1, pgettext_lazy("grade", "Very dissatisfied")


class Channel(models.TextChoices):
    """By what way it was given."""

    WINDOW = "window", pgettext_lazy("rating channel", "Window tablet")
    QR = "qr", pgettext_lazy("rating channel", "QR code")
    WEB = "web", pgettext_lazy("rating channel", "Portal")
    SMS = "sms", pgettext_lazy("rating channel", "SMS link")
    CALLBACK = "callback", pgettext_lazy("rating channel", "Call-back")


class CommentState(models.TextChoices):
    """A comment is published only after somebody has read it."""

    NONE = "none", pgettext_lazy("comment", "No comment")
    WAITING = "waiting", pgettext_lazy("comment", "Waiting for review")
    PUBLISHED = "published", pgettext_lazy("comment", "Published")
    WITHHELD = "withheld", pgettext_lazy("comment", "Not published")


class Rating(models.Model):
    """One rating. Who gave it stands in the invitation only, and never on a page of the rated."""

    invitation = models.OneToOneField(Invitation, models.PROTECT, null=True, related_name="rating")
    kind = models.CharField(max_length=8, choices=SubjectKind.choices)
    subject = models.CharField(max_length=120, blank=True, default="")
    department = models.ForeignKey(Department, models.PROTECT, related_name="ratings")
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="ratings")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="ratings_received")
    item_code = models.CharField(max_length=80, blank=True, default="")
    grade = models.PositiveSmallIntegerField(_("grade"), choices=Grade.choices)
    is_default = models.BooleanField(default=False)  # nobody rated: in no published rate
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, blank=True, default="")
    reasons = models.JSONField(default=list)  # codes of the list `reason_list`
    reason_list = models.PositiveIntegerField(null=True)
    comment = EncryptedTextField(_("comment"), blank=True, default="")
    comment_state = models.CharField(max_length=10, choices=CommentState.choices, default=CommentState.NONE)
    published_text = models.CharField(max_length=500, blank=True, default="")
    # Left for the call after a bad rating; nothing else is asked for.
    phone = EncryptedTextField(_("telephone"), blank=True, default="")
    phone_blind = BlindIndexField(source="phone")
    rated_at = models.DateTimeField()
    rated_on = models.DateField()
    # A digest of the address it came from and of the device: to see bursts, never to see people.
    origin = models.CharField(max_length=80, blank=True, default="")
    client_key = models.CharField(max_length=64, null=True, unique=True)  # a tablet that sends twice
    flags = models.JSONField(default=list)  # what looks unusual, for review
    reviewed_at = models.DateTimeField(null=True)  # somebody looked at the flags
    excluded_at = models.DateTimeField(null=True)
    excluded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    excluded_reason = models.CharField(max_length=500, blank=True, default="")
    # A bad rating that stands is to be rectified by this day; empty for all others and for one that was set aside.
    rectify_due_on = models.DateField(null=True)
    rectified_on = models.DateField(null=True)
    # Imported, about something that the portal counts nowhere else as rateable.
    stands_alone = models.BooleanField(default=False)
    imported = models.BooleanField(default=False)
    source = models.CharField(max_length=40, blank=True, default="")
    external_id = models.CharField(max_length=120, blank=True, default="")

    objects = RatingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="one_rating_a_source_id", condition=~models.Q(source="")
            ),
            models.CheckConstraint(condition=models.Q(grade__range=(1, 5)), name="five_grades"),
            models.CheckConstraint(
                condition=models.Q(excluded_at__isnull=True) | ~models.Q(excluded_reason=""),
                name="an_exclusion_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["rated_on", "department"], name="rating_rated_on"),
            models.Index(fields=["department", "-rated_at", "-id"], name="rating_of_department"),
            models.Index(fields=["staff", "-rated_at", "-id"], name="rating_of_staff"),
            models.Index(fields=["-rated_at", "-id"], name="rating_newest"),
            models.Index(
                fields=["rectify_due_on"], name="rating_due", condition=models.Q(rectify_due_on__isnull=False)
            ),
            models.Index(
                fields=["rated_at", "id"], name="rating_to_review", condition=models.Q(comment_state="waiting")
            ),
            models.Index(
                fields=["-rated_at", "-id"],
                name="rating_published",
                condition=models.Q(comment_state="published", excluded_at__isnull=True),
            ),
            models.Index(fields=["kind", "subject"], name="rating_of_subject"),
            models.Index(fields=["origin", "rated_at"], name="rating_origin", condition=~models.Q(origin="")),
        ]

    def __str__(self) -> str:
        return f"{self.grade} · {self.rated_on}"

    @property
    def is_bad(self) -> bool:
        return self.grade <= Grade.DISSATISFIED and not self.is_default
