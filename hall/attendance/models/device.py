"""The hall's devices that show the code for clocking in, and who used which code."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.fields import EncryptedTextField


def new_public_id() -> str:
    return secrets.token_urlsafe(16)


def new_secret() -> str:
    return secrets.token_hex(32)


class ClockDevice(models.Model):
    """A screen in the hall; its secret makes the code of each minute and never leaves the server."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    name = models.CharField(_("name"), max_length=80)
    secret = EncryptedTextField(default=new_secret)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("clock of the hall")
        verbose_name_plural = _("clocks of the hall")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ClockScan(models.Model):
    """One person used the code of one minute: never twice."""

    device = models.ForeignKey(ClockDevice, models.CASCADE, related_name="scans")
    minute = models.BigIntegerField()
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="clock_scans")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "minute", "staff"], name="one_scan_a_minute")]

    def __str__(self) -> str:
        return f"{self.device_id}/{self.minute}/{self.staff_id}"
