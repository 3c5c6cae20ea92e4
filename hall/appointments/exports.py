"""The appointments of a day as a file; who comes is masked as on the page."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.appointments.lifecycle import APPOINTMENT
from hall.appointments.policies import may_see_desk
from hall.appointments.views import desk
from portal.core.exports import Column, register_export


def register() -> None:
    """Called in `ready()`. The filters are those of the page."""
    register_export(
        "appointments.day",
        title=_("Appointments of the day"),
        columns=[
            Column(pgettext_lazy("period", "From"), "starts_at", "moment"),
            Column(pgettext_lazy("period", "Until"), "ends_at", "moment"),
            Column(_("Visitor"), "holder.shown_name", personal="name"),
            Column(_("Service"), "service.display_name"),
            Column(pgettext_lazy("how", "Booked"), lambda row: row.get_channel_display()),
            Column(_("State"), lambda row: APPOINTMENT.states[row.state].label),
            Column(_("Queue number"), "ticket_number"),
        ],
        queryset=desk.appointments_listed,
        policy=may_see_desk,
    )
