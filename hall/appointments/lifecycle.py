"""The life of an appointment: every state, and every step from one to another."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.appointments import effects, policies
from hall.appointments.models import Appointment
from portal.core.lifecycle import Ask, Lifecycle, State, Transition

STATES = [
    State("booked", pgettext_lazy("appointment state", "Booked")),
    State("checked_in", pgettext_lazy("appointment state", "Checked in"), ended=True),
    State("missed", pgettext_lazy("appointment state", "Missed"), ended=True),
    State("cancelled", pgettext_lazy("appointment state", "Cancelled"), ended=True),
]
BOOKED = frozenset({"booked"})
TONES = {"booked": "blue", "checked_in": "green", "missed": "red", "cancelled": "grey"}

REASON = Ask("reason", "text", _("Reason"), hint=_("The person who booked reads this."), longest=200)
SLOT = Ask("slot", "text", _("New time"), longest=12)

TRANSITIONS: list[Transition[Appointment]] = [
    Transition(
        "check_in",
        label=_("Check in"),
        told=pgettext_lazy("timeline", "Checked in"),
        sources=BOOKED,
        target="checked_in",
        may=lambda user, one: policies.is_holder(user, one) or policies.may_serve(user, one),
        effect=effects.check_in,
        tone="primary",
    ),
    Transition(
        "check_in_at_kiosk",
        label=_("Check in"),
        told=pgettext_lazy("timeline", "Checked in at the kiosk"),
        sources=BOOKED,
        target="checked_in",
        may=lambda _user, _one: False,
        effect=effects.check_in,
        by_portal=True,
    ),
    Transition(
        "change",
        label=_("Change the time"),
        told=pgettext_lazy("timeline", "Time changed"),
        sources=BOOKED,
        target=None,
        may=policies.is_holder,
        effect=effects.change,
        asks=(SLOT,),
    ),
    Transition(
        "cancel",
        label=_("Cancel the appointment"),
        told=pgettext_lazy("timeline", "Cancelled"),
        sources=BOOKED,
        target="cancelled",
        may=policies.is_holder,
        effect=effects.cancel,
        tone="warning",
        irreversible=True,
    ),
    Transition(
        "move",
        label=_("Move to another time"),
        told=pgettext_lazy("timeline", "Moved by the centre"),
        sources=BOOKED,
        target=None,
        may=policies.may_serve,
        effect=effects.move,
        asks=(SLOT, REASON),
    ),
    Transition(
        "call_off",
        label=_("Cancel for the visitor"),
        told=pgettext_lazy("timeline", "Cancelled at the desk"),
        sources=BOOKED,
        target="cancelled",
        may=policies.may_serve,
        effect=effects.call_off,
        asks=(REASON,),
        tone="warning",
        irreversible=True,
    ),
    Transition(
        "close",
        label=_("Cancel"),
        told=pgettext_lazy("timeline", "Cancelled by the centre, because the time is closed"),
        sources=BOOKED,
        target="cancelled",
        may=lambda _user, _one: False,
        effect=effects.call_off,
        asks=(REASON,),
        by_portal=True,
    ),
    Transition(
        "miss",
        label=_("Missed"),
        told=pgettext_lazy("timeline", "Nobody came"),
        sources=BOOKED,
        target="missed",
        may=lambda _user, _one: False,
        effect=effects.miss,
        by_portal=True,
    ),
]

APPOINTMENT = Lifecycle("appointment", STATES, TRANSITIONS)
