"""The clock's codes in the reader's words: why a day counts, on what legal ground, and what a refused step means."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal.core.calendar import day_name
from portal.core.clock import ClockError, DayCount, ExplainedDay, Ground
from portal.core.errors import WrongState
from portal.core.workdays import DayFacts, DayKind

GROUNDS: dict[Ground, str | Promise] = {
    Ground.DAY_0: gettext_lazy("The first day does not count (Civil Code, article 201)."),
    Ground.WORKING_DAYS: gettext_lazy(
        "Limits are working days, statutory holidays left out (Licensing Law, article 82)."
    ),
    Ground.SPECIAL_PROCEDURE: gettext_lazy(
        "The time of a special procedure does not count (Licensing Law, article 45)."
    ),
    Ground.EXTENSION: gettext_lazy("Day of the approved extension (Licensing Law, article 42)."),
    Ground.SOURCE: gettext_lazy("The due date was taken over from the system that the case comes from."),
}
REFUSALS: dict[str, str | Promise] = {
    "stopped": gettext_lazy("The clock is stopped. Resume the case first."),
    "running": gettext_lazy("The clock is not stopped."),
    "decided": gettext_lazy("The case has ended; its clock does not change any more."),
    "extended": gettext_lazy("The time limit has been extended once already. The law allows it only once."),
    "overlaps": gettext_lazy("This day lies before the last step of the clock. Please check the dates."),
}


@dataclass(frozen=True)
class WordedDay:
    """One line of "why this due date" as a page shows it; `tone` is that of `state_tag`."""

    on: dt.date
    counted: int | None
    what: str
    why: str
    tone: str
    provisional: bool


def worded(days: Iterable[ExplainedDay], stop_grounds: Mapping[str, str | Promise] | None = None) -> list[WordedDay]:
    """The explanation in words. `stop_grounds` names the special procedures by their codes."""
    return [
        WordedDay(
            day.on, day.counted, _what(day, stop_grounds or {}), str(GROUNDS[day.ground]), _tone(day), day.provisional
        )
        for day in days
    ]


def _what(day: ExplainedDay, stop_grounds: Mapping[str, str | Promise]) -> str:
    name = day_name(DayFacts(day.on, False, day.day_kind, day.name))
    if day.kind == DayCount.STOPPED:
        ground = str(stop_grounds.get(day.name, day.name))
        return (
            pgettext("day of the clock", "Clock stopped: %(ground)s") % {"ground": ground}
            if ground
            else pgettext("day of the clock", "Clock stopped")
        )
    plain = {
        DayCount.DAY_0: pgettext("day of the clock", "Start"),
        DayCount.DUE: pgettext("day of the clock", "Due day"),
        DayCount.WEEKEND: pgettext("day of the clock", "Weekend"),
        DayCount.HOLIDAY: pgettext("day of the clock", "Day off"),
        DayCount.WORKDAY: pgettext("day of the clock", "Working day"),
    }[day.kind]
    if day.day_kind == DayKind.MAKE_UP:
        name = _("worked in exchange for %(holiday)s") % {"holiday": name}
    return _("%(what)s: %(name)s") % {"what": plain, "name": name} if name else plain


def _tone(day: ExplainedDay) -> str:
    if day.kind == DayCount.DUE:
        return "green"
    if day.kind == DayCount.STOPPED:
        return "amber"
    return "blue" if day.kind in {DayCount.WORKDAY, DayCount.DAY_0} else "grey"


def refusal(error: ClockError) -> WrongState:
    """What the clock refused, as a domain error for people."""
    return WrongState(REFUSALS.get(error.code), code=f"clock_{error.code}")
