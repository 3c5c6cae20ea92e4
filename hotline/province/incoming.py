"""Reads what the province sends into a draft of a ticket. Every fault is named, all at once."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from hotline.actions import Caller, TicketDraft
from hotline.models import Category, Channel, Kind
from portal.core.api.parsers import storable
from portal.core.errors import Invalid, type_of_message
from portal.core.time import ZONE

SOURCE = "province"
TEXTS = {
    "number": 64,
    "line": 16,
    "kind": 12,
    "category": 32,
    "title": 200,
    "content": 5000,
    "address": 200,
    "street": 32,
}
CALLER = {"name": 60, "phone": 40, "address": 200}


def draft_of(content: Mapping[str, Any]) -> TicketDraft:
    """The draft: the province's number and its limit come along, merged lines keep their own. Raises Invalid."""
    wrong: dict[str, type_of_message] = {}
    texts = {name: _text(content, name, longest, wrong) for name, longest in TEXTS.items()}
    caller = content.get("caller") or {}
    if not isinstance(caller, Mapping):
        wrong["caller"], caller = _("This is no object."), {}
    person = {name: _text(caller, name, longest, wrong) for name, longest in CALLER.items()}
    wrong |= {name: _("This is missing.") for name in ("number", "title", "content") if not texts[name]}
    due_at = _moment(content.get("due_at"), wrong)
    place = {name: _number(content.get(name), name, wrong) for name in ("latitude", "longitude")}
    if wrong:
        raise Invalid(fields=wrong)
    return TicketDraft(
        title=texts["title"], content=texts["content"], kind=texts["kind"] if texts["kind"] in Kind.values else Kind.HELP,
        category_id=Category.objects.filter(code=texts["category"], closed_on=None).values_list("pk", flat=True).first(),
        channel=Channel.PROVINCE, line=texts["line"] or "12345", address=texts["address"], street_code=texts["street"],
        secret=content.get("secret") is True, province_number=texts["number"], province_due_at=due_at, source=SOURCE,
        external_id=texts["number"], caller=Caller(name=person["name"], phone=person["phone"], address=person["address"]),
        latitude=place["latitude"], longitude=place["longitude"],
    )  # fmt: skip


def _text(content: Mapping[str, Any], name: str, longest: int, wrong: dict[str, type_of_message]) -> str:
    value = content.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or not storable(value):
        wrong[name] = _("This is no text.")
        return ""
    if len(value) > longest:
        wrong[name] = _("Please use at most %(n)s characters.") % {"n": longest}
    return value.strip()


def _number(value: Any, name: str, wrong: dict[str, type_of_message]) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        wrong[name] = _("This is no number.")
        return None
    return float(value)


def _moment(value: Any, wrong: dict[str, type_of_message]) -> dt.datetime | None:
    if value is None:
        return None
    try:
        found = dt.datetime.fromisoformat(str(value))
    except ValueError:
        wrong["due_at"] = _("Give a moment like 2026-11-21T18:00:00+08:00.")
        return None
    return found if found.tzinfo else found.replace(tzinfo=ZONE)
