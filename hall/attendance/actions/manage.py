"""What managers do: correct a shift, set the hours of a window, put up and take down clocks. Each change an event."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from hall.attendance.actions.clocking import minutes_after
from hall.attendance.measures import SHIFT_MEASURES
from hall.attendance.models import ClockDevice, Excuse, Shift, ShiftPattern
from hall.attendance.policies import may_correct, may_manage, may_see
from hall.models import Window
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState, type_of_message
from portal.core.events import record
from portal.core.statistics import watch
from portal.core.time import ZONE, now, today


@action
def correct_shift(
    actor: Actor,
    shift_id: int,
    *,
    came: dt.time | None,
    left: dt.time | None,
    excuse: str,
    reason: str,
    version: int,
) -> Shift:
    """Put right when somebody came and left, or why they were not due. Raises Invalid, NotAllowed, NotFound, Stale."""
    try:
        shift = db.lock_row(Shift.objects.select_related("window"), shift_id)
    except Shift.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not may_see(actor.user, shift):
        raise NotFound()
    if not may_correct(actor.user, shift):
        raise NotAllowed()
    if version != shift.version:
        raise Stale()
    came_at, left_at = _on(shift.day, came), _on(shift.day, left)
    if wrong := _wrong(shift, came_at, left_at, excuse, reason):
        raise Invalid(fields=wrong)
    before = {"came": shift.clocked_in_at, "left": shift.clocked_out_at, "excuse": shift.excuse}
    with watch(SHIFT_MEASURES, shift):
        shift.clocked_in_at, shift.clocked_out_at, shift.excuse = came_at, left_at, excuse
        shift.late_minutes = minutes_after(shift.due_by, came_at) if came_at else 0
        shift.early_minutes = minutes_after(left_at, shift.ends_at) if left_at else 0
        shift.way, shift.corrected = Shift.Way.CORRECTION, True
        shift.counted_on = shift.day if shift.starts_at <= now() else shift.counted_on
        shift.version += 1
        shift.save()
    after = {"came": came_at, "left": left_at, "excuse": excuse}
    record(shift, "shift.corrected", actor, data={"reason": reason.strip(), "before": before, "after": after})
    return shift


def _on(day: dt.date, time: dt.time | None) -> dt.datetime | None:
    return dt.datetime.combine(day, time, ZONE) if time else None


def _wrong(
    shift: Shift, came_at: dt.datetime | None, left_at: dt.datetime | None, excuse: str, reason: str
) -> dict[str, type_of_message]:
    wrong: dict[str, type_of_message] = {}
    if not reason.strip():
        wrong["reason"] = _("Enter the reason: it stands in the history of the shift.")
    if excuse and excuse not in Excuse.values:
        wrong["excuse"] = _("Please choose one of the answers.")
    if excuse and came_at:
        wrong["came"] = _("Who was not due did not clock in: leave the times empty.")
    if left_at and not came_at:
        wrong["came"] = _("Enter when the person came.")
    elif left_at and came_at and left_at < came_at:
        wrong["left"] = _("The person cannot have left before coming.")
    elif any(at and at > now() for at in (came_at, left_at)):
        wrong["left" if left_at and left_at > now() else "came"] = _("This time has not come yet.")
    if shift.day > today():
        wrong["reason"] = _("This shift has not begun yet.")
    return wrong


@action
def add_pattern(
    actor: Actor, window_id: int, *, weekdays: str, starts: dt.time, ends: dt.time, valid_from: dt.date
) -> ShiftPattern:
    """Other hours for a window, from a day to come on. Raises Invalid with `fields`."""
    _only_managers(actor)
    try:
        window = db.lock_row(Window.objects.all(), window_id)
    except Window.DoesNotExist:
        raise NotFound() from None
    wrong: dict[str, type_of_message] = {}
    if not weekdays:
        wrong["weekdays"] = _("Choose at least one weekday.")
    if ends <= starts:
        wrong["ends"] = _("The end lies before the beginning.")
    if valid_from <= today():
        wrong["valid_from"] = _("Hours change from tomorrow at the earliest: today's shifts have been planned.")
    if wrong:
        raise Invalid(fields=wrong)
    made = ShiftPattern.objects.create(
        window=window, weekdays=weekdays, starts=starts, ends=ends, valid_from=valid_from
    )
    data = {"weekdays": weekdays, "from": f"{starts:%H:%M}", "to": f"{ends:%H:%M}", "on": valid_from}
    record(window, "window.hours_set", actor, data=data)
    return made


@action
def end_pattern(actor: Actor, pattern_id: int) -> ShiftPattern:
    """From tomorrow on the window keeps the hours of the centre again."""
    _only_managers(actor)
    try:
        pattern = db.lock_row(ShiftPattern.objects.select_related("window"), pattern_id)
    except ShiftPattern.DoesNotExist:
        raise NotFound() from None
    if pattern.valid_to is not None:
        raise WrongState(_("These hours have an end already."))
    if pattern.valid_from > today():
        record(pattern.window, "window.hours_ended", actor, data={"on": pattern.valid_from})
        pattern.delete()
        return pattern
    pattern.valid_to = today()
    pattern.save(update_fields=["valid_to"])
    record(pattern.window, "window.hours_ended", actor, data={"on": pattern.valid_to})
    return pattern


@action
def make_device(actor: Actor, name: str) -> ClockDevice:
    """A clock of the hall with a secret of its own."""
    _only_managers(actor)
    if not name.strip():
        raise Invalid(fields={"name": _("Enter where the clock stands.")})
    device = ClockDevice.objects.create(name=name.strip()[:80])
    record(device, "clock.made", actor, data={"name": device.name})
    return device


@action
def close_device(actor: Actor, device_id: int) -> ClockDevice:
    """Its codes are worth nothing from now on."""
    _only_managers(actor)
    try:
        device = db.lock_row(ClockDevice.objects.all(), device_id)
    except ClockDevice.DoesNotExist:
        raise NotFound() from None
    if device.closed_at is not None:
        raise WrongState(_("This clock has been taken down already."))
    device.closed_at = now()
    device.save(update_fields=["closed_at"])
    record(device, "clock.closed", actor)
    return device


def _only_managers(actor: Actor) -> None:
    if actor.user is not None and not may_manage(actor.user):
        raise NotAllowed()
