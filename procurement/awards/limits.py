"""The limits after the evaluation: which rule applies to a tender, the day it ends, and the lamp of a day.

As before the deadline, the day on which a period begins does not count (Civil Code, art. 201); a period in natural days
whose last day is no working day ends with the next one (art. 203).
"""

import datetime as dt
from typing import Any

from portal.core.calendar import workdays
from portal.core.rules import rule
from portal.core.time import today
from procurement.awards import rules
from procurement.awards.models import Procedure
from procurement.tenders.periods import after, law_of

Stage = Procedure.Stage


def end_of(code: str, begin: dt.date, *, on: dt.date | None = None) -> dt.date:
    """The last day of a period that begins on a day, by the rule of that day; never a day off."""
    found = rule(code, on or begin)
    return workdays().next_workday_on_or_after(after(begin, found))


def is_government(project: Any) -> bool:
    """Queries instead of objections, no publicity of candidates: government procurement, but no sale."""
    return law_of(project.category) == "g" and not project.is_sale


def first_stage(project: Any) -> str:
    """What is to be done first after the evaluation."""
    return Stage.REPORT if is_government(project) else Stage.PUBLISH


def due_of(stage: str, project: Any, begin: dt.date) -> dt.date | None:
    """By when a stage that begins on a day has to be done; None where nothing is due."""
    if project.is_sale:
        codes = {Stage.PUBLISH: rules.SALE_PUBLISH}
    elif is_government(project):
        codes = {Stage.REPORT: rules.REPORT, Stage.CHOOSE: rules.CHOICE, Stage.ANNOUNCE: rules.ANNOUNCE}
    else:
        codes = {Stage.PUBLISH: rules.PUBLISH, Stage.CHOOSE: rules.T_CHOICE}
    code = codes.get(Stage(stage))
    return end_of(code, begin) if code else None


def publicity_end(project: Any, begin: dt.date) -> dt.date:
    """The first day that may be the last of the publicity: long enough, and a working day."""
    return end_of(rules.SALE_PUBLICITY if project.is_sale else rules.PUBLICITY, begin)


def query_base(announced_on: dt.date) -> dt.date:
    """The end of the announcement of a result, from which the days for a query run."""
    return end_of(rules.RESULT_NOTICE, announced_on)


def sign_by(notified_on: dt.date) -> dt.date:
    return end_of(rules.SIGN, notified_on)


def light_of(due_on: dt.date | None, *, amber_code: str = rules.AMBER) -> str:
    """The lamp of a limit; none where nothing is due."""
    if due_on is None:
        return ""
    if due_on < today():
        return "red"
    return "amber" if (due_on - today()).days <= rule(amber_code, today()).days else "green"
