"""The appointment as a file for the calendar on the phone (iCalendar, RFC 5545)."""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from hall.appointments.models import Appointment
from portal.core.centre import centre
from portal.core.time import now


def calendar_file(one: Appointment) -> bytes:
    """One event with an alarm two hours before; a cancelled appointment says so, which calendars understand."""
    where = centre()
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.CENTRE_NAME_EN}//appointments//")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if one.state == "cancelled" else "PUBLISH")
    event = Event()
    event.add("uid", f"appointment-{one.pk}@{settings.SITE_URL.split('//')[-1].split('/')[0]}")
    event.add("sequence", one.state_version)
    event.add("dtstamp", now().astimezone(dt.UTC))
    event.add("dtstart", one.starts_at.astimezone(dt.UTC))
    event.add("dtend", one.ends_at.astimezone(dt.UTC))
    event.add("summary", f"{where.centre_name}: {one.service.display_name}")
    event.add("location", where.address)
    code = _("Check-in code")
    event.add("description", f"{code}: {one.code}\n{one.service.display_note}".strip())
    event.add("status", "CANCELLED" if one.state == "cancelled" else "CONFIRMED")
    if one.state == "booked":
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", one.service.display_name)
        alarm.add("trigger", dt.timedelta(hours=-2))
        event.add_component(alarm)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
