"""The numbers of today as a file; telephone numbers are not in it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.queue.lifecycle import TICKET
from hall.queue.policies import may_see_overview
from hall.queue.views import manager
from portal.core.exports import Column, register_export


def register() -> None:
    """Called in `ready()`. The filters are those of the page."""
    register_export(
        "queue.tickets",
        title=_("Numbers of today"),
        columns=[
            Column(pgettext_lazy("screen", "Number"), "number"),
            Column(_("Queue"), "queue.display_name"),
            Column(_("State"), lambda row: TICKET.states[row.state].label),
            Column(_("Priority"), lambda row: row.get_priority_display() if row.priority else ""),
            Column(pgettext_lazy("number", "Taken"), "taken_at", "moment"),
            Column(pgettext_lazy("channel of a number", "Way"), lambda row: row.get_channel_display()),
            Column(_("Window"), "window.code"),
        ],
        queryset=lambda user, params: manager.tickets_listed(user, manager.asked_of(params)),
        policy=may_see_overview,
    )
