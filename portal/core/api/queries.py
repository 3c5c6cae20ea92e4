"""Query parameters as strict as bodies: each is named, parsed, and a fault names it. What nobody knows is a fault too."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portal.core.api.problems import Faults

Parser = Callable[[str], Any]
PAGING = ("limit", "cursor")


def read(query: QueryDict, known: Mapping[str, Parser], *, paged: bool = False) -> dict[str, Any]:
    """The parameters that were given, parsed. Raises Faults with all that is wrong."""
    found: dict[str, Any] = {}
    faults: dict[tuple[str | int, ...], Any] = {}
    for name in query:
        if name in known:
            try:
                found[name] = known[name](str(query[name]))
            except ValueError as error:
                faults[name,] = error.args[0]
        elif not (paged and name in PAGING):
            faults[name,] = _("This address has no such parameter.")
    if faults:
        raise Faults(faults, query=True)
    return found


def day(text: str) -> dt.date:
    if len(text) == 10:
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            pass
    raise ValueError(_("Please give a date like 2026-11-21."))


def moment(text: str) -> dt.datetime:
    """A moment with its offset from UTC."""
    try:
        found = dt.datetime.fromisoformat(text)
        in_utc = found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.tzinfo is None:
        raise ValueError(_("Please give a moment with its offset, like 2026-11-21T09:30:00+08:00."))
    return in_utc


def flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(_("Give true or false."))
    return text == "true"


def number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise ValueError(_("Give a whole number."))
    return int(text)


def text(longest: int) -> Parser:
    """A text of at most so many characters."""

    def parse(given: str) -> str:
        if not given.strip() or len(given) > longest:
            raise ValueError(_("Please use at most %(n)s characters.") % {"n": longest})
        return given.strip()

    return parse


def one_of(values: Collection[str]) -> Parser:
    """One of these words."""

    def parse(given: str) -> str:
        if given not in values:
            raise ValueError(_("Choose one of: %(names)s.") % {"names": ", ".join(values)})
        return given

    return parse
