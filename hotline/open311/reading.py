"""Reads the parameters of a question: moments, lists, places, pages. Every fault is named, all at once."""

import datetime as dt
import math
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from hotline.open311.errors import Refused
from hotline.open311.querysets import MOST, Asked
from portal.core.time import ZONE

MOST_IDS, MOST_SERVICES = 100, 50
LARGEST_PAGE = 200
LONGEST_RADIUS = 20_000  # metres
LARGEST = 1_000_000_000


def asked_of(params: Mapping[str, str]) -> Asked:
    """The filters of `requests`. Raises Refused(400)."""
    wrong: list[str] = []

    def read(name: str, parse: Callable[[str], Any], default: Any) -> Any:
        text = params.get(name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as error:
            wrong.append(_("%(name)s: %(what)s") % {"name": name, "what": error})
            return default

    latitude, longitude = read("lat", _latitude, None), read("long", _longitude, None)
    radius = read("radius", _radius, 1000.0)
    if (latitude is None) != (longitude is None) and not wrong:
        wrong.append(_("lat and long belong together."))
    asked = Asked(
        ids=read("service_request_id", lambda text: split(text, MOST_IDS), ()),
        services=read("service_code", lambda text: split(text, MOST_SERVICES), ()),
        start=read("start_date", moment, None),
        end=read("end_date", moment, None),
        updated_after=read("updated_after", moment, None),
        updated_before=read("updated_before", moment, None),
        statuses=read("status", _statuses, ()),
        place=(latitude, longitude) if latitude is not None and longitude is not None else None,
        radius=radius,
        page=read("page", lambda text: _count(text, MOST), 1),
        page_size=read("page_size", lambda text: _count(text, LARGEST_PAGE), 100),
    )
    if asked.start and asked.end and asked.end < asked.start:
        wrong.append(_("end_date lies before start_date."))
    if (asked.page - 1) * asked.page_size >= MOST:
        wrong.append(_("One question gives at most %(n)s requests. Ask for fewer days.") % {"n": MOST})
    if wrong:
        raise Refused(400, *wrong)
    return asked


def split(text: str, most: int) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if len(values) > most:
        raise ValueError(_("at most %(n)s, with commas between.") % {"n": most})
    return values


def moment(text: str) -> dt.datetime:
    """A W3C moment; without an offset it is the city's time, a day alone is its first moment."""
    try:
        found = dt.datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        raise ValueError(_("give a moment like 2026-11-21T08:00:00+08:00.")) from None
    found = found if found.tzinfo else found.replace(tzinfo=ZONE)
    if not 1990 <= found.year <= 2200:
        raise ValueError(_("give a moment like 2026-11-21T08:00:00+08:00."))
    return found


def _statuses(text: str) -> tuple[str, ...]:
    values = split(text.lower(), 2)
    if set(values) - {"open", "closed"}:
        raise ValueError(_("open or closed."))
    return values


def _count(text: str, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise ValueError(_("a whole number from 1 to %(n)s.") % {"n": most})
    return int(text)


def number(text: str) -> float:
    """A finite number. Raises ValueError with a sentence."""
    return _checked(text, -LARGEST, LARGEST)


def _latitude(text: str) -> float:
    return _checked(text, -90, 90)


def _longitude(text: str) -> float:
    return _checked(text, -180, 180)


def _radius(text: str) -> float:
    return _checked(text, 1, LONGEST_RADIUS)


def _checked(text: str, least: int, most: int) -> float:
    try:
        value = float(text) if text.isascii() else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or not least <= value <= most:
        raise ValueError(_("a number from %(a)s to %(b)s.") % {"a": least, "b": most})
    return value


latitude, longitude = _latitude, _longitude
