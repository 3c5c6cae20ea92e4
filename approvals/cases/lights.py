"""The deadline light of a case: shape, colour and words, by the clock that runs for it now."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, pgettext

from approvals.cases.models import Case
from portal.core import clock as clocks
from portal.core.calendar import workdays
from portal.core.rules import rule
from portal.core.time import today
from portal.core.workdays import WorkdayIndex

# Decided, and the result is not with the applicant yet.
TO_DELIVER = frozenset({"approved", "refused", "issued"})


@dataclass(frozen=True)
class Light:
    """`code` is green, amber, red, stopped or none."""

    code: str
    text: str


@dataclass(frozen=True)
class Limit:
    """What is due, on which day, from which day it is amber, and how the days left are worded."""

    due_on: dt.date | None
    amber_on: dt.date | None
    due_today: str
    left: Callable[[int], str]


def delivery_days() -> int:
    """The limit for the delivery by the rule of today: asked once for a whole list. One query."""
    return rule("permit.delivery_days", today()).days


def light_of(
    case: Case,
    index: WorkdayIndex | None = None,
    day: dt.date | None = None,
    *,
    delivery: int | None = None,
) -> Light:
    """What a clerk sees beside a case: the answer's limit before acceptance, then the promise.

    With `delivery` (working days from the decision) also the limit for bringing the result to the applicant.
    """
    index, day = index or workdays(), day or today()
    if case.ended_on is not None:
        return _after_the_end(case, index, day, delivery)
    if case.state == "supplement":
        return _waiting_for_supplement(case, index, day)
    if case.is_stopped:
        return _stopped(case)
    if case.state == "submitted":
        return _running(index, day, _answer(case, index))
    return _running(index, day, Limit(case.promised_due_on, case.amber_on, _("Due today"), _days_left))


def _answer(case: Case, index: WorkdayIndex) -> Limit:
    due_on = case.answer_due_on
    return Limit(
        due_on,
        index.add(due_on, -1) if due_on else None,
        pgettext("first answer", "Answer due today"),
        lambda n: (
            npgettext("first answer", "%(n)s working day to answer", "%(n)s working days to answer", n) % {"n": n}
        ),
    )


def _days_left(n: int) -> str:
    return ngettext("%(n)s working day left", "%(n)s working days left", n) % {"n": n}


def _after_the_end(case: Case, index: WorkdayIndex, day: dt.date, delivery: int | None) -> Light:
    """The result is delivered within ten working days of the decision (permit law, article 44)."""
    if delivery is None or case.imported or case.state not in TO_DELIVER or case.decided_on is None:
        return Light("none", pgettext("deadline light", "Ended"))
    due_on = clocks.limit_ends_on(index, case.decided_on, delivery)
    limit = Limit(
        due_on,
        index.add(due_on, -1),
        pgettext("delivery", "Delivery due today"),
        lambda n: npgettext("delivery", "%(n)s working day to deliver", "%(n)s working days to deliver", n) % {"n": n},
    )
    return _running(index, day, limit)


def _waiting_for_supplement(case: Case, index: WorkdayIndex, day: dt.date) -> Light:
    left = index.between(day, case.supplement_due_on) if case.supplement_due_on and case.supplement_due_on > day else 0
    words = npgettext(
        "supplement",
        "Waiting for the supplement, %(n)s working day left",
        "Waiting for the supplement, %(n)s working days left",
        left,
    )
    return Light("stopped", words % {"n": left})


def _stopped(case: Case) -> Light:
    if case.overdue_from_on is not None:
        return Light("red", _("Overdue when the clock stopped"))
    left = max(0, case.remaining_days or 0)
    words = ngettext("Clock stopped, %(n)s working day left", "Clock stopped, %(n)s working days left", left)
    return Light("stopped", words % {"n": left})


def _running(index: WorkdayIndex, day: dt.date, limit: Limit) -> Light:
    if limit.due_on is None:
        return Light("none", _("No time limit"))
    if day > limit.due_on:
        late = max(1, index.between(limit.due_on, day))
        return Light("red", ngettext("%(n)s working day late", "%(n)s working days late", late) % {"n": late})
    left = index.between(day, limit.due_on)
    if left == 0:
        return Light("amber", limit.due_today)
    code = "amber" if limit.amber_on is not None and day >= limit.amber_on else "green"
    return Light(code, limit.left(left))
