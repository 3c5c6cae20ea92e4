"""What pages and files say of rows and their parts: points, values, what was lost, and why something is left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portal.core.charts import Chart, Series
from portal.core.templatetags.portal import DASH, thousands
from portal.supervision.scores.behind import link_behind
from portal.supervision.scores.models import Edition, Indicator, Row, Span, Unit
from portal.supervision.scores.reckoning import FULL, NOTHING
from portal.supervision.scores.weeks import name_of

POINT = 100  # hundredths
NAMED = 3  # indicators that the sentence about a row names
HISTORY = 26  # weeks of the line


def points(value: int | None) -> str:
    """Hundredths as points with two digits; a dash where there are none."""
    return DASH if value is None else f"{value / POINT:.2f}"


def amount(value: Any, unit: str) -> str:
    """A target, a floor or a value in its unit, without needless digits."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return f"{text}%" if unit == Unit.SHARE else text


def value_of(unit: str, part: Mapping[str, Any]) -> float | None:
    """The indicator's value as its unit says it; None where there was nothing to divide by."""
    numerator, denominator = part["numerator"], part["denominator"]
    if denominator is None:
        return float(numerator)
    if not denominator:
        return None
    return float(numerator) / float(denominator) * (100 if unit == Unit.SHARE else 1)


def value_text(unit: str, part: Mapping[str, Any] | None) -> str:
    """The value in words; a dash for nothing."""
    found = None if part is None else value_of(unit, part)
    return DASH if found is None else amount(found, unit)


def with_ends(indicators: Iterable[Indicator]) -> list[tuple[Indicator, str, str]]:
    """Each indicator with its target and its floor in words."""
    return [(one, amount(one.target, one.unit), amount(one.floor, one.unit)) for one in indicators]


@dataclass(frozen=True)
class Line:
    """One indicator of one row, ready to be read. `url` leads to the cases behind it, "" where the reader sees none."""

    indicator: Indicator
    value: str
    sums: str
    weight: str
    points: str
    lost: str
    share: int  # percent of the weight that was reached
    left_out: str
    sentence: str
    url: str
    lost_some: bool


def lines(row: Row, indicators: Iterable[Indicator], *, opens: bool) -> list[Line]:
    """The indicators of a row in their order; `opens`: the reader may see the department's cases."""
    parts = {one["code"]: one for one in row.parts}
    return [_line(row, one, parts[one.code], opens=opens) for one in indicators if one.code in parts]


def _line(row: Row, one: Indicator, part: Mapping[str, Any], *, opens: bool) -> Line:
    value = value_text(one.unit, part)
    counted = part["denominator"] is not None
    sums = f"{thousands(part['numerator'])} / {thousands(part['denominator'])}" if counted else ""
    reason = left_out(one, part)
    return Line(
        one, value, sums, points(part["weight"]), points(part["points"]), points(part["lost"]),
        part["points"] * 100 // part["weight"] if part["weight"] else 0, reason, reason or _sentence(one, value, part),
        link_behind(row, one) if opens and part["left_out"] != NOTHING else "", bool(part["lost"]),
    )  # fmt: skip


def left_out(one: Indicator, part: Mapping[str, Any]) -> str:
    """Why an indicator does not count; "" where it does."""
    if not part["left_out"]:
        return ""
    if part["left_out"] == NOTHING:
        return _("There was nothing to measure; its weight went to the others.")
    return ngettext(
        "Only %(n)s case, fewer than the minimum of %(least)s; its weight went to the others.",
        "Only %(n)s cases, fewer than the minimum of %(least)s; its weight went to the others.",
        part["sample"],
    ) % {"n": part["sample"], "least": one.minimum}


def _sentence(one: Indicator, value: str, part: Mapping[str, Any]) -> str:
    target, floor = amount(one.target, one.unit), amount(one.floor, one.unit)
    if not part["lost"]:
        return _("%(value)s: the target of %(target)s is reached, nothing is lost.") % {
            "value": value,
            "target": target,
        }
    words = {"value": value, "target": target, "floor": floor, "lost": points(part["lost"])}
    if not part["points"]:
        return _("%(value)s does not get beyond %(floor)s, from where points begin: all %(lost)s are lost.") % words
    return _("%(value)s instead of %(target)s costs %(lost)s points.") % words


def cost(row: Row, indicators: Iterable[Indicator]) -> list[tuple[str, str]]:
    """What cost the most points: titles with what was lost."""
    titles = {one.code: one.display_title for one in indicators}
    lost = sorted((part for part in row.parts if part["lost"]), key=lambda part: -part["lost"])[:NAMED]
    return [(titles.get(part["code"], part["code"]), points(part["lost"])) for part in lost]


def summary(row: Row, indicators: Iterable[Indicator]) -> str:
    """One sentence: how much was lost, and by what most."""
    if row.points is None:
        return _("Nothing could be measured.")
    titles = {one.code: one.display_title for one in indicators}
    cost = sorted((part for part in row.parts if part["lost"]), key=lambda part: -part["lost"])
    if not cost:
        return _("All targets that could be measured are reached; nothing is lost.")
    each = pgettext("what cost points", "%(title)s (%(lost)s)")
    named = [
        each % {"title": titles.get(one["code"], one["code"]), "lost": points(one["lost"])} for one in cost[:NAMED]
    ]
    joined = pgettext("between things of a list", ", ").join(named)
    return _("%(lost)s points were lost, most of them by %(named)s.") % {
        "lost": points(FULL - row.points), "named": joined,
    }  # fmt: skip


@dataclass(frozen=True)
class Move:
    """The change of rank since the week before: a shape, words, and its direction for the colour."""

    shape: str
    text: str
    towards: str  # up | down | same | new


def move(row: Row) -> Move:
    """Never by colour alone: an arrow and words."""
    places = row.climbed
    if places is None:
        return Move("◇", pgettext("change of rank", "not ranked before"), "new")
    if places == 0:
        return Move("■", pgettext("change of rank", "unchanged"), "same")
    count = abs(places)
    if places > 0:
        return Move("▲", ngettext("%(n)s place up", "%(n)s places up", count) % {"n": count}, "up")
    return Move("▼", ngettext("%(n)s place down", "%(n)s places down", count) % {"n": count}, "down")


def points_change(row: Row) -> str:
    """The points won or lost since the week before, with their sign.

    A dash where one of the two weeks gave no rank: what little could be measured then is no measure for a change.
    """
    if row.points is None or row.previous_points is None or row.climbed is None:
        return DASH
    change = row.points - row.previous_points
    return f"{change / POINT:+.2f}".replace("-", "−") if change else "0.00"


@dataclass(frozen=True)
class Changed:
    """What a later edition found different for one department."""

    span: str | Promise
    name: str
    points: str
    rank: str
    indicators: str


def changes(edition: Edition, indicators: Sequence[Indicator]) -> list[Changed]:
    """The differences to the edition before, in words."""
    titles = {one.code: one.display_title for one in indicators}
    found = []
    for one in edition.changes:
        codes = pgettext("between things of a list", ", ").join(titles.get(code, code) for code in one["indicators"])
        before, after = one["points"]
        rank = " → ".join(DASH if place is None else str(place) for place in one["rank"])
        change = f"{points(before)} → {points(after)}"
        found.append(Changed(Span(one["span"]).label, one["name"], change, rank, codes))
    return found


def history(department_id: int, until: Edition, span: str) -> list[Row]:
    """The rows of the last weeks up to an edition's, the oldest first; one query."""
    rows = Row.objects.filter(department=department_id, span=span, edition__week__lte=until.week)
    rows = rows.filter(edition__is_current=True).select_related("edition").defer("parts")
    return list(rows.order_by("-edition__week")[:HISTORY])[::-1]


def history_chart(rows: Sequence[Row]) -> Chart | None:
    """The points week by week; None while there is one week only."""
    if len(rows) < 2:
        return None
    values = [None if row.points is None else row.points / POINT for row in rows]
    return Chart(
        key="history", kind="line", title=_("Points week by week"), category_label=pgettext("ranking week", "Week"),
        categories=[name_of(row.edition.week) for row in rows], series=[Series(pgettext("ranking", "Points"), values)],
    )  # fmt: skip
