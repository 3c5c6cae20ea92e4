"""What a period's cases are made of: by kind, channel, outcome and department; every part opens its cases."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from approvals.cases.figures import FLOWS
from approvals.cases.models import Channel, Kind
from portal.core.charts import Chart, Series
from portal.core.statistics.read import Sums
from portal.supervision.figures import Split, along
from portal.supervision.filters import Asked, Departments
from portal.supervision.shares import parts_of

OUTCOMES = ("approved", "refused", "withdrawn", "terminated", "returned", "not_accepted")
DEPARTMENTS_SHOWN = 10


@dataclass(frozen=True)
class Part:
    """One part with its share; `url` opens its cases, and is empty for what is no one list."""

    label: str
    count: int
    share: str
    url: str


@dataclass(frozen=True)
class Composition:
    """One way to divide the whole."""

    key: str
    title: str
    chart: Chart
    parts: list[Part]


def compositions(asked: Asked, split: Split, sums: Mapping[str, int], known: Departments) -> list[Composition]:
    """Four divisions; one that a filter has already made is left out."""
    found = []
    if not asked.scope.kind:
        found.append(_by_kind(asked, along(split, 1)))
    if not asked.scope.channel:
        found.append(_by_channel(asked, along(split, 2)))
    found.append(_by_outcome(asked, sums))
    by_department = along(split, 0)
    if len(by_department) > 1:
        found.append(_by_department(asked, by_department, known))
    return [one for one in found if one.parts]


def _by_kind(asked: Asked, rows: Mapping[str, Sums]) -> Composition:
    counts = [(str(kind.label), rows.get(kind.value, {}).get("concluded", 0), {"kind": kind.value}) for kind in Kind]
    parts = _parts(counts, lambda more: asked.list_url("concluded", **more))
    return _composition("kind", _("Concluded, by kind"), pgettext("board", "Kind"), parts, "pie")


def _by_channel(asked: Asked, rows: Mapping[str, Sums]) -> Composition:
    counts = [(str(one.label), rows.get(one.value, {}).get("received", 0), {"channel": one.value}) for one in Channel]
    parts = _parts(sorted(counts, key=lambda row: -row[1]), lambda more: asked.list_url("received", **more))
    return _composition("channel", _("Received, by channel"), _("Channel"), parts, "bar")


def _by_outcome(asked: Asked, sums: Mapping[str, int]) -> Composition:
    counts = [(str(FLOWS[name]), sums.get(name, 0), {"figure": name}) for name in OUTCOMES]
    parts = _parts(counts, lambda more: asked.list_url(more["figure"]))
    return _composition("outcome", _("Ended, by outcome"), pgettext("board", "Outcome"), parts, "bar")


def _by_department(asked: Asked, rows: Mapping[int, Sums], known: Departments) -> Composition:
    """The ten that received most; the others are one part without a list of its own: the ranking names them."""
    counts = [
        (known[pk].display_short, sums["received"], {"department": pk}) for pk, sums in rows.items() if pk in known
    ]
    counts = sorted(counts, key=lambda row: (-row[1], row[0]))
    rest = sum(count for _label, count, _more in counts[DEPARTMENTS_SHOWN:])
    shown = [*counts[:DEPARTMENTS_SHOWN], *([(_("All others"), rest, {})] if rest else [])]
    parts = _parts(shown, lambda more: asked.list_url("received", **more) if more else "")
    return _composition("department", _("Received, by department"), _("Department"), parts, "bar")


def _parts(counts: Sequence[tuple[str, int, dict[str, Any]]], url: Callable[[dict[str, Any]], str]) -> list[Part]:
    shown = [row for row in counts if row[1]]
    shares = parts_of([count for _label, count, _more in shown])
    return [Part(label, count, share, url(more)) for (label, count, more), share in zip(shown, shares, strict=True)]


def _composition(key: str, title: str, label: str, parts: list[Part], kind: str) -> Composition:
    chart = Chart(
        key=key,
        kind="pie" if kind == "pie" else "bar",
        title=title,
        category_label=label,
        categories=[part.label for part in parts],
        series=[Series(pgettext("figure", "Applications"), [part.count for part in parts])],
        horizontal=kind != "pie",
    )
    return Composition(key, title, chart, parts)
