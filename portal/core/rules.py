"""Dated rules: what a limit is on a given day, where it comes from, and how a new version begins."""

import datetime as dt
import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import get_language, npgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.clock import Amber
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.events import record
from portal.core.models import DatedRule
from portal.core.policies import may_edit_rules
from portal.core.rule_book import TITLES
from portal.core.time import today

UNITS = {
    "working_days": pgettext_lazy("unit", "working days"),
    "natural_days": pgettext_lazy("unit", "days"),
    "hours": pgettext_lazy("unit", "hours"),
    "minutes": pgettext_lazy("unit", "minutes"),
    "count": pgettext_lazy("unit", "in number"),
    "share": pgettext_lazy("unit", "share"),
    "percent": pgettext_lazy("unit", "percent, one after the other"),
    "time": pgettext_lazy("unit", "o'clock"),
    "grades": pgettext_lazy("unit", "grades"),
    "limits": pgettext_lazy("unit", "limits by grade"),
    "articles": pgettext_lazy("unit", "numbers of articles"),
}
# A limit among a rule's values is written with the sign of its unit: `2 h`, `7 d`, `5 wd`.
_LIMIT = re.compile(r"(\d{1,3})\s*(h|d|wd)")
_LIMIT_UNITS = {"h": "hours", "d": "natural_days", "wd": "working_days"}
_value_words: dict[str, str | Promise] = {}
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class RuleMissing(LookupError):
    """No version of a rule is in force on a day: a defect of the seeds, not of the input."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a rule as it is in force."""

    code: str
    value: Any
    unit: str
    source: str
    source_en: str
    valid_from: dt.date
    valid_to: dt.date | None
    unverified: bool

    @property
    def days(self) -> int:
        """The value as whole days (or hours, minutes: whatever the unit counts)."""
        return int(self.value)

    @property
    def share(self) -> Fraction:
        """The value as an exact fraction: 0.2 is one fifth."""
        return Fraction(str(self.value))

    @property
    def time(self) -> dt.time:
        return dt.time.fromisoformat(self.value)

    @property
    def display_source(self) -> str:
        """The source in the reader's language."""
        return self.source_en if self.source_en and (get_language() or "").startswith("en") else self.source


def _in_force(on: dt.date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))


# What this process knows of days that have come: (code, day) → (until when it is believed, rule). A version can only
# begin on a day to come, so what holds today or held before stays as it is; a minute covers clocks that differ.
_known: dict[tuple[str, dt.date], tuple[float, Rule]] = {}
KNOWN_SECONDS = 60.0
KNOWN_MOST = 5000
_steady: ContextVar[dict[tuple[str, dt.date], Rule] | None] = ContextVar("steady_rules", default=None)


@contextmanager
def steady_rules() -> Iterator[None]:
    """Inside, a rule is asked once, of days to come too: for who computes many rows of one transaction by one rule."""
    token = _steady.set({})
    try:
        yield
    finally:
        _steady.reset(token)


def forget() -> None:
    """Ask the tables again: for who writes rules by other ways than `add_version` (seeds, tests)."""
    _known.clear()


def rule(code: str, on: dt.date) -> Rule:
    """The version of `code` in force on the day. One query at most. Raises RuleMissing."""
    return rules([code], on)[code]


def rules(codes: Iterable[str], on: dt.date) -> dict[str, Rule]:
    """Several rules of one day, in one query at most. Raises RuleMissing."""
    wanted, steady = set(codes), _steady.get()
    if steady is not None and all((code, on) in steady for code in wanted):
        return {code: steady[code, on] for code in wanted}
    found = _asked(wanted, on)
    if steady is not None:
        steady.update({(code, on): one for code, one in found.items()})
    return found


def _asked(wanted: set[str], on: dt.date) -> dict[str, Rule]:
    has_come = on <= today()
    instant = time.monotonic()
    found = {code: kept[1] for code in wanted if has_come and (kept := _known.get((code, on))) and kept[0] > instant}
    if left := wanted - found.keys():
        asked = {row.code: _rule_of(row) for row in DatedRule.objects.filter(_in_force(on), code__in=left)}
        if missing := left - asked.keys():
            raise RuleMissing(f"no rule {', '.join(sorted(missing))} is in force on {on}")
        if has_come:
            if len(_known) > KNOWN_MOST:
                _known.clear()
            _known.update({(code, on): (instant + KNOWN_SECONDS, one) for code, one in asked.items()})
        found |= asked
    return found


def _rule_of(row: DatedRule) -> Rule:
    return Rule(row.code, row.value, row.unit, row.source, row.source_en, row.valid_from, row.valid_to, row.unverified)


def amber(on: dt.date) -> Amber:
    """When lamps turn amber, by the rules of the day."""
    found = rules(["amber.share", "amber.min_days"], on)
    return Amber(found["amber.share"].share, found["amber.min_days"].days)


def title(code: str) -> str:
    """What the rule says, in the reader's language."""
    return str(TITLES.get(code, code))


def name_values(words: Mapping[str, str | Promise]) -> None:
    """How the words inside a rule's value are called where people read it; a room gives those of its own rules."""
    _value_words.update(words)


def display_value(value: Any, unit: str) -> str:
    """The value with its unit, as people read it."""
    if isinstance(value, dict):
        text = "; ".join(f"{_value_word(key)}: {_value_word(inner)}" for key, inner in value.items())
    elif isinstance(value, list):
        text = " / ".join(str(inner) for inner in value)
    elif unit == "share":
        return f"{float(value) * 100:g}%"
    else:
        text = str(value)
        if counted := _counted(value, unit):
            return counted
    return text if unit in {"time", "grades", "limits", "count", "articles"} else f"{text} {UNITS.get(unit, unit)}"


def _value_word(value: Any) -> str:
    if isinstance(value, list):
        return " / ".join(_value_word(one) for one in value)
    if isinstance(value, str) and (limit := _LIMIT.fullmatch(value)):
        return _counted(int(limit[1]), _LIMIT_UNITS[limit[2]])
    return str(_value_words.get(str(value), value))


def _counted(value: Any, unit: str) -> str:
    """So many of a unit of time, one in the singular; "" for another unit."""
    if not isinstance(value, int):
        return ""
    match unit:
        case "working_days":
            return npgettext("unit", "%(n)s working day", "%(n)s working days", value) % {"n": value}
        case "natural_days":
            return npgettext("unit", "%(n)s day", "%(n)s days", value) % {"n": value}
        case "hours":
            return npgettext("unit", "%(n)s hour", "%(n)s hours", value) % {"n": value}
        case "minutes":
            return npgettext("unit", "%(n)s minute", "%(n)s minutes", value) % {"n": value}
    return ""


def parse_value(text: str, unit: str) -> Any:
    """What an administrator typed, as the rule stores it. Raises Invalid for the field `value`."""
    text = text.strip()
    try:
        if unit in {"working_days", "natural_days", "hours", "minutes", "count"}:
            value: Any = int(text)
            valid = 0 <= value <= 3650
        elif unit == "share":
            value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
            valid = 0 <= value <= 1
        elif unit == "time":
            value, valid = text, bool(_TIME.fullmatch(text))
        else:
            value = json.loads(text)
            valid = isinstance(value, list | dict) and bool(value)
    except ValueError:
        valid = False
    if not valid:
        raise Invalid(fields={"value": _("This value does not fit the unit of the rule.")}, code="rule_value")
    return value


@action
def add_version(
    actor: Actor,
    code: str,
    *,
    value: Any,
    valid_from: dt.date,
    source: str,
    source_en: str = "",
    note: str = "",
    unverified: bool = False,
) -> DatedRule:
    """Let a new version of a rule begin on a day to come; the present one ends the day before.

    The past never changes, so `valid_from` is tomorrow at the earliest and later than every version there is.
    Raises NotAllowed, NotFound for an unknown code, Invalid.
    """
    if actor.user is not None and not may_edit_rules(actor.user):
        raise NotAllowed()
    if not source.strip():
        raise Invalid(fields={"source": _("Enter the article or decision that the rule rests on.")})
    versions = db.lock_rows(DatedRule.objects.all(), DatedRule.objects.filter(code=code).values_list("pk", flat=True))
    if not versions:
        raise NotFound()
    last = max(versions, key=lambda version: version.valid_from)
    if valid_from <= today():
        raise Invalid(
            fields={"valid_from": _("A rule can change from tomorrow at the earliest: the past stays as it was.")}
        )
    if valid_from <= last.valid_from:
        raise Invalid(
            fields={
                "valid_from": _("A version begins on %(day)s already. Choose a later day.") % {"day": last.valid_from}
            }
        )
    last.valid_to = valid_from - dt.timedelta(days=1)
    last.save(update_fields=["valid_to"])
    made = DatedRule.objects.create(
        code=code,
        value=value,
        unit=last.unit,
        source=source.strip(),
        source_en=source_en.strip(),
        valid_from=valid_from,
        unverified=unverified,
        note=note.strip(),
        author_id=actor.user_id,
        author_name=actor.name,
    )
    record(made, "rules.version_added", actor, data={"code": code, "value": json.dumps(value), "from": valid_from})
    return made


def history(code: str) -> list[DatedRule]:
    """All versions of a rule, newest first. Raises NotFound."""
    versions = list(DatedRule.objects.filter(code=code).order_by("-valid_from"))
    if not versions:
        raise NotFound()
    return versions
