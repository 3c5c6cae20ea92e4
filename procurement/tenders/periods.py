"""The statutory periods of a tender: which rule applies, and the earliest day that it allows.

The day on which a period begins does not count (Civil Code, art. 201): documents on offer from the 1st for five days
may be taken back on the 6th at the earliest. Working days are those of the centre's calendar.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.core.calendar import workdays
from portal.core.errors import Invalid
from portal.core.rules import Rule, display_value, rule, title
from portal.core.templatetags.portal import day as written
from portal.core.time import ZONE, local_date, today
from procurement.models import Category, Method

# What the rules are named after, by method; what is not listed follows the law of its category.
BY_METHOD = {
    Method.NEGOTIATION.value: "negotiation",
    Method.CONSULTATION.value: "consultation",
    Method.INQUIRY.value: "inquiry",
    Method.SINGLE.value: "single",
}
SALES = {Category.LAND.value: "listing", Category.PROPERTY.value: "property"}


def law_of(category: str) -> str:
    """ "g" for government procurement, "t" for what follows the tendering law."""
    return "g" if category == Category.GOVERNMENT else "t"


def by_law(code: str, project: Any) -> str:
    """The code of a rule that both laws know: plain by the tendering law, its twin `<code>.g` in government procurement."""
    return f"{code}.g" if law_of(project.category) == "g" else code


def family(category: str, method: str, below_threshold: bool) -> str:
    """The name under which the rules of this kind of tender stand."""
    if below_threshold:
        return "below"
    if method in (Method.LISTING, Method.AUCTION):
        return SALES.get(category, "property")
    return BY_METHOD.get(method, law_of(category))


def bid_rule(project: Any, on: dt.date) -> Rule:
    """How long bids are received at least."""
    return rule(f"tender.{family(project.category, project.method, project.below_threshold)}.bid_days", on)


def documents_rule(project: Any, on: dt.date) -> Rule | None:
    """How long the documents are on offer at least; only tenders (open and invited) and consultation know a period."""
    name = family(project.category, project.method, project.below_threshold)
    return rule(f"tender.{name}.documents_days", on) if name in ("t", "g", "consultation") else None


def clarification_rule(project: Any, on: dt.date) -> Rule | None:
    """How long before the deadline a change of the documents comes at least; None where the law knows none."""
    name = family(project.category, project.method, project.below_threshold)
    if name in ("single", "listing", "property"):
        return None
    return rule(f"tender.{name}.clarification_days", on)


def bond_share(project: Any, on: dt.date) -> Rule:
    return rule(f"tender.{law_of(project.category)}.bond_share", on)


def bond_back(project: Any, on: dt.date) -> Rule:
    return rule(f"tender.{law_of(project.category)}.bond_back_days", on)


def after(day: dt.date, period: Rule) -> dt.date:
    """The day on which a period ends that begins on `day`, which does not count itself."""
    if period.unit == "working_days":
        return workdays().add(day, period.days)
    return day + dt.timedelta(days=period.days)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The days that an announcement sets."""

    documents_from_on: dt.date
    documents_until_on: dt.date
    deadline_at: dt.datetime


def check(project: Any, schedule: Schedule, on: dt.date) -> None:
    """Raises Invalid whose `fields` name the rule, its source and the earliest day allowed."""
    wrong: dict[str, Any] = {}
    begin = schedule.documents_from_on
    if begin < on:
        wrong["documents_from_on"] = _("The documents can be on offer from today at the earliest.")
    deadline = local_date(schedule.deadline_at)
    offer = documents_rule(project, on)
    if schedule.documents_until_on < begin:
        wrong["documents_until_on"] = _("The end lies before the beginning.")
    elif offer and schedule.documents_until_on < (least := after(begin, offer)):
        wrong["documents_until_on"] = breach(offer, least)
    elif schedule.documents_until_on > deadline:
        wrong["documents_until_on"] = _("The documents cannot be on offer longer than bids are received.")
    if deadline < (least := after(begin, bid_rule(project, on))):
        wrong["deadline_at"] = breach(bid_rule(project, on), least)
    elif text := day_off(deadline):
        wrong["deadline_at"] = text
    if wrong:
        raise Invalid(fields=wrong)


def day_off(deadline: dt.date) -> str:
    """Why bids are not opened on that day, with the next working day; nothing for a working day."""
    if workdays().is_workday(deadline):
        return ""
    return _("Bids are opened on working days. The next one is %(day)s.") % {
        "day": written(workdays().next_workday_on_or_after(deadline))
    }


def breach(broken: Rule, earliest: dt.date) -> str:
    """The sentence for a day that comes too early."""
    return _("%(rule)s %(value)s (%(source)s). The earliest day is %(day)s.") % {
        "rule": title(broken.code),
        "value": display_value(broken.value, broken.unit),
        "source": broken.display_source,
        "day": written(earliest),
    }


def moved_deadline(project: Any, deadline_at: dt.datetime, on: dt.date) -> dt.datetime:
    """The deadline after a change of the documents on a day: the same, or later by the rule, on a working day."""
    period = clarification_rule(project, on)
    if period is None:
        return deadline_at
    least = after(on, period)
    local = deadline_at.astimezone(ZONE)
    if local.date() >= least:
        return deadline_at
    return dt.datetime.combine(workdays().next_workday_on_or_after(least), local.time(), ZONE)


def applying(project: Any, on: dt.date | None = None) -> list[Rule]:
    """The rules that the announcement of this tender is held to, for its page."""
    day = on or today()
    found = [documents_rule(project, day), bid_rule(project, day), clarification_rule(project, day)]
    return [one for one in found if one is not None]


def earliest(project: Any, on: dt.date | None = None) -> dict[str, dt.date]:
    """The earliest days that an announcement of today may name: the offer begins on the next working day."""
    day = on or today()
    begin = workdays().add(day, 1)
    least = after(begin, bid_rule(project, day))
    offer = documents_rule(project, day)
    until = after(begin, offer) if offer else least
    deadline = workdays().next_workday_on_or_after(max(least, until))  # over a long holiday the offer may end later
    return {"documents_from_on": begin, "documents_until_on": until if offer else deadline, "deadline_day": deadline}
