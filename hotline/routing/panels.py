"""What the rules say of a ticket, hung into the ticket's page for whoever dispatches it."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from hotline.models import Category
from hotline.policies import may_dispatch
from hotline.routing import judging
from hotline.routing.policies import may_see_rules
from portal.core.registries import register_panel

SLOT = "hotline.ticket"


def connect() -> None:
    """Called in `ready()`."""
    register_panel(SLOT, "routing", render, order=20)


def render(request: HttpRequest, ticket: Any) -> str:
    """The suggestion with its reasons, while the ticket waits to be dispatched."""
    user: Any = request.user
    if ticket.state != "recorded" or not may_see_rules(user):
        return ""
    said, values = judging.asked(ticket)
    if said is None and "category" not in values:
        return ""
    context = {
        "found": said,
        "ticket": ticket,
        "values": values,
        "category": Category.objects.filter(pk=values["category"]).first() if "category" in values else None,
        "one_click": "department" in values and may_dispatch(user, ticket),
    }
    return render_to_string("routing/panel_ticket.html", context, request)
