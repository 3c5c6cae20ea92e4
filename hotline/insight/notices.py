"""Dispatchers and supervisors are told of sudden rises, once a day."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hotline.notices import dispatchers, holders
from portal.core.notifications import Template, notify, register
from portal.people.roles import Role

RISEN = register(
    Template(
        "insight.risen",
        _("Sudden rises on the hotline: %(number)s"),
        _("On %(day)s some matters came up far more often than in the four weeks before (%(number)s). Please look."),
        {"number", "day"},
    )
)
MANY = 50


def tell(day: dt.date, number: int) -> None:
    """Each person once for each day."""
    people = {one.pk: one for one in (*dispatchers(), *holders(Role.SUPERVISOR))}
    for person in list(people.values())[:MANY]:
        notify(
            person, RISEN.code, {"number": number, "day": day}, channels=("in_app",),
            path=reverse("insight:topics"), key=f"insight:risen:{day}",
        )  # fmt: skip
