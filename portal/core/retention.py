"""The retention table: what the portal keeps, for how long and why, and what becomes of it then.

Each room announces its lines in `ready()`. Every night the lines with a `clear` are worked through, one after the other;
one that fails says so on the page and holds the others up not at all.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from django.db import models
from django.db.models import F
from django.utils.translation import pgettext_lazy

from portal.core.errors import type_of_message
from portal.core.models.retention import RetentionRun
from portal.core.time import now

log = structlog.get_logger(__name__)


class Then(models.TextChoices):
    """What happens when the time is over."""

    DELETED = "deleted", pgettext_lazy("retention", "Deleted")
    BLANKED = "blanked", pgettext_lazy("retention", "Text and address removed, the proof stays")
    ANONYMISED = "anonymised", pgettext_lazy("retention", "Anonymised, the figures stay")
    KEPT = "kept", pgettext_lazy("retention", "Kept")


@dataclass(frozen=True)
class Kept:
    """One line of the table.

    Its time is `days` calendar days, or the dated rule `rule`, which administrators set; `since` says from when it is
    counted. Without either it is kept for good, or until `since` says. `clear` removes what is over its time and
    returns how many; it is safe to repeat and holds nobody up.
    """

    code: str
    what: type_of_message
    since: type_of_message
    basis: type_of_message
    then: Then = Then.DELETED
    days: int | None = None
    rule: str = ""
    clear: Callable[[], int] | None = None


_table: dict[str, Kept] = {}


def keep(*lines: Kept) -> None:
    """Announce lines of the table, once each."""
    for line in lines:
        if line.code in _table:
            raise ValueError(f"announced twice: {line.code}")
        if bool(line.clear) is (line.then == Then.KEPT):
            raise ValueError(f"{line.code}: what does not stay needs somebody who clears it, and nothing else does")
        _table[line.code] = line


def table() -> list[Kept]:
    """All lines; what is cleared first, then what stays."""
    return sorted(_table.values(), key=lambda line: (line.then == Then.KEPT, line.code))


def clear_all(lines: Iterable[Kept] | None = None) -> dict[str, int]:
    """Remove what has served its time. Returns how many by line; a line that failed is left out and logged."""
    removed = {}
    for line in table() if lines is None else lines:
        if line.clear is None:
            continue
        try:
            removed[line.code] = line.clear()
        except Exception as error:  # whatever it is, the other lines are due tonight too
            log.exception("retention_failed", line=line.code)
            _note(line.code, failure=type(error).__name__)  # what it says may name a person: that is for the log
        else:
            _note(line.code, removed=removed[line.code])
    return removed


def _note(code: str, *, removed: int = 0, failure: str = "") -> None:
    said = {"ran_at": now(), "removed": removed, "failure": failure}
    RetentionRun.objects.get_or_create(code=code, defaults={"ran_at": now()})
    RetentionRun.objects.filter(code=code).update(**said, removed_in_all=F("removed_in_all") + removed)
