"""What a task does every few minutes: late signatures, closed departments, platforms that are down, lost jobs."""

import datetime as dt

from hotline.actions.steps import locked
from hotline.districts import notices
from hotline.districts.actions import inner
from hotline.districts.actions.inner import WITH_DISTRICT
from hotline.districts.actions.pushes import wake
from hotline.districts.models import Assignment, Platform, Push
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.time import now, today

PORTAL = Actor.system("districts.sweep")
BATCH = 200
DOWN_AFTER = dt.timedelta(minutes=30)
LOST_AFTER = dt.timedelta(hours=1)


@action
def tell_late() -> int:
    """Assignments that nobody has signed for in time: the district and the department are told once."""
    rows = Assignment.objects.running().filter(state="assigned", sign_due_at__lt=now(), late_told_at__isnull=True)
    pks = list(rows.order_by("sign_due_at").values_list("pk", flat=True)[:BATCH])
    found = db.lock_rows(Assignment.objects.select_related("ticket"), pks)
    for one in found:
        one.late_told_at = now()
        one.save(update_fields=["late_told_at"])
        people = {person.pk: person for person in (*notices.of_district(one), *notices.of_assignment(one))}
        notices.tell(one, notices.LATE, people.values(), key="late")
    return len(found)


@action
def leave_closed(limit: int = 50) -> int:
    """What lies with a department that is closed today goes back to its district; the clock runs on."""
    rows = Assignment.objects.running().filter(department__closed_on__lte=today(), ticket__state__in=WITH_DISTRICT)
    done = 0
    for pk, ticket_id in rows.order_by("ticket", "pk").values_list("pk", "ticket")[:limit]:
        ticket = locked(ticket_id, PORTAL)
        one = db.lock_row(Assignment.objects.select_related("department"), pk)
        if not one.is_running or ticket.state not in WITH_DISTRICT:
            continue
        one.ticket = ticket
        ticket.inner_department, ticket.inner_ready, ticket.staff = None, False, None
        ticket.state_version += 1
        ticket.save(update_fields=["inner_department", "inner_ready", "staff", "state_version"])
        inner.take(one, "lapse", PORTAL, state_version=None)
        done += 1
    return done


@action
def tell_down() -> int:
    """Platforms that have been out of reach for half an hour: people are told once for each failure."""
    rows = Platform.objects.filter(failing_since__lt=now() - DOWN_AFTER, told_at__isnull=True)
    found = db.lock_rows(Platform.objects.select_related("district"), rows.values_list("pk", flat=True)[:BATCH])
    for platform in found:
        platform.told_at = now()
        platform.save(update_fields=["told_at"])
        notices.tell_down(platform)
    return len(found)


@action
def wake_lost() -> int:
    """Messages whose job was given up get another one; a job that still waits keeps its earlier moment. Returns of how
    many tickets."""
    old = now() - LOST_AFTER
    rows = Push.objects.unsent().filter(platform__paused_at__isnull=True, at__lt=old)
    pairs = list(rows.order_by("platform", "at").values_list("platform", "ticket")[:BATCH])
    found = list(dict.fromkeys(pairs))
    for platform_id, ticket_id in found:
        wake(platform_id, ticket_id, due_at=now() + LOST_AFTER)
    return len(found)
