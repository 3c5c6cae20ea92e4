"""What the pages of appointments, attendance and patrols share: clock times, look-ups, ratios, names of weekdays."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.dates import WEEKDAYS_ABBR

from portal.core.time import ZONE

register = template.Library()
DASH = "—"


@register.filter
def clock(value: dt.datetime | dt.time | None) -> str:
    """The time of the day in Shanghai: 09:15."""
    if value is None or value == "":
        return DASH
    return f"{value.astimezone(ZONE):%H:%M}" if isinstance(value, dt.datetime) else f"{value:%H:%M}"


@register.filter
def coded(window: Any) -> str:
    """Code and name of a window; many names begin with the code already."""
    name = str(window.display_name)
    return name if name.startswith(window.code) else f"{window.code} {name}"


@register.filter
def of(table: Mapping[str, Any], key: str) -> Any:
    """The entry of a table that a page was given."""
    return table.get(key, "")


@register.filter
def over(part: int | None, whole: int | None) -> float | None:
    """A ratio; None without a whole, which is shown as a dash."""
    return (part or 0) / whole if whole else None


@register.filter
def weekday_names(days: Iterable[int]) -> str:
    """Monday, Tuesday … in the reader's language."""
    return " ".join(str(WEEKDAYS_ABBR[day]) for day in days)
