"""The deadline light of a delivery: ten working days after the decision (permit law, article 44)."""

from collections.abc import Callable

from django.utils.translation import ngettext, npgettext, pgettext

from approvals.cases.lights import Light
from approvals.delivery.models import Delivery
from portal.core.calendar import workdays
from portal.core.time import today


def lamp() -> Callable[[Delivery], Light]:
    """A function that says the light of each delivery of a list, by today's date and calendar."""
    index, day = workdays(), today()

    def light(delivery: Delivery) -> Light:
        if delivery.state == "delivered" and delivery.delivered_on:
            if delivery.delivered_on <= delivery.due_on:
                return Light("green", pgettext("delivery", "Delivered in time"))
            late = max(1, index.between(delivery.due_on, delivery.delivered_on))
            return Light("red", ngettext("%(n)s working day late", "%(n)s working days late", late) % {"n": late})
        if not delivery.is_open:
            return Light("none", "")
        if day > delivery.due_on:
            late = max(1, index.between(delivery.due_on, day))
            return Light("red", ngettext("%(n)s working day late", "%(n)s working days late", late) % {"n": late})
        left = index.between(day, delivery.due_on)
        if not left:
            return Light("amber", pgettext("delivery", "Delivery due today"))
        words = npgettext("delivery", "%(n)s working day to deliver", "%(n)s working days to deliver", left)
        return Light("amber" if day >= delivery.amber_on else "green", words % {"n": left})

    return light
