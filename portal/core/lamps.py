"""Lamps of all rooms in one stream (电子监察): what is late or nearly so, whose it is, since when.

A room's lamps are a `LampSource`: for each colour the rows that burn now, as a queryset that an index of open work
serves, and where in a row number, name, department and person stand. The stream is one statement: the parts of all
sources, each narrowed by the scope and begun behind the cursor, merged by (since, source, key).

`since` is a day. Of a red lamp it is the day on which the limit ended, of an amber one the day from which it burns.
"""

import base64
import datetime as dt
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, CharField, Count, DateField, F, IntegerField, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy

Text = str | Promise
Path = str | Combinable
AMBER, RED = "amber", "red"
COLOURS: dict[str, Text] = {
    RED: pgettext_lazy("lamp", "Red"),
    AMBER: pgettext_lazy("lamp", "Amber"),
}
APPS: dict[str, Text] = {
    "approvals": pgettext_lazy("lamp app", "Approvals"),
    "hotline": pgettext_lazy("lamp app", "Hotline"),
    "hall": pgettext_lazy("lamp app", "Hall"),
    "procurement": pgettext_lazy("lamp app", "Public trading"),
    "supervision": pgettext_lazy("lamp app", "Supervision itself"),
}
COLUMNS = (
    "since",
    "place",
    "key",
    "colour",
    "number",
    "name",
    "name_en",
    "department",
    "person",
    "owner",
    "due",
    "link",
)


@dataclass(frozen=True)
class Light:
    """The rows of a source that burn in one colour now. No row may burn in two."""

    colour: str
    rows: Callable[[], "QuerySet[Any]"]
    since: Path


@dataclass(frozen=True)
class LampSource:
    """One kind of lamp. Paths are columns of the rows; `department` or `owner` says whose a lamp is.

    Without a department (public trading) only those who look over the whole centre see it.
    """

    code: str
    app: str
    title: Text
    lights: tuple[Light, ...]
    number: Path
    name: Path
    url: Callable[["Lamp"], str]
    name_en: Path = field(default_factory=lambda: Value(""))
    department: str = ""
    person: str = ""
    owner: str = ""
    due: str = ""
    link: str = ""  # the key of the page, where it is not the row's own
    key: str = "pk"


@dataclass(frozen=True)
class Lamp:
    """One lamp that burns; department and person are ids."""

    source: LampSource
    key: int
    colour: str
    since: dt.date
    number: str
    name: str
    name_en: str
    department_id: int | None
    person_id: int | None
    owner: str
    due: dt.date | None
    link: int

    @property
    def title(self) -> str:
        """What it is about, in the reader's language."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    @property
    def url(self) -> str:
        return self.source.url(self)

    @property
    def ident(self) -> str:
        """How a form names the lamp: `cases.decision:17`."""
        return f"{self.source.code}:{self.key}"


@dataclass(frozen=True)
class LampScope:
    """What is asked for. `departments` None means all, and those without a department; empty strings narrow nothing."""

    departments: Collection[int] | None = None
    app: str = ""
    source: str = ""
    colour: str = ""
    person: str = ""  # the name of who is responsible

    def holds(self, source: LampSource, light: Light) -> bool:
        """Whether lamps of this source and colour can be in the scope at all."""
        return (
            self.app in ("", source.app)
            and self.source in ("", source.code)
            and self.colour in ("", light.colour)
            and (self.departments is None or bool(source.department))
            and (not self.person or bool(source.person))
        )


_sources: dict[str, LampSource] = {}


def register_lamps(source: LampSource) -> None:
    """Called in an app's `ready()`; the same code again replaces the entry. Raises ValueError for an unknown app."""
    if source.app not in APPS:
        raise ValueError(f"{source.code}: no app is called {source.app}")
    _sources[source.code] = source


def lamp_sources() -> dict[str, LampSource]:
    """All sources, in the order in which lamps of one day stand."""
    return {code: _sources[code] for code in sorted(_sources)}


# --- reading --------------------------------------------------------------------------------------------------------


def stream(scope: LampScope, *, cursor: str = "", limit: int = 25) -> tuple[list[Lamp], str | None]:
    """The lamps that burn longest, and the cursor behind the last one; one query. A wrong cursor begins at the top."""
    places = list(lamp_sources())
    behind = _place(cursor)
    parts = [_page_part(scope, source, light, places.index(source.code), behind) for source, light in _lights(scope)]
    if not parts:
        return [], None
    if len(parts) > 1 and connection.features.supports_slicing_ordering_in_compound:
        # No part gives more than the page holds, however much burns there.
        parts = [part.order_by("lamp_since", "lamp_key")[: limit + 1] for part in parts]
    found = list(_merged(parts).order_by("lamp_since", "lamp_place", "lamp_key")[: limit + 1])
    lamps = [_lamp(dict(zip(COLUMNS, row, strict=True)), places) for row in found[:limit]]
    return lamps, _cursor(lamps[-1]) if len(found) > limit else None


@dataclass(frozen=True)
class Tally:
    """How many lamps burn, by source, colour and department (None for those without one)."""

    counts: Mapping[tuple[str, str, int | None], int]

    def of(self, *, app: str = "", source: str = "", colour: str = "", department: int | None = None) -> int:
        """The sum over whatever is not named."""
        known = lamp_sources()
        return sum(
            n
            for (code, tone, whose), n in self.counts.items()
            if app in ("", known[code].app)
            and source in ("", code)
            and colour in ("", tone)
            and department in (None, whose)
        )


def tally(scope: LampScope) -> Tally:
    """All counts of a scope; one query over the open work, by its indexes."""
    places = list(lamp_sources())
    parts = [_count_part(scope, source, light, places.index(source.code)) for source, light in _lights(scope)]
    if not parts:
        return Tally({})
    counts: dict[tuple[str, str, int | None], int] = {}
    for place, colour, department, count in _merged(parts):
        counts[places[place], colour, department] = count
    return Tally(counts)


def lamp_of(ident: str, scope: LampScope) -> Lamp | None:
    """The lamp that a form names, if it burns now and stands in the scope; one query."""
    code, _colon, key = ident.rpartition(":")
    source = _sources.get(code)
    if source is None or not (key.isascii() and key.isdecimal()) or len(key) > 18:
        return None
    places = list(lamp_sources())
    parts = [
        _columns(_narrowed(scope, source, light).filter(**{source.key: int(key)}), source, light, places.index(code))
        for light in source.lights
        if scope.holds(source, light)
    ]
    found = list(_merged(parts)[:1]) if parts else []
    return _lamp(dict(zip(COLUMNS, found[0], strict=True)), places) if found else None


def _lights(scope: LampScope) -> Iterator[tuple[LampSource, Light]]:
    for source in lamp_sources().values():
        for light in source.lights:
            if scope.holds(source, light):
                yield source, light


def _merged(parts: "list[QuerySet[Any]]") -> "QuerySet[Any]":
    merged: QuerySet[Any] = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return merged


def _narrowed(scope: LampScope, source: LampSource, light: Light) -> "QuerySet[Any]":
    rows = light.rows().order_by()
    if scope.departments is not None:
        rows = rows.filter(**{f"{source.department}__in": list(scope.departments)})
    if scope.person:
        rows = rows.filter(**{f"{source.person.removesuffix('_id')}__name": scope.person})
    return rows


def _path(path: Path) -> Any:
    return F(path) if isinstance(path, str) else path


def _columns(rows: "QuerySet[Any]", source: LampSource, light: Light, place: int) -> "QuerySet[Any]":
    """The row of the stream. Every column has its type said, for NULLs of one part meet values of another."""

    def id_at(path: str) -> Any:
        return Cast(F(path) if path else Value(None), BigIntegerField())

    def text(path: Path) -> Any:
        return Cast(_path(path), CharField())

    columns = {
        "since": Cast(_path(light.since), DateField()),
        "place": Value(place, IntegerField()),
        "key": id_at(source.key),
        "colour": Value(light.colour, CharField()),
        "number": text(source.number),
        "name": text(source.name),
        "name_en": text(source.name_en),
        "department": id_at(source.department),
        "person": id_at(source.person),
        "owner": text(source.owner or Value("")),
        "due": Cast(F(source.due) if source.due else Value(None), DateField()),
        "link": id_at(source.link or source.key),
    }
    marked = rows.annotate(**{f"lamp_{name}": columns[name] for name in COLUMNS})
    row: QuerySet[Any] = marked.values_list(*(f"lamp_{name}" for name in COLUMNS))
    return row


def _page_part(
    scope: LampScope, source: LampSource, light: Light, place: int, behind: tuple[dt.date, int, int] | None
) -> "QuerySet[Any]":
    rows = _columns(_narrowed(scope, source, light), source, light, place)
    if behind is not None:
        day, last_place, key = behind
        later = Q(lamp_since__gt=day)
        if place > last_place:
            later |= Q(lamp_since=day)
        elif place == last_place:
            later |= Q(lamp_since=day, lamp_key__gt=key)
        rows = rows.filter(later)
    return rows


def _count_part(scope: LampScope, source: LampSource, light: Light, place: int) -> "QuerySet[Any]":
    department = Cast(F(source.department) if source.department else Value(None), BigIntegerField())
    marked = _narrowed(scope, source, light).annotate(
        lamp_place=Value(place, IntegerField()), lamp_colour=Value(light.colour, CharField()), lamp_whose=department
    )
    rows: QuerySet[Any] = (
        marked.values("lamp_place", "lamp_colour", "lamp_whose")
        .annotate(lamps=Count("pk"))
        .values_list("lamp_place", "lamp_colour", "lamp_whose", "lamps")
    )
    return rows


def _lamp(row: Mapping[str, Any], places: list[str]) -> Lamp:
    return Lamp(
        source=_sources[places[row["place"]]],
        key=row["key"],
        colour=row["colour"],
        since=row["since"],
        number=row["number"] or "",
        name=row["name"] or "",
        name_en=row["name_en"] or "",
        department_id=row["department"],
        person_id=row["person"],
        owner=row["owner"] or "",
        due=row["due"],
        link=row["link"],
    )


def _cursor(lamp: Lamp) -> str:
    text = json.dumps([lamp.since.isoformat(), lamp.source.code, lamp.key])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[dt.date, int, int] | None:
    try:
        day, code, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return dt.date.fromisoformat(day), list(lamp_sources()).index(code), int(key)
    except (ValueError, TypeError):
        return None
