"""Windows: made, changed, closed; and who serves at them. Every change is an event, nothing is deleted."""

import datetime as dt
import re
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from hall.models import Window, WindowDuty
from hall.policies import may_manage_windows
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.jobs import Job, Later, job
from portal.core.time import ZONE, now, today
from portal.people.models import Department, Posting

CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,31}")
FOLLOW = "hall.follow_department"


@dataclass(frozen=True, kw_only=True)
class WindowDraft:
    """What an administrator tells about a window."""

    code: str
    name: str
    name_en: str = ""
    kind: str = Window.Kind.DEPARTMENT
    department_id: int | None = None
    area: str = ""


@action
def make_window(actor: Actor, draft: WindowDraft) -> Window:
    """A new window. Raises Invalid with `fields`, NotAllowed."""
    _only_managers(actor)
    window = Window()
    _fill(window, draft)
    window.save()
    record(window, "window.made", actor, data={"code": window.code, "kind": window.kind})
    return window


@action
def change_window(actor: Actor, window_id: int, draft: WindowDraft) -> Window:
    """Write the new values; the event says which ones."""
    _only_managers(actor)
    window = _window(window_id)
    before = {name: getattr(window, name) for name in asdict(draft)}
    _fill(window, draft)
    changed = {name: [old, getattr(window, name)] for name, old in before.items() if old != getattr(window, name)}
    window.save()
    if changed:
        record(window, "window.changed", actor, data={"changed": changed})
    return window


@action
def close_window(actor: Actor, window_id: int, *, on: dt.date) -> Window:
    """Close from the day `on`; the duties at it end the day before."""
    _only_managers(actor)
    window = _window(window_id)
    if window.closed_on is not None:
        raise WrongState(_("This window is closed already."))
    if on < today():
        raise Invalid(fields={"on": _("A window is closed today or on a day to come.")})
    _close(actor, window, on)
    return window


@action
def reopen_window(actor: Actor, window_id: int) -> Window:
    """Take the closing back; duties are entered anew."""
    _only_managers(actor)
    window = _window(window_id)
    if window.closed_on is None:
        raise WrongState(_("This window is open."))
    window.closed_on = None
    window.save(update_fields=["closed_on"])
    record(window, "window.reopened", actor)
    return window


@action
def put_at_window(
    actor: Actor, window_id: int, posting_id: int, *, starts_on: dt.date, ends_on: dt.date | None = None
) -> WindowDuty:
    """A posting serves at the window, first and last day included. Raises Invalid with `fields`."""
    _only_managers(actor)
    window = _window(window_id)
    posting = Posting.objects.select_related("user").filter(pk=posting_id).first()
    if wrong := _wrong_duty(window, posting, starts_on, ends_on):
        raise Invalid(fields=wrong)
    duty = WindowDuty.objects.create(window=window, posting_id=posting_id, starts_on=starts_on, ends_on=ends_on)
    record(window, "window.duty_made", actor, data={"posting": posting_id, **_days(duty)})
    return duty


@action
def end_duty(actor: Actor, duty_id: int) -> WindowDuty:
    """The person leaves the window at once; the posting goes on."""
    _only_managers(actor)
    try:
        duty = db.lock_row(WindowDuty.objects.select_related("window"), duty_id)
    except WindowDuty.DoesNotExist:
        raise NotFound from None
    if duty.has_ended:
        raise WrongState(_("This duty has ended already."))
    _end(duty)
    record(duty.window, "window.duty_ended", actor, data={"posting": duty.posting_id, **_days(duty)})
    return duty


@job(FOLLOW)
def follow_department(payload: dict[str, Any], _job: Job) -> None:
    """On the day of a department's closing its windows go to the successor, or close where there is none."""
    department = Department.objects.filter(pk=payload["stream_id"]).select_related("successor").first()
    if department is None or department.closed_on is None:
        return  # the closing was taken back
    if department.closed_on > today():
        raise Later(dt.datetime.combine(department.closed_on, dt.time(0, 1), ZONE))
    actor = Actor.system(FOLLOW)
    pks = Window.objects.filter(department=department, closed_on__isnull=True).values_list("pk", flat=True)
    for window in db.lock_rows(Window.objects.all(), list(pks)):
        if department.successor is None:
            _close(actor, window, department.closed_on)
            continue
        window.department = department.successor
        window.save(update_fields=["department"])
        record(window, "window.moved", actor, data={"from": department.code, "to": department.successor.code})


def _only_managers(actor: Actor) -> None:
    if actor.user is not None and not may_manage_windows(actor.user):
        raise NotAllowed


def _window(window_id: int) -> Window:
    try:
        return db.lock_row(Window.objects.all(), window_id)
    except Window.DoesNotExist:
        raise NotFound from None


def _fill(window: Window, draft: WindowDraft) -> None:
    """Check and set the values. Raises Invalid with every wrong field at once."""
    wrong: dict[str, type_of_message] = {}
    code = draft.code.strip().upper()
    if not CODE.fullmatch(code):
        wrong["code"] = _("1 to 32 capital letters, digits, hyphens or underscores, for example A01.")
    elif Window.objects.filter(code=code).exclude(pk=window.pk).exists():
        wrong["code"] = _("Another window has this code already.")
    if not draft.name.strip():
        wrong["name"] = _("Enter the window's name.")
    if draft.department_id is None:
        if draft.kind == Window.Kind.DEPARTMENT:
            wrong["department"] = _("A department's window needs its department.")
    elif not Department.objects.open_on(today()).filter(pk=draft.department_id).exists():
        wrong["department"] = _("Choose a department that is open.")
    if wrong:
        raise Invalid(fields=wrong)
    for name, value in asdict(draft).items():
        setattr(window, name, value.strip() if isinstance(value, str) else value)
    window.code = code


def _close(actor: Actor, window: Window, on: dt.date) -> None:
    window.closed_on = on
    window.save(update_fields=["closed_on"])
    running = window.duties.filter(ended_at__isnull=True).exclude(ends_on__lt=on).values_list("pk", flat=True)
    for duty in db.lock_rows(WindowDuty.objects.all(), list(running)):
        duty.ends_on = max(duty.starts_on, on - dt.timedelta(days=1))
        duty.ended_at = now() if duty.ends_on >= on or on <= today() else None
        duty.save(update_fields=["ends_on", "ended_at"])
    record(window, "window.closed", actor, data={"on": on.isoformat()})


def _end(duty: WindowDuty) -> None:
    duty.ends_on, duty.ended_at = max(duty.starts_on, today()), now()
    duty.save(update_fields=["ends_on", "ended_at"])


def _wrong_duty(
    window: Window, posting: Posting | None, starts_on: dt.date, ends_on: dt.date | None
) -> dict[str, type_of_message]:
    if posting is None or posting.has_ended:
        return {"posting": _("Choose a posting that has not ended.")}
    if window.closed_on is not None and window.closed_on <= (ends_on or starts_on):
        return {"starts_on": _("The window is closed on these days.")}
    if starts_on < today():
        return {"starts_on": _("A duty begins today or on a day to come.")}
    if ends_on is not None and ends_on < starts_on:
        return {"ends_on": _("The last day lies before the first one.")}
    if starts_on < posting.starts_on or (posting.ends_on is not None and posting.ends_on < starts_on):
        return {"starts_on": _("The posting does not hold on this day.")}
    same = WindowDuty.objects.filter(window=window, posting=posting, ended_at__isnull=True)
    if ends_on is not None:
        same = same.filter(starts_on__lte=ends_on)
    if same.exclude(ends_on__lt=starts_on).exists():
        return {"posting": _("This person serves at this window already in these days.")}
    if WindowDuty.objects.filter(window=window, posting=posting, starts_on=starts_on).exists():
        return {"starts_on": _("A duty at this window that began on this day was ended already; choose another day.")}
    return {}


def _days(duty: WindowDuty) -> dict[str, str]:
    return {"from": duty.starts_on.isoformat(), "to": duty.ends_on.isoformat() if duty.ends_on else ""}
