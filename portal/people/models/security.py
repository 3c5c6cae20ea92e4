"""Around signing in: devices that are signed in, codes to reset a password, counters against floods."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SignedInDevice(models.Model):
    """One session of one person, as the profile lists it. The session itself lives in Django's table."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    session_key = models.CharField(max_length=40, unique=True)
    agent = models.CharField(_("browser"), max_length=200, blank=True, default="")
    signed_in_at = models.DateTimeField(_("signed in at"))
    last_seen_at = models.DateTimeField(_("last seen at"))

    class Meta:
        verbose_name = _("signed-in device")
        verbose_name_plural = _("signed-in devices")
        indexes = [models.Index(fields=["user", "-last_seen_at"]), models.Index(fields=["last_seen_at"])]

    def __str__(self) -> str:
        return f"{self.user} · {self.last_seen_at}"


class PasswordCode(models.Model):
    """A request for a new password. Requests for unknown accounts leave a row too: nobody can tell them apart."""

    ticket = models.CharField(max_length=64, unique=True)  # digest of what the browser holds
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="password_codes"
    )
    by_email = models.BooleanField(default=False)
    by_sms = models.BooleanField(default=False)
    code = models.CharField(max_length=128, blank=True, default="")  # digest; empty until the message is written
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("code to reset a password")
        verbose_name_plural = _("codes to reset a password")
        indexes = [models.Index(fields=["asked_at"])]

    def __str__(self) -> str:
        return f"code of {self.asked_at}"


class Throttle(models.Model):
    """How often something was done in a clock hour, by a digest of who did it."""

    scope = models.CharField(max_length=32)
    who = models.CharField(max_length=80)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "who", "hour"], name="one_count_an_hour")]
        indexes = [models.Index(fields=["hour"])]

    def __str__(self) -> str:
        return f"{self.scope} {self.hour}: {self.count}"
