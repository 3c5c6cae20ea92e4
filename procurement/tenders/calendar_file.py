"""Openings as files for calendars (iCalendar, RFC 5545)."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from portal.core.centre import centre
from portal.core.time import now
from procurement.tenders.models import Project

LENGTH = dt.timedelta(hours=1)


def calendar_file(projects: Iterable[Project]) -> bytes:
    """One event for each opening; a tender that ended is cancelled, which calendars understand."""
    host = settings.SITE_URL.split("//")[-1].split("/")[0]
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.CENTRE_NAME_EN}//tenders//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    where = centre()
    for project in projects:
        if project.deadline_at is None:
            continue
        event = Event()
        event.add("uid", f"tender-{project.pk}@{host}")
        event.add("sequence", project.state_version)
        event.add("dtstamp", now().astimezone(dt.UTC))
        event.add("dtstart", project.deadline_at.astimezone(dt.UTC))
        event.add("dtend", (project.deadline_at + LENGTH).astimezone(dt.UTC))
        event.add("summary", _("Opening: %(title)s") % {"title": project.title})
        event.add("location", f"{where.centre_name} {project.place}")
        event.add("url", settings.SITE_URL + reverse("tenders:tender", args=[project.number]))
        alive = project.state in ("announced", "receiving", "closed")
        event.add("status", "CONFIRMED" if alive else "CANCELLED")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
