"""The lights of joint review: how long a department, a stage or a project has, in words."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.translation import ngettext, npgettext, pgettext

from approvals.cases.lights import Light
from portal.core.calendar import workdays
from portal.core.time import today


def by_day() -> Callable[[dt.date | None, dt.date | None], Light]:
    """A function that says the light of (due day, amber day) by today's date and calendar."""
    index, day = workdays(), today()

    def light(due_on: dt.date | None, amber_on: dt.date | None) -> Light:
        if due_on is None:
            return Light("none", pgettext("joint review", "Waits for nobody"))
        if day > due_on:
            late = max(1, index.between(due_on, day))
            return Light("red", ngettext("%(n)s working day late", "%(n)s working days late", late) % {"n": late})
        left = index.between(day, due_on)
        if not left:
            return Light("amber", pgettext("joint review", "Due today"))
        words = npgettext("joint review", "%(n)s working day left", "%(n)s working days left", left) % {"n": left}
        return Light("amber" if amber_on is not None and day >= amber_on else "green", words)

    return light


def of_request() -> Callable[[Any], Light]:
    """The light of a request: running, spoken in time or late, by silence or absence."""
    by = by_day()

    def light(one: Any) -> Light:
        if one.state == "asked":
            if one.silent_on:
                late = by(one.due_on, one.amber_on)
                return Light("red", pgettext("opinion", "No answer, waited for: %(late)s") % {"late": late.text})
            return by(one.due_on, one.amber_on)
        if one.state == "deemed":
            words = (
                pgettext("opinion", "Absent, counts as consent")
                if one.by_absence
                else pgettext("opinion", "No answer, counts as consent")
            )
            return Light("red", words)
        if one.state in ("withdrawn", "lapsed"):
            return Light("none", pgettext("opinion", "Without an answer"))
        if one.state == "preliminary":
            return Light("amber", pgettext("opinion", "To be confirmed"))
        return Light("red", pgettext("opinion", "Late")) if one.late else Light("green", pgettext("opinion", "In time"))

    return light
