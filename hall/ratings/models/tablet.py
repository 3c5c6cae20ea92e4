"""The rating tablet of a window: a device that the manager let in by a link, until the manager takes that back."""

from django.conf import settings
from django.db import models

from hall.models import Window
from portal.core.time import now


class Tablet(models.Model):
    """The link is shown once; the portal keeps its digest only."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="tablets")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=80, unique=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=now)
    revoked_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["window", "-id"], name="tablet_of_window")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None
