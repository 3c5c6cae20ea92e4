"""What the reform hangs into other rooms: navigation, and the places where a delegated item can be filed."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import pgettext_lazy

from approvals.cases import places
from approvals.catalogue.models import Item
from approvals.reform.models import Delegation
from approvals.reform.models.requests import Extent
from portal.core.registries import STAFF, SUPERVISION, register_nav
from portal.people.models import Department

READERS = {"reviewer", "department_head", "supervisor", "auditor", "administrator"}


def connect() -> None:
    """Called once, in the app's ready()."""
    register_nav(STAFF, pgettext_lazy("menu", "Reform ledger"), "reform:ledger", READERS, order=34, group=SUPERVISION)
    places.register("reform", places_of)


def places_of(items: Iterable[Item], on: dt.date) -> dict[int, list[Department]]:
    """Where items can be filed on a day: with the departments they are delegated to, and with their own one as long as
    some of these only accept. Nothing for an item that is not delegated. One query.
    """
    wanted = {item.pk: item for item in items}
    found: dict[int, list[Delegation]] = {}
    running = Delegation.objects.running(on).filter(item__in=wanted, department__closed_on__isnull=True)
    for row in running.select_related("department").order_by("department__code"):
        found.setdefault(row.item_id, []).append(row)
    return {
        pk: [
            *([wanted[pk].department] if any(one.extent == Extent.ACCEPT for one in rows) else []),
            *(one.department for one in rows),
        ]
        for pk, rows in found.items()
    }
