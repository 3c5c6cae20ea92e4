"""The log of the exchange with the provincial platform: one row for each thing that came or went."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models import Reply, Ticket
from hotline.province.querysets import ExchangeQuerySet

NEEDS_PERSON = ("failed", "unknown")


class Exchange(models.Model):
    """One message. The text itself stands on the ticket; here stand its key, its outcome and who closed it."""

    class Direction(models.TextChoices):
        IN = "in", pgettext_lazy("exchange", "Received")
        OUT = "out", pgettext_lazy("exchange", "Sent")

    class Kind(models.TextChoices):
        TICKET = "ticket", pgettext_lazy("exchange", "Ticket")
        REPLY = "reply", pgettext_lazy("exchange", "Reply")
        CLOSE = "close", pgettext_lazy("exchange", "Closing")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("exchange", "Waiting")
        SENDING = "sending", pgettext_lazy("exchange", "Being sent")
        DONE = "done", pgettext_lazy("exchange", "Done")
        FAILED = "failed", pgettext_lazy("exchange", "Failed")
        UNKNOWN = "unknown", pgettext_lazy("exchange", "Outcome unknown")
        CLOSED = "closed", pgettext_lazy("exchange", "Settled by a person")

    direction = models.CharField(max_length=3, choices=Direction.choices)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    key = models.CharField(max_length=120, unique=True)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="province_exchanges")
    reply = models.ForeignKey(Reply, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    repeats = models.PositiveSmallIntegerField(default=0)  # how often the province sent the same again
    receipt = models.CharField(_("receipt"), max_length=120, blank=True, default="")
    last_error = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_note = models.TextField(blank=True, default="")

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange with the province")
        verbose_name_plural = _("exchanges with the province")
        indexes = [
            models.Index(fields=["-at", "-id"], name="exchange_latest"),
            models.Index(fields=["ticket"], name="exchange_ticket"),
            models.Index(fields=["at"], name="exchange_stuck", condition=models.Q(state__in=NEEDS_PERSON)),
        ]

    def __str__(self) -> str:
        return self.key
