"""Platforms of districts: one inside the portal, or one outside with what went to it and what came from it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.districts.querysets import PlatformQuerySet, PushQuerySet
from hotline.models import Dispatch, Ticket
from portal.core.fields import EncryptedTextField
from portal.people.models import Department

USER = settings.AUTH_USER_MODEL
UNSENT = ("waiting", "sending")


class Platform(models.Model):
    """How a district gets its tickets. Without a row it works inside the portal, like any department."""

    class Kind(models.TextChoices):
        INSIDE = "inside", pgettext_lazy("platform", "Inside the portal")
        OUTSIDE = "outside", pgettext_lazy("platform", "A system of its own")

    district = models.OneToOneField(Department, models.PROTECT, related_name="platform", verbose_name=_("district"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.INSIDE)
    url = models.URLField(_("address"), max_length=300, blank=True, default="")
    secret = EncryptedTextField(blank=True, default="")
    paused_at = models.DateTimeField(_("paused since"), null=True, blank=True)  # sends nothing; what waits stays
    last_sent_at = models.DateTimeField(_("last sent"), null=True, blank=True)
    last_heard_at = models.DateTimeField(_("last heard"), null=True, blank=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # people were told of the present failure
    last_error = models.CharField(max_length=300, blank=True, default="")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    objects = PlatformQuerySet.as_manager()

    class Meta:
        verbose_name = _("district platform")
        verbose_name_plural = _("district platforms")
        ordering = ["district__code"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="outside") | ~Q(url=""), name="outside_platform_has_a_url")
        ]

    def __str__(self) -> str:
        return str(self.district)

    @property
    def is_outside(self) -> bool:
        return self.kind == self.Kind.OUTSIDE


class Handover(models.Model):
    """One round of a ticket at a platform outside, and the number that it has there."""

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="handovers")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="handovers")
    dispatch = models.OneToOneField(Dispatch, models.CASCADE, related_name="handover")
    their_number = models.CharField(_("number there"), max_length=120, blank=True, default="")
    replied_there = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["platform", "-id"], name="handover_of_platform"),
            models.Index(fields=["ticket"], name="handover_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.platform_id} {self.ticket_id}"


class Push(models.Model):
    """One message to a platform. `content` is what it says without the caller, written once, so that every attempt is
    the same; the caller's data is added while it is sent and stands nowhere."""

    class Kind(models.TextChoices):
        TICKET = "ticket", pgettext_lazy("push", "Ticket")
        URGED = "urged", pgettext_lazy("push", "Urged")
        ADDED = "added", pgettext_lazy("push", "Information added")
        REJECTED = "rejected", pgettext_lazy("push", "Return rejected")
        SENT_BACK = "sent_back", pgettext_lazy("push", "Reply sent back")
        DUE = "due", pgettext_lazy("push", "Limit moved")
        ORDER = "order", pgettext_lazy("push", "Supervision order")
        WITHDRAWN = "withdrawn", pgettext_lazy("push", "Withdrawn")
        ENDED = "ended", pgettext_lazy("push", "Ended")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("exchange", "Waiting")
        SENDING = "sending", pgettext_lazy("exchange", "Being sent")
        DONE = "done", pgettext_lazy("exchange", "Done")
        FAILED = "failed", pgettext_lazy("exchange", "Failed")
        CLOSED = "closed", pgettext_lazy("exchange", "Settled by a person")

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="pushes")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="pushes")
    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="pushes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=120, unique=True)
    content = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    closed_note = models.TextField(blank=True, default="")

    objects = PushQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to a district platform")
        verbose_name_plural = _("messages to district platforms")
        indexes = [
            models.Index(fields=["platform", "-at", "-id"], name="push_latest"),
            models.Index(fields=["platform", "at", "id"], name="push_unsent", condition=Q(state__in=UNSENT)),
            models.Index(fields=["ticket", "id"], name="push_ticket"),
            models.Index(fields=["platform", "-at"], name="push_failed", condition=Q(state="failed")),
        ]

    def __str__(self) -> str:
        return self.key


class Received(models.Model):
    """One message of a platform, known by its number there; sent again it gets the same answer and does nothing."""

    class Kind(models.TextChoices):
        SIGN = "sign", pgettext_lazy("received", "Signed for")
        RETURN = "return", pgettext_lazy("received", "Returned")
        REPLY = "reply", pgettext_lazy("received", "Reply")
        PROGRESS = "progress", pgettext_lazy("received", "Progress")

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="received")
    number = models.CharField(_("number there"), max_length=120)
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    handover = models.ForeignKey(Handover, models.CASCADE, related_name="received")
    outcome = models.CharField(max_length=8)  # taken, or late: nothing was left to do
    there_at = models.DateTimeField(null=True, blank=True)  # when it happened, as the platform says
    at = models.DateTimeField()
    repeats = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["platform", "number"], name="one_received_a_number")]
        indexes = [
            models.Index(fields=["platform", "-at", "-id"], name="received_latest"),
            models.Index(fields=["handover"], name="received_handover"),
        ]

    def __str__(self) -> str:
        return f"{self.platform_id} {self.number}"
