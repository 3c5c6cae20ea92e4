"""Where an item can be filed: a room above says which departments of other levels handle it, and the applicant chooses."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Invalid

if TYPE_CHECKING:
    from approvals.catalogue.models import Item
    from portal.people.models import Department

Places = Callable[["Iterable[Item]", dt.date], "dict[int, list[Department]]"]
_places: dict[str, Places] = {}


def register(key: str, places: Places) -> None:
    """From now on, `places(items, day)` names departments that take filings, by the key of their item. In `ready()`."""
    _places[key] = places


def places_of(item: "Item", on: dt.date) -> "list[Department]":
    """The departments among which the applicant chooses; empty where there is no choice."""
    return [one for places in _places.values() for one in places([item], on).get(item.pk, [])]


def unchosen(items: "Iterable[Item]", on: dt.date) -> dict[int, int]:
    """The departments that handle new filings of several items where nobody chooses, by the key of their item."""
    wanted = list(items)
    found = [places(wanted, on) for places in _places.values()]
    return {
        item.pk: _without_choice(item, [one.pk for offered in found for one in offered.get(item.pk, [])])
        for item in wanted
    }


def _without_choice(item: "Item", offered: list[int]) -> int:
    return item.department_id if not offered or item.department_id in offered else offered[0]


def chosen(item: "Item", on: dt.date, department_id: int | None) -> int:
    """The department that handles a new filing: the chosen one, else the item's own, or the only one there is.

    Raises Invalid for a department that does not take the item.
    """
    offered = [one.pk for one in places_of(item, on)]
    if department_id is None:
        return _without_choice(item, offered)
    if department_id not in (offered or [item.department_id]):
        raise Invalid(fields={"place": _("This department does not take the item. Please choose another one.")})
    return department_id
