"""What the queue hangs into the pages of others: the panel beside the desk's list, the visits of a case."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from hall.queue import reads
from hall.queue.actions.sessions import session_of
from hall.queue.lifecycle import TICKET
from hall.queue.models import Queue, QueueWindow
from hall.queue.policies import may_serve
from hall.queue.services import current_ticket, tickets_of_case
from portal.core.registries import register_panel

DESK, CASE = "cases.desk", "cases.case"


def connect() -> None:
    """Called once, in the app's ready()."""
    register_panel(DESK, "hall.queue", call_panel)
    register_panel(CASE, "hall.queue", visits)


def call_panel(request: HttpRequest, _thing: Any) -> str:
    """The large button beside the list of cases; six queries at an open window, two without."""
    user: Any = request.user
    if not may_serve(user):
        return ""
    session = session_of(user)
    context: dict[str, Any] = {"session": session, "next": request.get_full_path()}
    if session is not None:
        ticket = current_ticket(session.window_id)
        lines = reads.lines(Queue.objects.in_use().filter(served_at__window=session.window_id))
        longest = [line.longest_minutes for line in lines if line.longest_minutes is not None]
        context |= {
            "ticket": ticket,
            "state": TICKET.states[ticket.state] if ticket else None,
            "services": list(ticket.services.all()) if ticket else [],
            "waiting": sum(line.waiting for line in lines),
            "longest": max(longest, default=None),
        }
    elif not QueueWindow.objects.exists():
        return ""
    return render_to_string("queue/panel_desk.html", context, request)


def visits(request: HttpRequest, case: Any) -> str:
    """The numbers under which the applicant was served for this case; one query."""
    tickets = tickets_of_case(case.number or "")
    if not tickets:
        return ""
    rows = [(ticket, TICKET.states[ticket.state]) for ticket in tickets]
    return render_to_string("queue/panel_case.html", {"tickets": rows}, request)
