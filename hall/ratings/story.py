"""A rectification or a grievance as people read it: its light, its timeline, how to reach who rated."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from hall.ratings.lifecycle import CALL_RESULTS, CONTACT_WAYS, GRIEVANCE, RECTIFICATION
from hall.ratings.models import Grievance, Rectification
from portal.core.calendar import workdays
from portal.core.events import Told, events_of
from portal.core.time import today

CALLING = ("contact", "call_back", "send_back")
WORDS: dict[str, Any] = {
    "rectification.opened": pgettext_lazy("timeline", "Bad rating received, handler named"),
    "rectification.named": pgettext_lazy("timeline", "Another handler named"),
    "rectification.excluded": pgettext_lazy("timeline", "Ended, because the rating was excluded"),
    "rectification.lamp_contact": pgettext_lazy("timeline", "No first contact in time: escalated"),
    "rectification.lamp_amber": pgettext_lazy("timeline", "Due soon: reminded"),
    "rectification.lamp_red": pgettext_lazy("timeline", "Overdue: escalated"),
    "grievance.said": pgettext_lazy("timeline", "Told us"),
    "grievance.named": pgettext_lazy("timeline", "Another handler named"),
    "grievance.lamp_red": pgettext_lazy("timeline", "Not answered in time: escalated"),
}
SAID = dict(CONTACT_WAYS) | dict(CALL_RESULTS)
# What the handler wrote of a talk with the citizen may say who they are: the rated person does not read it.
OF_THE_CITIZEN = {"rectification.contact", "rectification.call_back", "rectification.send_back"}


@dataclass(frozen=True)
class Entry:
    """One line of a timeline."""

    state: str
    title: str | Promise
    at: dt.datetime | None
    by: str
    note: str
    links: tuple[()] = ()
    light: None = None


@dataclass(frozen=True)
class Light:
    """A lamp: code and words."""

    code: str
    text: str


def soon() -> dt.date:
    """The next working day: what is due by then is due soon. Asked once for a list."""
    return workdays().add(today(), 1)


def light_of(work: Rectification, soon_on: dt.date) -> Light:
    """How urgent it is today."""
    day = today()
    if not work.is_open:
        return Light("none", str(RECTIFICATION.states[work.state].label))
    if work.rectified_on is not None:
        late = work.rectified_on > work.due_on
        return Light("red", pgettext("rectification light", "Rectified late")) if late else Light("green", "")
    if work.due_on < day:
        return Light("red", "")
    if work.contacted_on is None and work.contact_due_on < day:
        return Light("red", pgettext("rectification light", "No first contact"))
    return Light("amber", "") if min(work.due_on, _next_due(work)) <= soon_on else Light("green", "")


def _next_due(work: Rectification) -> dt.date:
    return work.contact_due_on if work.contacted_on is None else work.due_on


def grievance_light(grievance: Grievance, soon_on: dt.date) -> Light:
    day = today()
    if grievance.replied_on is not None:
        return Light("none", str(GRIEVANCE.states[grievance.state].label))
    if grievance.due_on < day:
        return Light("red", "")
    return Light("amber", "") if grievance.due_on <= soon_on else Light("green", "")


def entries(work: Rectification, *, reads_all: bool) -> list[Entry]:
    """Oldest first; one query. What tells of the citizen only for who works on it."""
    return [_entry(told, RECTIFICATION, reads_all=reads_all) for told in events_of(work)]


def grievance_entries(grievance: Grievance) -> list[Entry]:
    return [_entry(told, GRIEVANCE, reads_all=True) for told in events_of(grievance)]


def _entry(told: Told, lifecycle: Any, *, reads_all: bool) -> Entry:
    event_type, data = told.event.type, told.data
    transition = lifecycle.transitions.get(event_type.partition(".")[2])
    title = WORDS.get(event_type) or (transition.told if transition else event_type)
    parts = [str(SAID[data[name]]) for name in ("way", "result") if data.get(name) in SAID]
    if data.get("text") and (reads_all or event_type not in OF_THE_CITIZEN):
        parts.append(str(data["text"]))
    if data.get("handler"):
        parts.append(_("Handler: %(name)s") % {"name": data["handler"]})
    if event_type.endswith(".named"):
        parts.append(f"{data.get('from') or '—'} → {data.get('to')}")
    by = told.actor_name if told.event.actor_id is not None else pgettext("who did it", "The portal")
    if event_type == "grievance.said":
        by = ""  # who said it stands beside, for who may know
    # The minute of the rating would tell the rated person who it was; the page says the day.
    at = told.event.at if reads_all or event_type != "rectification.opened" else None
    return Entry("done", title, at, by, " · ".join(parts))


def contact_of(work: Rectification) -> dict[str, str] | None:
    """How to reach who rated: the number left with the rating, else that of the account; None without any."""
    rating, invitation = work.rating, work.rating.invitation
    if rating.phone:
        return {"name": "", "phone": rating.phone}
    if invitation is None:
        return None
    if invitation.invited is not None and invitation.invited.phone:
        return {"name": invitation.invited.name, "phone": invitation.invited.phone}
    return {"name": "", "phone": invitation.phone} if invitation.phone else None
