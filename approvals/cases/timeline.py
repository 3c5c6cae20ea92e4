"""The events of a case as people read them: what happened, what is going on, what comes next, and why this date."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from approvals.cases import clockwork
from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case, CaseStop
from approvals.cases.papers import named_in_event
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
    "case.handed_over": lambda data: pgettext("timeline", "Handed over from %(from)s to %(to)s") % data,
    "case.corrected_on_spot": lambda _data: pgettext("timeline", "Corrected on the spot, with the applicant present"),
    "case.paper_sent": lambda data: pgettext("timeline", "Sent to the applicant again: %(paper)s") % data,
    "case.reminded": lambda _data: pgettext("timeline", "Reminder by the supervisors"),
}
PUBLIC_OTHERS = frozenset(
    {"case.due_moved", "case.imported", "case.import_updated", "case.moved", "case.corrected_on_spot"}
)
# Events that rooms above write into a case's file, with their words.
_words: dict[str, tuple[Callable[[dict[str, Any]], str], bool]] = {}


def register_words(event_type: str, words: Callable[[dict[str, Any]], str], *, public: bool = True) -> None:
    """Give an event of a room above its line in the timeline; `public` = the applicant sees it too."""
    _words[event_type] = (words, public)


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
    return past_of(events_of(case), public=public)


def past_of(events: Iterable[Told], *, public: bool) -> list[Entry]:
    """The same from events that were read together with those of other cases."""
    return [entry for told in events if (entry := _entry(told, public=public)) is not None]


def _entry(told: Told, *, public: bool) -> Entry | None:
    transition = CASE.transitions.get(told.event.type.removeprefix("case."))
    if transition is None:
        other, is_public = _words.get(told.event.type) or (
            OTHER_EVENTS.get(told.event.type), told.event.type in PUBLIC_OTHERS,
        )  # fmt: skip
        if other is None or (public and not is_public):
            return None
        return Entry("done", other(told.data), told.event.at, "" if public else _who(told), _note(told.data, public))
    if public and not transition.public:
        return None
    links = _papers(told.data) if public else []
    return Entry(
        "done", str(transition.told), told.event.at, "" if public else _who(told), _note(told.data, public), links
    )


def _papers(data: dict[str, Any]) -> list[dict[str, str]]:
    """The papers that the step issued; on the desk they stand in a list of their own."""
    english = (get_language() or "").startswith("en")
    return [
        {"label": name, "url": reverse("core:document", args=[pk])}
        for name, pk in named_in_event(data, english=english)
    ]


def _who(told: Told) -> str:
    if told.event.role == Role.CITIZEN:
        return _("Applicant")  # who that is stands in the application, for those who may open it
    name = _("The portal") if told.event.actor_id is None else told.actor_name
    if proposer := told.data.get("proposed_by"):
        return _("%(name)s, on the proposal of %(proposer)s") % {"name": name, "proposer": proposer}
    return name


PUBLIC_WORDS = ("authority_name", "text", "grounds", "result")


def _note(data: dict[str, Any], public: bool) -> str:
    """The words that were said with the step; opinions and reasons inside the authority stay there."""
    names = PUBLIC_WORDS if public else (*PUBLIC_WORDS, "question", "reply", "opinion", "reason", "note")
    return " ".join(str(data[name]) for name in names if data.get(name))


# --- why this date ----------------------------------------------------------------------------------------------------

WhyDay = WordedDay  # one line of the explanation, as `cases/why.html` shows it


def why(case: Case) -> list[WhyDay]:
    """Day by day from day 0 to the due date; empty before acceptance."""
    return worded(clockwork.explained(case, case.stops.order_by("from_on")), STOP_GROUNDS)


def why_day(one: ExplainedDay) -> WhyDay:
    """One day of an explanation that is put together elsewhere."""
    return worded([one], STOP_GROUNDS)[0]
