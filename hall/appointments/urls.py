"""Addresses of hall.appointments."""

import datetime as dt

from django.urls import path, register_converter

from hall.appointments.views import citizen, desk, manager


class DayConverter:
    """A date in an address: 2026-11-23."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        return value.isoformat()


register_converter(DayConverter, "visit_day")

app_name = "appointments"

urlpatterns = [
    path("appointments/", citizen.services, name="services"),
    path("appointments/check-in/", citizen.kiosk, name="kiosk"),
    path("appointments/mine/", citizen.mine, name="mine"),
    path("appointments/mine/<int:appointment_id>/", citizen.mine_one, name="mine-one"),
    path("appointments/mine/<int:appointment_id>/calendar.ics", citizen.calendar, name="calendar"),
    path("appointments/mine/<int:appointment_id>/cancel/", citizen.cancel, name="cancel"),
    path("appointments/mine/<int:appointment_id>/change/", citizen.change, name="change"),
    path("appointments/mine/<int:appointment_id>/check-in/", citizen.check_in_phone, name="check-in-phone"),
    path("appointments/book/<int:slot_id>/", citizen.book, name="book"),
    path("appointments/for/<slug:code>/", citizen.service_page, name="service"),
    path("appointments/for/<slug:code>/<visit_day:day>/", citizen.day_page, name="day"),
    path("desk/appointments/", desk.day_list, name="desk"),
    path("desk/appointments/new/", desk.new, name="desk-new"),
    path("desk/appointments/new/<int:slot_id>/", desk.book_for, name="desk-book"),
    path("desk/appointments/<int:appointment_id>/", desk.one_page, name="desk-one"),
    path("desk/appointments/<int:appointment_id>/<slug:code>/", desk.step, name="desk-step"),
    path("hall/appointments/", manager.plans, name="plans"),
    path("hall/appointments/new/", manager.service_new, name="service-new"),
    path("hall/appointments/paused/", manager.paused, name="paused"),
    path("hall/appointments/paused/<int:holder_id>/lift/", manager.lift, name="lift"),
    path("hall/appointments/<int:service_id>/", manager.service_plan, name="service-plan"),
    path("hall/appointments/<int:service_id>/edit/", manager.service_edit, name="service-edit"),
    path("hall/appointments/<int:service_id>/close/", manager.service_close, name="service-close"),
    path("hall/appointments/<int:service_id>/plans/new/", manager.plan_new, name="plan-new"),
    path("hall/appointments/<int:service_id>/exceptions/new/", manager.exception_new, name="exception-new"),
    path("hall/appointments/plans/<int:plan_id>/end/", manager.plan_end, name="plan-end"),
    path(
        "hall/appointments/exceptions/<int:exception_id>/withdraw/",
        manager.exception_withdraw,
        name="exception-withdraw",
    ),
]
