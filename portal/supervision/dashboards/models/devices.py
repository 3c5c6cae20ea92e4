"""Devices that may show the big screen without anybody being signed in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.supervision.dashboards.querysets import BigScreenQuerySet


class BigScreen(models.Model):
    """A screen that opens the big screen with a secret address; only the secret's hash is kept."""

    name = models.CharField(_("name"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    language = models.CharField(max_length=10, default="zh-hans")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("issued at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)

    objects = BigScreenQuerySet.as_manager()

    class Meta:
        verbose_name = _("big screen")
        verbose_name_plural = _("big screens")

    def __str__(self) -> str:
        return self.name
