"""The lists of the hotline as files: the rows and filters of the pages, nothing of the caller."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline import desk, policies
from hotline.lifecycle import TICKET
from hotline.models import Ticket
from hotline.views import lists
from portal.core.exports import Column, register_export


def tickets_asked(user: Any, params: Any) -> Any:
    """The tickets that the page would list."""
    return desk.listed(user, desk.tab_of(params, desk.tabs_for(user)), desk.asked_of(params))


def state_of(ticket: Ticket) -> str:
    return str(TICKET.states[ticket.state].label)


def register() -> None:
    """Called in `ready()`. The filters are those of the pages."""
    register_export(
        "hotline.tickets",
        title=_("Hotline tickets"),
        columns=[
            Column(pgettext_lazy("ticket", "Number"), "reference"),
            Column(pgettext_lazy("ticket", "Title"), "title"),
            Column(pgettext_lazy("ticket", "Kind"), "get_kind_display"),
            Column(pgettext_lazy("ticket", "Category"), "category.display_name"),
            Column(_("Urgency"), "get_grade_display"),
            Column(pgettext_lazy("ticket", "Channel"), "get_channel_display"),
            Column(pgettext_lazy("ticket", "Line"), "line"),
            Column(_("Department"), "department.display_name"),
            Column(_("State"), state_of),
            Column(_("Recorded at"), "recorded_at", "moment"),
            Column(_("Due at"), "due_at", "moment"),
            Column(_("Replied at"), "first_replied_at", "moment"),
        ],
        queryset=tickets_asked,
        policy=policies.may_see_desk,
    )
    register_export(
        "hotline.orders",
        title=_("Supervision orders"),
        columns=[
            Column(_("Ticket"), "ticket.reference"),
            Column(_("Department"), "department.display_name"),
            Column(_("What is to be done"), "text"),
            Column(_("Issued at"), "issued_at", "moment"),
            Column(_("Due at"), "due_at", "moment"),
            Column(_("Answered at"), "answered_at", "moment"),
        ],
        queryset=lambda user, params: lists.orders_listed(user, params.get("tab", "")),
        policy=policies.may_see_orders,
    )
