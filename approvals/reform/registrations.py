"""What the reform hangs into other rooms: navigation, and the places where a delegated item can be filed."""

import datetime as dt

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


def places_of(item: Item, on: dt.date) -> list[Department]:
    """Where an item can be filed on a day: with the departments it is delegated to, and with its own one as long as
    some of them only accept. Empty where nothing is delegated. One query.
    """
    rows = list(
        Delegation.objects.running(on)
        .filter(item=item, department__closed_on__isnull=True)
        .select_related("department")
        .order_by("department__code")
    )
    if not rows:
        return []
    own = [item.department] if any(one.extent == Extent.ACCEPT for one in rows) else []
    return [*own, *(one.department for one in rows)]
