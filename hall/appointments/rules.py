"""The dated rules of appointments: how far ahead, how often, until when, and what follows from not coming."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule
from portal.core.rules import Rule, rules
from portal.core.time import today

BOOKING_RULES = (
    SeedRule(
        "appointment.ahead_days", _("Appointments can be booked ahead by"), 14, "natural_days", *PRACTICE,
        unverified=True,
    ),
    SeedRule(
        "appointment.lead_minutes", _("An appointment is booked before it begins, at least"), 30, "minutes", *PRACTICE,
        unverified=True,
    ),
    SeedRule(
        "appointment.cancel_hours", _("An appointment is cancelled or changed before it begins, at least"), 2, "hours",
        *PRACTICE, unverified=True,
    ),
    SeedRule(
        "appointment.early_minutes", _("Check-in opens before the appointment by"), 30, "minutes", *PRACTICE,
        unverified=True,
    ),
    SeedRule(
        "appointment.late_minutes", _("An appointment is kept open after its beginning for"), 15, "minutes", *PRACTICE,
        unverified=True,
    ),
    SeedRule(
        "appointment.week_limit", _("Appointments of one person in a calendar week, at most"), 3, "count", *PRACTICE,
        unverified=True,
    ),
    SeedRule(
        "appointment.no_shows", _("Booking is paused after appointments missed"), 2, "count", *PRACTICE,
        unverified=True,
    ),
    SeedRule(
        "appointment.no_show_days", _("Missed appointments are counted within"), 90, "natural_days", *PRACTICE,
        unverified=True,
    ),
    SeedRule(
        "appointment.pause_days", _("Booking is paused for"), 30, "natural_days", *PRACTICE, unverified=True,
    ),
)  # fmt: skip


def booking_rules(on: dt.date | None = None) -> dict[str, Rule]:
    """All of them as of a day, by the last part of their code; one query at most."""
    found = rules([rule.code for rule in BOOKING_RULES], on or today())
    return {code.removeprefix("appointment."): one for code, one in found.items()}


def minutes(rule: Rule) -> dt.timedelta:
    """A rule of minutes or hours as a length of time."""
    return dt.timedelta(hours=rule.days) if rule.unit == "hours" else dt.timedelta(minutes=rule.days)
