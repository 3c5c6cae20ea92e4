"""Sitting down at a window, breaks, leaving it."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hall.models import Window, WindowDuty
from hall.queue.errors import AtAnotherWindow, NotAtWindow, WindowBusy, WindowTaken
from hall.queue.models import Queue, QueueWindow, Ticket, WindowBreak, WindowSession
from hall.queue.models.ticket import AT_WINDOW
from hall.queue.policies import may_manage_queue, may_serve
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.time import now, today
from portal.people.models import Posting, User


def windows_of(user: User, day: dt.date | None = None) -> list[Window]:
    """Where the person may sit today: by duty, a substitute by the absent one's; managers anywhere. One query.

    Only windows that serve a queue.
    """
    serving = QueueWindow.objects.filter(queue__in=_queues(day)).values("window")
    rows = Window.objects.open_on(day or today()).filter(pk__in=serving)
    if not may_manage_queue(user):
        postings = Posting.objects.held_by(user)
        rows = rows.filter(pk__in=WindowDuty.objects.in_force(day).filter(posting__in=postings).values("window"))
    return list(rows.order_by("code"))


def session_of(user: User) -> WindowSession | None:
    """The window at which the person serves now; one query."""
    rows = WindowSession.objects.filter(staff=user.pk, ended_at__isnull=True)
    return rows.select_related("window", "hall").first()


@action
def open_window(actor: Actor, window_id: int) -> WindowSession:
    """Sit down at a window. Raises NotAllowed, NotFound, AtAnotherWindow, WindowTaken."""
    user = actor.user
    if user is None or not may_serve(user):
        raise NotAllowed
    window = next((one for one in windows_of(user) if one.pk == window_id), None)
    if window is None:
        raise NotFound()
    if mine := session_of(user):
        if mine.window_id == window_id:
            return mine
        raise AtAnotherWindow(window=mine.window.code)
    hall_id = QueueWindow.objects.filter(window=window, queue__in=_queues(None)).values_list("queue__hall", flat=True)[
        0
    ]
    try:
        with transaction.atomic():
            session = WindowSession.objects.create(window=window, hall_id=hall_id, staff=user, started_at=now())
    except IntegrityError:
        raise _taken(user, window_id) from None
    record(session, "window_session.opened", actor, data={"window": window.code})
    return session


@action
def leave_window(actor: Actor, session_id: int) -> WindowSession:
    """Get up. A number that is still at the window is finished first; held ones go with their window."""
    session = _mine(actor, session_id)
    if Ticket.objects.filter(window=session.window_id, state__in=AT_WINDOW).exists():
        raise WindowBusy
    end_session(session)
    record(session, "window_session.ended", actor)
    return session


@action
def pause_window(actor: Actor, session_id: int, *, reason: str) -> WindowSession:
    """Take a break; the window calls nobody meanwhile. Raises WindowBusy while somebody is being served."""
    session = _mine(actor, session_id)
    if reason not in WindowBreak.Reason.values:
        raise Invalid(fields={"reason": _("Please choose one of the answers.")})
    if session.is_paused:
        raise WrongState(_("This window takes a break already."))
    if Ticket.objects.filter(window=session.window_id, state__in=AT_WINDOW).exists():
        raise WindowBusy
    session.paused_at, session.pause_reason = now(), reason
    session.save(update_fields=["paused_at", "pause_reason"])
    WindowBreak.objects.create(session=session, reason=reason, started_at=session.paused_at)
    record(session, "window_session.paused", actor, data={"reason": reason})
    return session


@action
def resume_window(actor: Actor, session_id: int) -> WindowSession:
    """The break is over."""
    session = _mine(actor, session_id)
    if not session.is_paused:
        raise WrongState(_("This window takes no break."))
    end_break(session)
    record(session, "window_session.resumed", actor)
    return session


def end_break(session: WindowSession) -> None:
    """Close the running break; a clock that was set back gives an empty one."""
    for running in session.breaks.filter(ended_at__isnull=True):
        running.ended_at = max(now(), running.started_at)
        running.save(update_fields=["ended_at"])
    session.paused_at, session.pause_reason = None, ""
    session.save(update_fields=["paused_at", "pause_reason"])


def end_session(session: WindowSession) -> None:
    """Write the end of a locked session."""
    if session.is_paused:
        end_break(session)
    session.ended_at = max(now(), session.started_at)
    session.save(update_fields=["ended_at"])


def _queues(day: dt.date | None) -> "QuerySet[Queue]":
    return Queue.objects.in_use(day)


def _taken(user: User, window_id: int) -> Exception:
    if mine := session_of(user):
        return AtAnotherWindow(window=mine.window.code)
    other = WindowSession.objects.filter(window=window_id, ended_at__isnull=True).select_related("staff").first()
    return WindowTaken(name=other.staff.name if other else "")


def _mine(actor: Actor, session_id: int) -> WindowSession:
    """The session, locked: one's own, and for managers anybody's."""
    rows = WindowSession.objects.filter(ended_at__isnull=True).select_related("window")
    if actor.user is None or not may_manage_queue(actor.user):
        rows = rows.filter(staff=actor.user_id)
    try:
        return db.lock_row(rows, session_id)
    except WindowSession.DoesNotExist:
        raise NotAtWindow from None
