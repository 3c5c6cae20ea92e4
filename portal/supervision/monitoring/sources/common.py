"""What the sources share: rows that are due, the two colours of a plain limit, addresses."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from portal.core.lamps import AMBER, RED, Lamp, Light
from portal.core.time import today

Rows = Callable[[], "QuerySet[Any]"]


def at_number(url_name: str) -> Callable[[Lamp], str]:
    """The page of a thing that is known by its number."""
    return lambda lamp: reverse(url_name, args=[lamp.number])


def at_key(url_name: str) -> Callable[[Lamp], str]:
    """The page of a thing that is known by its key."""
    return lambda lamp: reverse(url_name, args=[lamp.link])


def limit(rows: Rows, day: str = "due_on") -> tuple[Light, ...]:
    """A limit in days: amber on its last day, red afterwards."""
    return (
        Light(RED, lambda: rows().filter(**{f"{day}__lt": today()}), day),
        Light(AMBER, lambda: rows().filter(**{day: today()}), day),
    )


def limit_with_amber(rows: Rows, due: str, amber: str) -> tuple[Light, ...]:
    """A limit with an amber day of its own."""
    return (
        Light(RED, lambda: rows().filter(**{f"{due}__lt": today()}), due),
        Light(AMBER, lambda: rows().filter(**{f"{amber}__lte": today(), f"{due}__gte": today()}), amber),
    )
