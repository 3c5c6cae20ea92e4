"""What people are told: the list inside the portal, and the messages that leave it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from portal.core.fields import EncryptedTextField


class Notification(models.Model):
    """A note in a user's list. Template and context are kept, so it is read in whatever language the reader has now."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    template = models.CharField(max_length=80)
    context = models.JSONField(default=dict)
    path = models.CharField(max_length=300, default="", blank=True)
    stream = models.CharField(max_length=60, default="", blank=True)
    stream_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=160, default="", blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user", "key"), condition=~Q(key=""), name="notification_once_for_user_key"
            ),
        )
        indexes = (
            models.Index(fields=["user", "-id"], name="notification_list"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notification_unread"),
            models.Index(fields=["created_at"], name="notification_age"),
        )

    def __str__(self) -> str:
        return f"{self.template} {self.pk}"


class Channel(models.TextChoices):
    SMS = "sms", pgettext_lazy("channel", "SMS")
    EMAIL = "email", pgettext_lazy("channel", "E-mail")


class MessageState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("message state", "Waiting")
    SENDING = "sending", pgettext_lazy("message state", "Sending")
    SENT = "sent", pgettext_lazy("message state", "Sent")
    FAILED = "failed", pgettext_lazy("message state", "Failed")
    UNKNOWN = "unknown", pgettext_lazy("message state", "Outcome unknown")
    NOT_CONFIGURED = "not_configured", pgettext_lazy("message state", "Not sent: no gateway set up")
    CLOSED = "closed", pgettext_lazy("message state", "Closed by a person")


class OutboxMessage(models.Model):
    """A message to the outside. `sending` is committed before the call; `key` is what the receiver knows it by.

    The text is kept as it left: it proves what a person was told, and a resend under the same key must say the same.
    """

    channel = models.CharField(max_length=10, choices=Channel)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    address = EncryptedTextField()
    language = models.CharField(max_length=10)
    template = models.CharField(max_length=80)
    subject = models.CharField(max_length=200, default="", blank=True)
    body = models.TextField()
    urgent = models.BooleanField(default=False)
    stream = models.CharField(max_length=60, default="", blank=True)
    stream_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=200)
    state = models.CharField(max_length=15, choices=MessageState, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    receipt = models.CharField(max_length=120, default="", blank=True)
    last_error = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    sending_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_note = models.TextField(default="", blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("channel", "key"), name="message_once_for_channel_key"),)
        indexes = (
            models.Index(
                fields=["-id"],
                condition=Q(state__in=["failed", "unknown", "not_configured"]),
                name="message_needs_person",
            ),
            models.Index(fields=["stream", "stream_id"], name="message_about"),
            models.Index(fields=["created_at"], name="message_age"),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"
