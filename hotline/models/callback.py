"""Call-backs (回访): who asked the caller how it went, what they said; and the link by which they say it themselves."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models.ticket import Ticket


class CallBack(models.Model):
    """One attempt. Only one that reached the caller has answers."""

    class Way(models.TextChoices):
        PHONE = "phone", pgettext_lazy("call-back", "By telephone")
        SMS = "sms", pgettext_lazy("call-back", "By text message")
        WEB = "web", pgettext_lazy("call-back", "On the website")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="call_backs")
    way = models.CharField(max_length=6, choices=Way.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reached = models.BooleanField(_("reached"))
    contacted = models.BooleanField(null=True, blank=True)
    resolved = models.BooleanField(null=True, blank=True)
    satisfied = models.BooleanField(null=True, blank=True)
    note = models.TextField(_("what the caller said"), blank=True, default="")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reached=True)
                | models.Q(contacted__isnull=True, resolved__isnull=True, satisfied__isnull=True),
                name="only_who_was_reached_answers",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.way}"


class CallBackLink(models.Model):
    """A link that works once. Only the digest of its token is kept."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="call_back_links")
    digest = models.CharField(max_length=64, unique=True)
    way = models.CharField(max_length=6, choices=CallBack.Way.choices)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.ticket_id} until {self.expires_at}"
