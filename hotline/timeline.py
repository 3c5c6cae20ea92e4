"""The timeline of a ticket: its events in words, for the staff and, in part, for the caller."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from hotline.lifecycle import TICKET
from hotline.models import Request, Ticket
from portal.core.events import Told, events_of
from portal.people.models import Department

# What is told beside the steps: words, and whether the caller sees it.
OTHERS: dict[str, tuple[Any, bool]] = {
    "record": (pgettext_lazy("timeline", "Recorded"), True),
    "urge": (pgettext_lazy("timeline", "Urged by the caller"), True),
    "add": (pgettext_lazy("timeline", "Information added by the caller"), True),
    "note": (pgettext_lazy("timeline", "Note of the staff"), False),
    "ask": (pgettext_lazy("timeline", "Asked for"), False),
    "decide": (pgettext_lazy("timeline", "Decided"), False),
    "ask_assistance": (pgettext_lazy("timeline", "Another department asked to assist"), False),
    "opinion": (pgettext_lazy("timeline", "Opinion of the assisting department"), False),
    "order": (pgettext_lazy("timeline", "Supervision order issued"), False),
    "answer_order": (pgettext_lazy("timeline", "Supervision order answered"), False),
    "escalate": (pgettext_lazy("timeline", "Escalated"), False),
    "send_link": (pgettext_lazy("timeline", "Link for the call-back sent"), False),
    "due_moved": (pgettext_lazy("timeline", "Limit moved with the calendar"), False),
    "anonymise": (pgettext_lazy("timeline", "The caller's data was erased"), False),
    "inner_assign": (pgettext_lazy("timeline", "Passed on within the district"), False),
    "inner_sign": (pgettext_lazy("timeline", "Signed for within the district"), False),
    "inner_return": (pgettext_lazy("timeline", "Returned to the district"), False),
    "inner_uphold": (pgettext_lazy("timeline", "The district took it back"), False),
    "inner_reject": (pgettext_lazy("timeline", "The district rejected the return"), False),
    "inner_take_back": (pgettext_lazy("timeline", "Taken back by the district"), False),
    "progress": (pgettext_lazy("timeline", "Reported by the district's platform"), False),
    "imported": (pgettext_lazy("timeline", "Taken over from another system"), True),
    "import_changed": (pgettext_lazy("timeline", "Changed by the other system"), True),
}


@dataclass(frozen=True)
class Entry:
    """One line; the names are those of the timeline component."""

    title: str
    at: dt.datetime
    by: str = ""
    note: str = ""
    state: str = "done"
    light: str = ""
    links: list[Any] = field(default_factory=list)


def entries_of(ticket: Ticket, *, public: bool = False) -> list[Entry]:
    """What happened, oldest first; for the caller without the inner matters and without names. Two queries at most."""
    told = list(events_of(ticket))
    codes = {one.data.get("department") for one in told} | {one.data.get("from") for one in told}
    names = {one.code: one.display_name for one in Department.objects.filter(code__in=codes - {None, ""})}
    return list(_entries(told, names, public=public))


def _entries(told: list[Told], names: dict[str, str], *, public: bool) -> Iterator[Entry]:
    for one in told:
        code = one.event.type.removeprefix("ticket.")
        step = TICKET.transitions.get(code)
        words, shown = (step.told, step.public) if step else OTHERS.get(code, (code, False))
        if public and not shown:
            continue
        yield Entry(
            title=str(words),
            at=one.event.at,
            by="" if public or one.event.actor_id is None else one.actor_name,
            note=_note(one.data, names, public=public),
        )


def _note(data: dict[str, Any], names: dict[str, str], *, public: bool) -> str:
    parts = []
    if department := data.get("department"):
        parts.append(names.get(department, department))
    if data.get("kind") in Request.Kind.values:
        parts.append(str(Request.Kind(data["kind"]).label))
        if "granted" in data:
            parts.append(_("granted") if data["granted"] else _("refused"))
    if "percent" in data:
        parts.append(f"{data['percent']}%")
    if not public and data.get("reason"):
        parts.append(data["reason"])
    if data.get("parent"):
        parts.append(data["parent"])
    return " · ".join(parts)
