"""AccessLog: who looked at whose personal data, when and what for. No chain: it is erased when its time is over."""

import datetime as dt
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.time import ZONE


class AccessLogQuerySet(models.QuerySet["AccessLog"]):
    """Reads for the auditor's page."""

    def visible_to(self, user: Any) -> "AccessLogQuerySet":
        """Auditors and administrators see everything, everybody else nothing."""
        access = getattr(user, "access", None)
        if access is not None and (access.has("auditor") or access.has("administrator")):
            return self
        return self.none()

    def by_person(self, name: str) -> "AccessLogQuerySet":
        return self.filter(actor_name=name.strip()) if name.strip() else self

    def between(self, first: dt.date | None, last: dt.date | None) -> "AccessLogQuerySet":
        """From the first day to the end of the last one, both in Shanghai."""
        rows = self
        if first:
            rows = rows.filter(at__gte=dt.datetime.combine(first, dt.time.min, ZONE))
        if last:
            rows = rows.filter(at__lt=dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min, ZONE))
        return rows

    def page(self, *, before: int | None, size: int) -> list["AccessLog"]:
        """The newest rows below the cursor; one more than `size`, so that the caller knows whether there are more."""
        rows = self if before is None else self.filter(pk__lt=before)
        return list(rows.order_by("-pk")[: size + 1])


class AccessLog(models.Model):
    """One look at personal data. Names are kept as they were, since the person may have left since."""

    actor_user_id = models.BigIntegerField(_("account"), null=True)
    actor_name = models.CharField(_("person"), max_length=100)
    role = models.CharField(_("role"), max_length=40)
    at = models.DateTimeField(_("time"))
    stream = models.CharField(_("kind of record"), max_length=60)
    stream_id = models.BigIntegerField(_("record"))
    what = models.CharField(_("data seen"), max_length=60)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="access_at"),
            models.Index(fields=["actor_name", "id"], name="access_actor"),
            models.Index(fields=["stream", "stream_id", "id"], name="access_object"),
        ]
        verbose_name = _("access to personal data")
        verbose_name_plural = _("accesses to personal data")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.stream}/{self.stream_id} {self.what}"
