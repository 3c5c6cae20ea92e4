"""When a department closes: its items are counted, and go to the successor on the day."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.catalogue.indexing import index_item
from approvals.catalogue.models import Item
from portal.core import db
from portal.core.actors import Actor
from portal.core.events import on_event, record
from portal.core.jobs import Job, Later, job
from portal.core.time import ZONE, today
from portal.people.closing import OpenWork, register_open_work
from portal.people.models import Department

FOLLOW = "catalogue.follow_department"
BATCH = 200
STANDING = (Item.Status.DRAFT, Item.Status.PUBLISHED, Item.Status.SUSPENDED)


def connect() -> None:
    """Called once, in the app's ready()."""
    register_open_work(
        OpenWork(
            "items",
            _("Items in the catalogue"),
            lambda department_id: Item.objects.filter(department=department_id, status__in=STANDING).count(),
            lambda _user_id: 0,
        )
    )
    on_event("department.closed", FOLLOW)


@job(FOLLOW, steps=True, lease_seconds=300)
def follow_department(payload: dict[str, Any], running: Job) -> None:
    """Move the items, batch by batch; safe to repeat. Cancelled and merged ones stay with who had them."""
    department = Department.objects.filter(pk=payload["stream_id"]).select_related("successor").first()
    if department is None or department.closed_on is None or department.successor is None:
        return
    if department.closed_on > today():
        raise Later(dt.datetime.combine(department.closed_on, dt.time(0, 1), ZONE))
    while True:
        with running.step():
            moved = _move(department, department.successor)
        if not moved:
            return
        running.renew()


def _move(department: Department, successor: Department) -> int:
    wanted = Item.objects.filter(department=department, status__in=STANDING).order_by("pk")
    items = db.lock_rows(Item.objects.all(), wanted.values_list("pk", flat=True)[:BATCH])
    actor = Actor.system(FOLLOW)
    for item in items:
        item.department = successor
        item.save(update_fields=["department"])
        index_item(item)
        record(item, "item.moved", actor, data={"from": department.code, "to": successor.code})
    return len(items)
