"""Dispatchers are told of what did not get through to the province."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hotline.notices import dispatchers
from hotline.province.models import Exchange
from portal.core.notifications import Template, notify, register

STUCK = register(
    Template(
        "province.stuck",
        _("Not sent to the province: %(number)s"),
        _(
            "What was to be sent about ticket %(number)s did not get through, or nobody knows whether it did. Please look."
        ),
        {"number"},
    )
)
MANY = 20


def tell_stuck(row: Exchange) -> None:
    """Each dispatcher once for each attempt round."""
    for person in dispatchers()[:MANY]:
        notify(
            person,
            STUCK.code,
            {"number": row.ticket.number},
            about=("province.exchange", row.pk),
            channels=("in_app",),
            path=reverse("province:exchange", args=[row.pk]),
            key=f"exchange:{row.pk}:{row.attempts}",
        )
