"""The inner steps of a district on the ticket's page: for the city to read, for the district to act."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from hotline.districts import policies
from hotline.districts.actions.inner import WITH_DISTRICT
from hotline.districts.lifecycle import ASSIGNMENT, TONES
from hotline.districts.models import Assignment, Handover
from portal.core.registries import register_panel

SLOT = "hotline.ticket"


def connect() -> None:
    """Called in `ready()`."""
    register_panel(SLOT, "districts", render, order=10)


def render(request: HttpRequest, ticket: Any) -> str:
    """Nothing for tickets that no district has or had; two queries."""
    user: Any = request.user
    inner = Assignment.objects.visible_to(user).filter(ticket=ticket)
    rows = inner.select_related("district", "department", "assigned_by", "signed_by", "decided_by").order_by("-pk")[:20]
    live = ticket.state in WITH_DISTRICT and not ticket.imported
    context = {
        "ticket": ticket,
        "rows": [
            (
                one, ASSIGNMENT.states[one.state].label, TONES[one.state],
                ASSIGNMENT.offered(one, user) if live and one.is_running else [],
            )
            for one in rows
        ],
        "handovers": list(
            Handover.objects.filter(ticket=ticket).select_related("platform__district", "dispatch").order_by("-pk")[:5]
        ),
        "may_assign": live and ticket.inner_department_id is None and policies.may_assign(user, ticket),
    }  # fmt: skip
    if not (context["rows"] or context["handovers"] or context["may_assign"]):
        return ""
    return render_to_string("districts/panel_ticket.html", context, request)
