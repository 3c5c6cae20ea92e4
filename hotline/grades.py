"""The limits of the grades: the dated rule `hotline.limits`, read, written, and turned into a moment."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hotline.models.category import Grade
from portal.core.calendar import workdays
from portal.core.errors import Invalid
from portal.core.rules import rule
from portal.core.time import ZONE, local_date

LIMITS = "hotline.limits"
# How the rule writes a unit: `2 h` clock hours, `7 d` natural days, `5 wd` working days.
UNITS = {"h": "hours", "d": "natural_days", "wd": "working_days"}
SIGNS = {unit: sign for sign, unit in UNITS.items()}
_FORM = re.compile(r"(\d{1,3})\s*(h|d|wd)")
END_OF_DAY = dt.time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a grade may take; `unit` is hours, natural_days or working_days."""

    value: int
    unit: str

    def __str__(self) -> str:
        if self.unit == "hours":
            return ngettext("%(n)s hour", "%(n)s hours", self.value) % {"n": self.value}
        if self.unit == "natural_days":
            return ngettext("%(n)s day", "%(n)s days", self.value) % {"n": self.value}
        return ngettext("%(n)s working day", "%(n)s working days", self.value) % {"n": self.value}

    @property
    def as_rule(self) -> str:
        return f"{self.value} {SIGNS[self.unit]}"


def parse(text: str) -> Limit:
    """`2 h` → two clock hours. Raises Invalid."""
    found = _FORM.fullmatch(str(text).strip())
    if found is None or not int(found[1]):
        raise Invalid(_("A limit is a number of hours or days, for instance 24 h, 7 d or 5 wd."))
    return Limit(int(found[1]), UNITS[found[2]])


def limits_on(day: dt.date) -> dict[str, Limit]:
    """The limit of each grade as the rule has it on a day."""
    values: Mapping[str, str] = rule(LIMITS, day).value
    return {grade: parse(values[grade]) for grade in Grade.values if grade in values}


def limit_of(grade: str, day: dt.date) -> Limit:
    """The limit of one grade on a day. Raises Invalid for a grade without one."""
    found = limits_on(day).get(grade)
    if found is None:
        raise Invalid(fields={"grade": _("This urgency has no limit. Ask the administrator to set one.")})
    return found


def end_of(day: dt.date) -> dt.datetime:
    """The last second of a day in Shanghai: what is due on a day is due at its end."""
    return dt.datetime.combine(day, END_OF_DAY, ZONE)


def due_after(anchor: dt.datetime, limit: Limit) -> dt.datetime:
    """Hours run by the clock; days do not count the first one and end at the end of the last."""
    if limit.unit == "hours":
        return anchor + dt.timedelta(hours=limit.value)
    if limit.unit == "natural_days":
        return end_of(local_date(anchor) + dt.timedelta(days=limit.value))
    return end_of(workdays().add(local_date(anchor), limit.value))


def moved_by_stop(due_at: dt.datetime, unit: str, stopped_at: dt.datetime, resumed_at: dt.datetime) -> dt.datetime:
    """The due moment after a stop: it moves by exactly what the stop took out, in the limit's own unit."""
    if unit == "hours":
        return due_at + (resumed_at - stopped_at)
    first, last = local_date(stopped_at), local_date(resumed_at)
    if unit == "natural_days":
        return due_at + (last - first)
    index = workdays()
    taken = index.between(first, last)
    return end_of(index.add(local_date(due_at), taken)) if taken else due_at
