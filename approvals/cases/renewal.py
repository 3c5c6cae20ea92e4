"""Renewals of documents that expire (permit law, article 50): until when one is filed, and when the law grants it.

Filed at least thirty days before the expiry (or as early as the item's own rule asks), a renewal is to be decided before
the document expires; if it is not, it counts as granted. The last day must be over: a document that is valid until the
15th is renewed by the law on the 16th. While the applicant owes a supplement, or a special procedure stops the clock,
the portal does not grant by itself: it tells the department, and the grant follows when the clock runs again.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from portal.core.calendar import workdays
from portal.core.rules import rule

if TYPE_CHECKING:
    from approvals.cases.models import Case
    from approvals.catalogue.models import ItemVersion

QUESTION = "expires_on"  # the code of the question in the item's form
# Nobody waits for the applicant, and no procedure of article 45 is under way.
GRANTABLE = frozenset({"accepted", "in_review", "deciding"})


def is_renewal(case: "Case") -> bool:
    return case.version is not None and case.version.is_renewal


def last_day_to_file(version: "ItemVersion", expires_on: dt.date) -> dt.date:
    """The last day on which the renewal is filed in time."""
    days = version.renewal_lead_days
    if days is None:
        days = rule("permit.renewal_days", expires_on).days
    if version.renewal_in_working_days:
        return workdays().add(expires_on, -days)
    return expires_on - dt.timedelta(days=days)


def note_expiry(case: "Case", version: "ItemVersion", answers: Callable[[], Mapping[str, Any]]) -> None:
    """At filing: the day that the applicant wrote into the form, if the item is a renewal and asks for it.

    `answers` gives them by the code of their question; it is asked for renewals only.
    """
    if not version.is_renewal:
        return
    found = _day(answers().get(QUESTION))
    if found is not None:
        write_expiry(case, version, found)


def write_expiry(case: "Case", version: "ItemVersion", expires_on: dt.date) -> None:
    """Keep the day, and whether the filing came in time: by the day of filing, not by that of the last supplement."""
    case.expires_on = expires_on
    filed_on = case.submitted_on
    case.renewal_in_time = filed_on is not None and filed_on <= last_day_to_file(version, expires_on)


def is_due(case: "Case", today: dt.date) -> bool:
    """Whether the law grants this renewal today."""
    return case.renewal_in_time and case.expires_on is not None and case.expires_on < today and case.state in GRANTABLE


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return None
