"""What the portal does by itself: certificates whose last day is over expire, and their holders are reminded before."""

import datetime as dt
from typing import Any

from approvals.certificates import notices
from approvals.certificates.actions.steps import PORTAL, locked, take
from approvals.certificates.models import Certificate
from approvals.certificates.rules import REMINDER_CODES
from portal.core.actions import action
from portal.core.rules import rules
from portal.core.time import today

BATCH = 200


def expire_due() -> int:
    """End a batch of certificates whose last day is over. Returns how many; a second run finds nothing new."""
    ids = _first(Certificate.objects.past(today()))
    return sum(_expire(pk) for pk in ids)


def _first(rows: Any) -> list[int]:
    return list(rows.order_by("valid_until", "pk").values_list("pk", flat=True)[:BATCH])


@action
def _expire(certificate_id: int) -> bool:
    certificate = locked(certificate_id, PORTAL)
    over = certificate.valid_until is not None and certificate.valid_until < today()
    if not over or certificate.state not in {"issued", "suspended"}:
        return False
    take(certificate, "expire", PORTAL)
    return True


def remind_due() -> int:
    """Remind of a batch of certificates that expire soon: each limit once, the nearest one only. Returns how many."""
    day, told = today(), 0
    found = rules(REMINDER_CODES, day)
    for limit in sorted(found[code].days for code in REMINDER_CODES):
        due = Certificate.objects.filter(
            state="issued", valid_until__gte=day, valid_until__lte=day + dt.timedelta(days=limit)
        )
        later = due.filter(reminded_days__isnull=True) | due.filter(reminded_days__gt=limit)
        told += sum(_remind(pk, limit) for pk in _first(later.filter(replaced_by__isnull=True)))
    return told


@action
def _remind(certificate_id: int, limit: int) -> bool:
    certificate = locked(certificate_id, PORTAL)
    if certificate.state != "issued" or certificate.valid_until is None:
        return False
    if certificate.reminded_days is not None and certificate.reminded_days <= limit:
        return False
    certificate.reminded_days = limit
    certificate.save(update_fields=["reminded_days"])
    notices.tell_expiring(certificate, limit)
    return True
