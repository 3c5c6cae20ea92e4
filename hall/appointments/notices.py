"""What people are told about their appointments: one template for each occasion."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hall.appointments.models import Appointment, Holder
from portal.core.notifications import Contact, Template, Words, notify, register
from portal.people.models import User

WORDS = frozenset({"service", "at"})


def _template(code: str, subject: Any, body: Any, *more: str) -> Template:
    return register(Template(f"appointment.{code}", subject, body, WORDS | set(more)))


TOLD = {
    template.code.removeprefix("appointment."): template
    for template in (
        _template(
            "booked",
            _("Your appointment is booked: %(service)s"),
            _("Your appointment for %(service)s is on %(at)s. Your check-in code is %(code)s."),
            "code",
        ),
        _template(
            "change",
            _("Your appointment has a new time: %(service)s"),
            _("Your appointment for %(service)s is now on %(at)s. Your check-in code stays %(code)s."),
            "code",
        ),
        _template(
            "move",
            _("We had to move your appointment: %(service)s"),
            _("Your appointment for %(service)s is now on %(at)s. Reason: %(reason)s. If the time does not suit you,"
              " please change or cancel it."),
            "reason",
        ),
        _template(
            "cancel",
            _("Your appointment is cancelled: %(service)s"),
            _("You have cancelled your appointment for %(service)s on %(at)s."),
        ),
        _template(
            "call_off",
            _("Your appointment is cancelled: %(service)s"),
            _("The centre has cancelled your appointment for %(service)s on %(at)s. Reason: %(reason)s."),
            "reason",
        ),
        _template(
            "close",
            _("We had to cancel your appointment: %(service)s"),
            _("Your appointment for %(service)s on %(at)s cannot take place. Reason: %(reason)s. We are sorry; please"
              " book another time."),
            "reason",
        ),
        _template(
            "miss",
            _("You missed your appointment: %(service)s"),
            _("You did not check in for %(service)s on %(at)s. If you cannot come next time, please cancel, so that"
              " somebody else gets the place."),
        ),
    )
}  # fmt: skip
REMINDERS = {
    "day": _template(
        "remind_day",
        _("Tomorrow: %(service)s"),
        _("Your appointment for %(service)s is on %(at)s. Your check-in code is %(code)s."),
        "code",
    ),
    "hours": _template(
        "remind_hours",
        _("Soon: %(service)s"),
        _("Your appointment for %(service)s is today: %(at)s. Your check-in code is %(code)s."),
        "code",
    ),
}
PAUSED = register(
    Template(
        "appointment.paused",
        _("Booking is paused for you until %(until)s"),
        _("You have missed appointments several times, so booking is paused for you until %(until)s. You can take a"
          " number in the hall at any time."),
        {"until"},
    )
)  # fmt: skip
LIFTED = register(
    Template(
        "appointment.lifted",
        _("You can book appointments again"),
        _("The pause of booking has been lifted. You can book appointments again."),
        set(),
    )
)


def tell_holder(one: Appointment, code: str, *, key: str) -> None:
    """Tell the person who holds the appointment of one step, where there is something to tell."""
    template = TOLD.get(code)
    if template is not None:
        _send(one, template, key)


def tell_reminder(one: Appointment, kind: str) -> None:
    """Once for each time that the appointment has had."""
    _send(one, REMINDERS[kind], f"{kind}:{one.pk}:{one.starts_at.isoformat()}")


def tell_paused(holder: Holder) -> None:
    notify(receiver(holder), PAUSED.code, {"until": holder.paused_until}, about=("appointments.holder", holder.pk))


def tell_lifted(holder: Holder) -> None:
    notify(
        receiver(holder),
        LIFTED.code,
        {},
        about=("appointments.holder", holder.pk),
        path=reverse("appointments:services"),
    )


def receiver(holder: Holder) -> User | Contact:
    """The account, or the telephone number that was given at the desk."""
    return holder.user or Contact(name=holder.name, phone=holder.phone)


def _send(one: Appointment, template: Template, key: str) -> None:
    words = {
        "service": Words(one.service.name, one.service.name_en),
        "at": one.starts_at,
        "code": one.code,
        "reason": one.reason,
    }
    notify(
        receiver(one.holder),
        template.code,
        {name: words[name] for name in template.placeholders},
        about=("appointments.appointment", one.pk),
        path=reverse("appointments:mine-one", args=[one.pk]) if one.holder.user_id else "",
        key=key,
    )
