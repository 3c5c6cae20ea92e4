"""The events of a case as people read them: what happened, what is going on, what comes next, and why this date."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from approvals.cases import clockwork
from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case, CaseStop
from portal.core.clock import ExplainedDay
from portal.core.clock_words import WordedDay, worded
from portal.core.events import Told, events_of
from portal.people.roles import Role

STOP_GROUNDS = dict(CaseStop.Ground.choices)


@dataclass(frozen=True)
class Entry:
    """One line of the timeline; `state` is done, now, stop or todo."""

    state: str
    title: str
    at: dt.datetime | None = None
    by: str = ""
    note: str = ""
    links: list[dict[str, str]] = field(default_factory=list)
    light: Any = None


# Events that are no steps of the table.
OTHER_EVENTS = {
    "case.proposed": lambda data: _("Proposed: %(step)s") % {"step": _label(data)},
    "case.proposal_rejected": lambda data: _("Proposal sent back: %(step)s") % {"step": _label(data)},
    "case.taken_over": lambda _data: _("Taken over by another clerk"),
    "case.due_moved": lambda data: _moved(data),
    "case.imported": lambda _data: pgettext("timeline", "Taken over from another system"),
    "case.import_updated": lambda _data: pgettext("timeline", "Updated from the other system"),
    "case.moved": lambda data: pgettext("timeline", "Gone over to the department that succeeds (%(to)s)") % data,
    "case.reminded": lambda _data: pgettext("timeline", "Reminder by the supervisors"),
}
PUBLIC_OTHERS = frozenset({"case.due_moved", "case.imported", "case.import_updated", "case.moved"})


def _label(data: dict[str, Any]) -> str:
    transition = CASE.transitions.get(data.get("step", ""))
    return str(transition.label) if transition else str(data.get("step", ""))


def _moved(data: dict[str, Any]) -> str:
    """The legal limit often moves alone: then nobody should look for a new due date."""
    if all(data["old"][name] == data["new"][name] for name in ("promised_due_on", "answer_due_on")):
        return pgettext("timeline", "The calendar changed: the legal limit ends on another day")
    return pgettext("timeline", "The calendar changed: new due date")


def past(case: Case, *, public: bool) -> list[Entry]:
    """What happened, oldest first. For applicants only what concerns them, and no names of staff."""
    return [entry for told in events_of(case) if (entry := _entry(told, public=public)) is not None]


def _entry(told: Told, *, public: bool) -> Entry | None:
    transition = CASE.transitions.get(told.event.type.removeprefix("case."))
    if transition is None:
        other = OTHER_EVENTS.get(told.event.type)
        if other is None or (public and told.event.type not in PUBLIC_OTHERS):
            return None
        return Entry("done", other(told.data), told.event.at, "" if public else _who(told), _note(told.data, public))
    if public and not transition.public:
        return None
    return Entry(
        "done", str(transition.told), told.event.at, "" if public else _who(told), _note(told.data, public=public)
    )


def _who(told: Told) -> str:
    if told.event.role == Role.CITIZEN:
        return _("Applicant")  # who that is stands in the application, for those who may open it
    name = _("The portal") if told.event.actor_id is None else told.actor_name
    if proposer := told.data.get("proposed_by"):
        return _("%(name)s, on the proposal of %(proposer)s") % {"name": name, "proposer": proposer}
    return name


def _note(data: dict[str, Any], public: bool) -> str:
    """The words that were said with the step; opinions and reasons inside the authority stay there."""
    names = ("text", "grounds", "result") if public else ("text", "grounds", "result", "opinion", "reason", "note")
    return " ".join(str(data[name]) for name in names if data.get(name))


# --- why this date ----------------------------------------------------------------------------------------------------

WhyDay = WordedDay  # one line of the explanation, as `cases/why.html` shows it


def why(case: Case) -> list[WhyDay]:
    """Day by day from day 0 to the due date; empty before acceptance."""
    return worded(clockwork.explained(case, case.stops.order_by("from_on")), STOP_GROUNDS)


def why_day(one: ExplainedDay) -> WhyDay:
    """One day of an explanation that is put together elsewhere."""
    return worded([one], STOP_GROUNDS)[0]
