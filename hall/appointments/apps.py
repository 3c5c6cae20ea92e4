"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AppointmentsConfig(AppConfig):
    name = "hall.appointments"
    label = "appointments"
    verbose_name = _("Appointments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall.appointments import exports, jobs, measures, panels, rules
        from hall.indicators import contribute
        from hall.rule_seeds import announce
        from portal.core import access
        from portal.core.calendar import on_calendar_changed
        from portal.core.registries import HALL, PUBLIC, STAFF, register_nav
        from portal.people.history import register_history

        announce(rules.BOOKING_RULES)
        panels.connect()
        contribute("appointments", measures.sums, frozenset(measures.DIMENSIONS), figures=measures.GIVEN)
        on_calendar_changed(jobs.calendar_changed)
        register_nav(PUBLIC, _("Appointments"), "appointments:services", order=35, group=HALL)
        desk = {"clerk", "department_head", "hall_manager", "supervisor", "auditor", "administrator"}
        register_nav(STAFF, _("Appointments"), "appointments:desk", desk, order=14, group=HALL)
        access.register_stream("appointments.appointment", _("Appointment"))
        access.register_words({"appointment": _("Name and telephone of who booked")})
        register_history(
            {
                "service.made": pgettext_lazy("history", "Service created"),
                "service.changed": pgettext_lazy("history", "Service changed"),
                "service.closed": pgettext_lazy("history", "Closing decided"),
                "service.plan_made": pgettext_lazy("history", "Plan entered"),
                "service.plan_ended": pgettext_lazy("history", "Plan ended"),
                "appointment.booked": pgettext_lazy("history", "Booked"),
                "appointment.change": pgettext_lazy("history", "Time changed"),
                "appointment.move": pgettext_lazy("history", "Moved by the centre"),
                "appointment.check_in": pgettext_lazy("history", "Checked in"),
                "appointment.check_in_at_kiosk": pgettext_lazy("history", "Checked in at the kiosk"),
                "appointment.cancel": pgettext_lazy("history", "Cancelled"),
                "appointment.call_off": pgettext_lazy("history", "Cancelled at the desk"),
                "appointment.close": pgettext_lazy("history", "Cancelled by the centre"),
                "appointment.miss": pgettext_lazy("history", "Nobody came"),
            }
        )
        exports.register()
