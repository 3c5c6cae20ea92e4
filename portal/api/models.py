"""Webhooks: who wants to hear of which events, each message on its way, and every attempt to deliver it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.api.querysets import MessageDeliveryQuerySet, SubscriptionQuerySet
from portal.core.fields import EncryptedTextField
from portal.core.time import now
from portal.people.models import Client


class Subscription(models.Model):
    """A department's system wants to hear of its cases at `url`. A disabled one hears nothing until it is enabled."""

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("webhook state", "Active")
        PAUSED = "paused", pgettext_lazy("webhook state", "Switched off")
        DISABLED = "disabled", pgettext_lazy("webhook state", "Disabled after failures")

    client = models.ForeignKey(Client, models.CASCADE, related_name="subscriptions")
    url = models.CharField(_("address"), max_length=500)
    events = models.JSONField(_("events"), default=list)
    secret = EncryptedTextField(_("secret"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ACTIVE)
    created_at = models.DateTimeField(default=now, editable=False)
    # Events before this moment are not sent: of its creation, or of the last change of its events.
    listens_since = models.DateTimeField(default=now)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    retry_at = models.DateTimeField(null=True, blank=True)  # nothing is sent before, whatever is waiting

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        indexes = [models.Index(fields=["client", "-id"], name="subscription_of_client")]

    def __str__(self) -> str:
        return self.url

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE


class Delivery(models.Model):
    """One message to one subscription. `uid` is its name for the receiver, the same at every attempt."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("delivery state", "Waiting")
        DELIVERED = "delivered", pgettext_lazy("delivery state", "Delivered")
        PARKED = "parked", pgettext_lazy("delivery state", "Given up")

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries", db_index=False)
    event = models.CharField(_("event"), max_length=60)
    case_id = models.BigIntegerField(null=True)  # null for a test message
    sequence = models.PositiveIntegerField(null=True)  # of the case's own events
    payload = models.JSONField()
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=now, editable=False)
    due_at = models.DateTimeField(default=now)
    first_tried_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=200, blank=True, default="")

    objects = MessageDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["subscription", "case_id", "sequence"], name="one_delivery_an_event")
        ]
        indexes = [
            models.Index(fields=["subscription", "-id"], name="delivery_of_subscription"),
            models.Index(fields=["due_at"], name="delivery_waiting", condition=Q(state="waiting")),
            models.Index(fields=["created_at"], name="delivery_created"),
        ]

    def __str__(self) -> str:
        return f"{self.uid} {self.event}"


class Attempt(models.Model):
    """One attempt to deliver: when, what the receiver said, how long it took."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True, default="")
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.at:%Y-%m-%d %H:%M} {self.status or self.error}"
