"""Clocking in and out: always for oneself, at one's own shift, by the portal's clock."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hall.attendance.codes import code_of, is_fresh, minute_of, same, token_of
from hall.attendance.measures import SHIFT_MEASURES
from hall.attendance.models import ClockDevice, ClockScan, Shift
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import DomainError, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.statistics import watch
from portal.core.time import ZONE, now, today

EARLIEST = dt.timedelta(hours=2)  # before the shift begins


class CodeGone(DomainError):
    """The code of the hall's clock is old, forged, used, or made for somebody else."""

    code = "code_gone"
    default_message = _("This code is no longer valid. Please scan the code that the clock shows now.")


@action
def clock_in(actor: Actor, *, window_id: int | None = None, way: str = Shift.Way.WINDOW) -> Shift:
    """Come to the post, or back to it. Raises WrongState with what is wrong, NotFound without a shift."""
    return _clock_in(actor, window_id, way)


@action
def clock_out(actor: Actor, *, way: str = Shift.Way.WINDOW) -> Shift:
    """Leave the post. Who leaves before the end has left early, unless they come back."""
    return _clock_out(actor, way)


def use_code(public_id: str, minute: int, code: str, user_id: int) -> str:
    """Check a scanned code and give the token that confirms it for this person alone. Raises CodeGone, NotFound."""
    device = _device(public_id)
    if not is_fresh(minute) or not same(code_of(device, minute), code):
        raise CodeGone
    return token_of(device, minute, user_id)


@action
def scan(actor: Actor, public_id: str, minute: int, token: str) -> Shift:
    """Clock in, or out for who is in, with a token from `use_code`: of this person, of this minute, used once."""
    device = _device(public_id)
    if actor.user is None or not is_fresh(minute) or not same(token_of(device, minute, actor.user.pk), token):
        raise CodeGone
    try:
        with transaction.atomic():
            ClockScan.objects.create(device=device, minute=minute, staff=actor.user, at=now())
    except IntegrityError:
        raise CodeGone from None
    ClockScan.objects.filter(device=device, staff=actor.user, minute__lt=minute_of() - 7 * 24 * 60).delete()
    shift = _own_shift(actor)
    return _clock_out(actor, Shift.Way.QR) if shift.is_present else _clock_in(actor, None, Shift.Way.QR)


def _clock_in(actor: Actor, window_id: int | None, way: str) -> Shift:
    shift, moment = _own_shift(actor), now()
    if shift.excuse:
        raise WrongState(_("You are not on duty today: %(reason)s."), reason=shift.get_excuse_display())
    if window_id is not None and window_id != shift.window_id:
        raise WrongState(
            _("Your shift today is at window %(window)s. Please clock in there."), window=shift.window.code
        )
    if shift.is_present:
        raise WrongState(_("You clocked in at %(time)s already."), code="clocked_in", time=_time(shift.clocked_in_at))
    if moment < shift.starts_at - EARLIEST:
        raise WrongState(_("Your shift begins at %(time)s. It is too early to clock in."), time=_time(shift.starts_at))
    if moment >= shift.ends_at:
        raise WrongState(_("Your shift ended at %(time)s."), time=_time(shift.ends_at))
    if shift.clocked_out_at is not None and moment < shift.clocked_out_at:
        raise WrongState(_("The clock runs backwards. Please tell the administrator."), code="clock")
    back = shift.clocked_in_at is not None
    with watch(SHIFT_MEASURES, shift):
        if back:
            shift.clocked_out_at, shift.early_minutes = None, 0
        else:
            shift.clocked_in_at, shift.way = moment, way
            shift.late_minutes = minutes_after(shift.due_by, moment)
        shift.counted_on = shift.day
        _save(shift)
    record(shift, "shift.back" if back else "shift.clocked_in", actor, data={"way": way, "late": shift.late_minutes})
    return shift


def _clock_out(actor: Actor, way: str) -> Shift:
    shift, moment = _own_shift(actor), now()
    if not shift.is_present or shift.clocked_in_at is None:
        raise WrongState(_("You have not clocked in, or left already."))
    if moment < shift.clocked_in_at:
        raise WrongState(_("The clock runs backwards. Please tell the administrator."), code="clock")
    with watch(SHIFT_MEASURES, shift):
        shift.clocked_out_at = moment
        shift.early_minutes = minutes_after(moment, shift.ends_at)
        _save(shift)
    record(shift, "shift.clocked_out", actor, data={"way": way, "early": shift.early_minutes})
    return shift


def minutes_after(limit: dt.datetime, moment: dt.datetime) -> int:
    """Whole minutes by which the moment is past the limit, rounded up; 0 in time."""
    seconds = (moment - limit).total_seconds()
    return max(0, -int(-seconds // 60))


def _save(shift: Shift) -> None:
    shift.version += 1
    shift.save()


def _own_shift(actor: Actor) -> Shift:
    if actor.user is None:
        raise NotAllowed
    pk = Shift.objects.filter(staff=actor.user, day=today()).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound(_("You have no shift today. Please ask the hall manager if this is wrong."))
    return db.lock_row(Shift.objects.select_related("window"), pk)


def _device(public_id: str) -> ClockDevice:
    device = ClockDevice.objects.filter(public_id=public_id, closed_at__isnull=True).first()
    if device is None:
        raise NotFound()
    return device


def _time(moment: Any) -> str:
    return f"{moment.astimezone(ZONE):%H:%M}" if moment else ""
