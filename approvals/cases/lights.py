"""The deadline light of a case: shape, colour and words, by the clock that runs for it now."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.cases.models import Case
from portal.core.calendar import workdays
from portal.core.time import today
from portal.core.workdays import WorkdayIndex


@dataclass(frozen=True)
class Light:
    """`code` is green, amber, red, stopped or none."""

    code: str
    text: str


def light_of(case: Case, index: WorkdayIndex | None = None, day: dt.date | None = None) -> Light:
    """What a clerk sees beside a case: the answer's limit before acceptance, the promise afterwards."""
    index, day = index or workdays(), day or today()
    if case.ended_on is not None:
        return Light("none", _("Ended"))
    if case.state == "supplement":
        return Light("stopped", _("Waiting for the supplement"))
    if case.is_stopped:
        return _stopped(case)
    if case.state == "submitted":
        warned_on = index.add(case.answer_due_on, -1) if case.answer_due_on else None
        return _running(index, day, case.answer_due_on, warned_on, _("to answer"))
    return _running(index, day, case.promised_due_on, case.amber_on, "")


def _stopped(case: Case) -> Light:
    if case.overdue_from_on is not None:
        return Light("red", _("Overdue when the clock stopped"))
    left = case.remaining_days or 0
    return Light(
        "stopped",
        ngettext("Clock stopped, %(n)s working day left", "Clock stopped, %(n)s working days left", left) % {"n": left},
    )


def _running(index: WorkdayIndex, day: dt.date, due_on: dt.date | None, amber_on: dt.date | None, what: str) -> Light:
    if due_on is None:
        return Light("none", _("No time limit"))
    if day > due_on:
        late = max(1, index.between(due_on, day))
        return Light("red", ngettext("%(n)s working day late", "%(n)s working days late", late) % {"n": late})
    left = index.between(day, due_on)
    code = "amber" if amber_on is not None and day >= amber_on else "green"
    if left == 0:
        return Light("amber", f"{_('Due today')} {what}".strip())
    text = ngettext("%(n)s working day left", "%(n)s working days left", left) % {"n": left}
    return Light(code, f"{text} {what}".strip())
