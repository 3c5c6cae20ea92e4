"""Calls as a telephone system reports them, and which extension belongs to whom."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.calls.querysets import CallQuerySet
from portal.core.fields import BlindIndexField, EncryptedTextField


class Extension(models.Model):
    """The seat of the telephone system at which a person answers."""

    code = models.CharField(_("extension"), max_length=32, unique=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="extension")
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")

    def __str__(self) -> str:
        return self.code


class Call(models.Model):
    """One call. Its moments are what was reported, in whatever order the reports came; the state follows from them."""

    class State(models.TextChoices):
        RINGING = "ringing", pgettext_lazy("call", "Ringing")
        ANSWERED = "answered", pgettext_lazy("call", "On the line")
        ABANDONED = "abandoned", pgettext_lazy("call", "Not answered")
        ENDED = "ended", pgettext_lazy("call", "Ended")

    provider = models.CharField(max_length=32)
    call_id = models.CharField(max_length=80)  # the telephone system's own
    line = models.CharField(_("line"), max_length=16, default="12345")
    number = EncryptedTextField(_("telephone number"), blank=True, default="")
    number_blind = BlindIndexField(source="number", kind="phone")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RINGING)
    state_version = models.PositiveIntegerField(default=0)
    offered_at = models.DateTimeField(_("rang at"))
    offered_on = models.DateField()
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    extension = models.CharField(_("extension"), max_length=32, blank=True, default="")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="calls_answered"
    )
    agent_at = models.DateTimeField(null=True, blank=True)  # when this agent took it: a transfer moves it
    wait_seconds = models.PositiveIntegerField(default=0)
    talk_seconds = models.PositiveIntegerField(default=0)
    ticket = models.ForeignKey("hotline.Ticket", models.PROTECT, null=True, blank=True, related_name="calls")
    number_erased_at = models.DateTimeField(null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = [
            models.UniqueConstraint(fields=["provider", "call_id"], name="one_call"),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, answered_on__isnull=True)
                | models.Q(answered_at__isnull=False, answered_on__isnull=False),
                name="call_answered_on_its_day",
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "-offered_at"], name="call_agent"),
            models.Index(fields=["-offered_at", "-id"], name="call_latest"),
            models.Index(fields=["offered_on"], name="call_offered_on"),
            models.Index(fields=["answered_on"], name="call_answered_on"),
            models.Index(fields=["agent"], name="call_on_the_line", condition=models.Q(state="answered")),
            models.Index(
                fields=["offered_at"], name="call_number_kept", condition=models.Q(number_erased_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}:{self.call_id}"
