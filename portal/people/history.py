"""What happened to a department, an account or a posting, in words for the administrators' pages."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from portal.core.events import Told, events_of

Words = str | Promise

_words: dict[str, Words] = {
    "department.made": pgettext_lazy("history", "Department created"),
    "department.changed": pgettext_lazy("history", "Department changed"),
    "department.closed": pgettext_lazy("history", "Closing decided"),
    "department.reopened": pgettext_lazy("history", "Closing taken back"),
    "staff.made": pgettext_lazy("history", "Account created"),
    "staff.changed": pgettext_lazy("history", "Account changed"),
    "staff.password_given": pgettext_lazy("history", "One-time password given"),
    "staff.deactivated": pgettext_lazy("history", "Account deactivated"),
    "staff.reactivated": pgettext_lazy("history", "Account activated again"),
    "staff.locked": pgettext_lazy("history", "Account locked"),
    "staff.unlocked": pgettext_lazy("history", "Account unlocked"),
    "staff.second_factor_reset": pgettext_lazy("history", "Second factor reset"),
    "people.registered": pgettext_lazy("history", "Registered"),
    "people.profile_changed": pgettext_lazy("history", "Own data changed"),
    "people.password_changed": pgettext_lazy("history", "Password changed"),
    "people.password_reset": pgettext_lazy("history", "Password changed with a code"),
    "people.second_factor_set_up": pgettext_lazy("history", "Second factor set up"),
    "people.device_ended": pgettext_lazy("history", "A device signed out"),
    "people.devices_ended": pgettext_lazy("history", "Other devices signed out"),
    "people.national_sign_in": pgettext_lazy("history", "Identity taken over from the national provider"),
    "posting.made": pgettext_lazy("history", "Posted"),
    "posting.ended": pgettext_lazy("history", "End set"),
    "posting.substitute": pgettext_lazy("history", "Substitute changed"),
    "organisation.registered": pgettext_lazy("history", "Registered by the legal person"),
    "organisation.confirmed": pgettext_lazy("history", "Legal person confirmed"),
    "organisation.rejected": pgettext_lazy("history", "Legal person not confirmed"),
    "organisation.agent_appointed": pgettext_lazy("history", "Agent appointed"),
    "organisation.agent_ended": pgettext_lazy("history", "Agent ended"),
}
_notes = ("reason", "on", "successor", "from", "to")


def register_history(words: Mapping[str, Words]) -> None:
    """Floors above name their own events."""
    _words.update(words)


@dataclass(frozen=True)
class Entry:
    """One line of a history."""

    at: dt.datetime
    words: Words
    by: str
    note: str


def history_of(thing: models.Model) -> list[Entry]:
    """The newest first; one query."""
    return [_entry(told) for told in reversed(events_of(thing))]


def _entry(told: Told) -> Entry:
    data: dict[str, Any] = told.data
    note = " · ".join(str(data[name]) for name in _notes if data.get(name))
    by = gettext("The portal") if told.event.actor_id is None else told.actor_name
    return Entry(told.event.at, _words.get(told.event.type, told.event.type), by, note)
