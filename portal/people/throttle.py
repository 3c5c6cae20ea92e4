"""Limits by the hour, counted in the database: the same for every process of the portal."""

import datetime as dt

from axes.helpers import get_client_ip_address
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core.actions import action
from portal.core.crypto import blind_now
from portal.core.errors import DomainError
from portal.core.time import now
from portal.people.models import Throttle


class TooMany(DomainError):
    """Done too often in this hour."""

    code = "too_many"
    status = 429
    default_message = _("This was tried too often. Please wait an hour and try again, or come to the centre.")


@action
def count(scope: str, who: str, *, limit: int) -> None:
    """Count one more for `who` (kept as a digest). Raises TooMany past `limit` in the same clock hour."""
    hour = now().replace(minute=0, second=0, microsecond=0)
    digest = blind_now(f"throttle:{scope}", who)
    Throttle.objects.filter(hour__lt=hour - dt.timedelta(hours=1)).delete()
    row, _new = Throttle.objects.get_or_create(scope=scope, who=digest, hour=hour)
    Throttle.objects.filter(pk=row.pk).update(count=F("count") + 1)
    row.refresh_from_db(fields=["count"])
    over = row.count > limit
    if over:
        raise TooMany


def sender_of(request: HttpRequest) -> str:
    """The address that a request comes from, as the lock-out sees it, too."""
    return str(get_client_ip_address(request) or "unknown")
