"""What the portal does by itself: plan the shifts of a day, count those that began, find posts left empty."""

import datetime as dt
from typing import Any

from hall.attendance.measures import EMPTY_POST_MEASURES, SHIFT_MEASURES
from hall.attendance.models import EmptyPost, Shift
from hall.attendance.notices import managers, tell_found
from hall.attendance.posts import Found, empty_posts
from hall.attendance.roster import Hours, closed, roster
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.events import record
from portal.core.statistics import watch, watch_many
from portal.core.time import now, today
from portal.core.workdays import WorkdayIndex

PORTAL = Actor.system("系统自动")  # as the history names it, in the centre's language
BATCH = 200
# What a new plan may change of a shift to which nobody has come yet.
PLANNED = ("window_id", "department_id", "starts_at", "ends_at", "due_by", "stands_in_for_id", "excuse")


def plan_days(days: int = 2) -> int:
    """Plan today and the days after it; returns how many shifts are new or changed."""
    index = workdays()
    return sum(plan_day(today() + dt.timedelta(days=n), index) for n in range(days))


@action
def plan_day(day: dt.date, index: WorkdayIndex | None = None, hours: Hours | None = None) -> int:
    """Write the shifts of a day as duties, leave and calendar have it now; safe to repeat.

    A shift to which somebody came stays as it is. One that is not due any more stays on record as such.
    """
    wanted = {one.staff_id: one for one in roster(day, index or workdays(), hours)}
    pks = list(Shift.objects.filter(day=day).values_list("pk", flat=True))
    held = {one.staff_id: one for one in db.lock_rows(Shift.objects.all(), pks)}
    Shift.objects.bulk_create([one for staff, one in wanted.items() if staff not in held], ignore_conflicts=True)
    changed = [one for staff, one in held.items() if _adjust(one, wanted.get(staff))]
    if changed:
        with watch_many(SHIFT_MEASURES, [one.pk for one in changed if one.counted_on]):
            Shift.objects.bulk_update(changed, PLANNED)
    return len(changed) + len(wanted.keys() - held.keys())


def _adjust(shift: Shift, wanted: Shift | None) -> bool:
    """Whether the shift differs from the plan; it is set right."""
    if shift.clocked_in_at is not None or shift.corrected:
        return False
    before = [getattr(shift, name) for name in PLANNED]
    if wanted is None:
        if shift.counted_on is None:
            closed(shift)
    else:
        for name in PLANNED:
            setattr(shift, name, getattr(wanted, name))
    return before != [getattr(shift, name) for name in PLANNED]


@action
def count_begun(limit: int = BATCH) -> int:
    """Shifts that have begun are figures from now on, whether or not anybody came."""
    due = Shift.objects.filter(counted_on__isnull=True, starts_at__lte=now()).order_by("starts_at", "pk")
    pks = list(due.values_list("pk", flat=True)[:limit])
    rows = [one for one in db.lock_rows(Shift.objects.all(), pks) if one.counted_on is None]
    with watch_many(SHIFT_MEASURES, [one.pk for one in rows]):
        for one in rows:
            one.counted_on = one.day
        Shift.objects.bulk_update(rows, ["counted_on"])
    return len(rows)


@action
def watch_posts() -> int:
    """End the findings whose post is filled again, and write the new ones; returns how many are new."""
    moment = now()
    found = {one.shift.window_id: one for one in empty_posts(moment)}
    pks = list(EmptyPost.objects.filter(until_at__isnull=True).values_list("pk", flat=True))
    for post in db.lock_rows(EmptyPost.objects.select_related("shift"), pks):
        same = found.get(post.window_id)
        if same is not None and (same.kind, same.since) == (post.kind, post.from_at):
            del found[post.window_id]
        else:
            _end(post, moment)
    if not found:
        return 0
    people = managers()
    return sum(_begin(one, people) is not None for one in found.values())


@action
def write_found(found: Found) -> EmptyPost | None:
    """Write one finding that was worked out elsewhere, for who plays a past; None when it is known already."""
    return _begin(found, managers())


@action
def end_found(post_id: int) -> None:
    """The post is filled again at this moment."""
    _end(db.lock_row(EmptyPost.objects.select_related("shift"), post_id), now())


def _end(post: EmptyPost, moment: dt.datetime) -> None:
    post.until_at = max(post.from_at, min(moment, post.shift.ends_at))
    post.save(update_fields=["until_at"])
    record(post, "empty_post.ended", PORTAL, data={"minutes": post.minutes})


def _begin(found: Found, people: list[Any]) -> EmptyPost | None:
    shift = found.shift
    post = EmptyPost(
        window=shift.window,
        department_id=shift.department_id,
        staff=shift.staff,
        shift=shift,
        kind=found.kind,
        day=shift.day,
        from_at=found.since,
    )
    if EmptyPost.objects.filter(window=shift.window, kind=found.kind, from_at=found.since).exists():
        return None  # found before and ended since by a clock that was set back
    with watch(EMPTY_POST_MEASURES, post):
        post.save()
    record(post, "empty_post.found", PORTAL, to_state="open", data={"kind": found.kind, "since": found.since})
    tell_found(post, people)
    return post
