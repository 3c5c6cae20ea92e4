"""The tables of public resource trading in a report: by category and by method, each with the whole as its last row.

Both come from the kept reading, and the rows of a table make its last row: amounts are rounded together, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from portal.core.money import FEN_PER_WAN
from portal.core.statistics import ratio
from portal.core.templatetags.portal import DASH, in_chinese, money, percent, thousands
from portal.supervision.reports.figures import Span
from procurement.models import Category, Method

AMOUNTS = ("deal_fen", "base_fen", "savings_fen", "premium_fen")
COLUMNS: tuple[tuple[str, str | Promise], ...] = (
    ("projects", gettext_lazy("Projects")),
    ("deals", gettext_lazy("Deals")),
    ("deal_fen", gettext_lazy("Deal amount")),
    ("base_fen", pgettext_lazy("trading", "Control price or budget")),
    ("savings_fen", gettext_lazy("Savings")),
    ("savings_rate", gettext_lazy("Savings rate")),
    ("premium_fen", gettext_lazy("Premium")),
)
PLACE = FEN_PER_WAN // 100  # amounts are written with two places of 万元
KINDS = {"category": Category, "method": Method}


@dataclass(frozen=True)
class Cell:
    text: str
    url: str = ""


@dataclass(frozen=True)
class Row:
    name: str
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    """A table of a section: its rows, and the whole as the last of them."""

    key: str
    title: str
    first: str
    head: list[str]
    rows: list[Row]
    whole: Row


def tables(data: Mapping[str, Any], span: Span) -> list[Table]:
    """By category and by method; none for a department or where nothing ended."""
    block = data["now"].get("procurement") or {}
    if span.department_id is not None or not block.get("total", {}).get("projects"):
        return []
    methods = data.get("trading", {}).get("method", {})
    unit = _(" (amounts in 10,000 yuan)") if in_chinese() else ""
    titles = {"category": _("Trading by category") + unit, "method": _("Trading by method") + unit}
    firsts = {"category": pgettext("trading", "Category"), "method": pgettext("trading", "Method")}
    found = []
    for kind, sums in (("category", block), ("method", methods)):
        named = [*KINDS[kind].choices, ("", pgettext("deal method", "Not stated"))]
        parts = [(code, name, sums[code]) for code, name in named if sums.get(code, {}).get("projects")]
        if parts:
            found.append(_table(kind, titles[kind], firsts[kind], parts, block["total"], span))
    return found


def _table(
    kind: str, title: str, first: str, parts: Sequence[tuple[str, Any, Any]], total: Mapping[str, Any], span: Span
) -> Table:
    written = {name: _together([sums[name] for _code, _name, sums in parts], total[name]) for name in AMOUNTS}

    def row(place: int, name: str, sums: Mapping[str, Any], code: str | None) -> Row:
        cells = []
        for column, _label in COLUMNS:
            if column in AMOUNTS:
                text = written[column][place]
            elif column == "savings_rate":
                text = percent(ratio(sums["savings_fen"], sums["base_fen"]))
            else:
                text = thousands(sums[column])
            asked = ({} if column == "projects" else {"status": "awarded"}) | ({kind: code} if code else {})
            cells.append(Cell(text, deals_url(span, **asked) if code != "" and text not in {DASH, "0"} else ""))
        return Row(name, cells)

    rows = [row(place, str(name), sums, code) for place, (code, name, sums) in enumerate(parts)]
    return Table(kind, title, first, _head(), rows, row(-1, pgettext("trading", "All together"), total, None))


def _head() -> list[str]:
    return [str(label) for _name, label in COLUMNS]


def _together(parts: Sequence[int], total: int) -> list[str]:
    """The amounts and, last, their sum, as they are written; in 万元 they are rounded so that they make the sum.

    Nothing is "0". Largest remainders, as for the parts of a hundred.
    """
    if not in_chinese():
        return [money(fen) if fen else "0" for fen in (*parts, total)]
    whole = (2 * total + PLACE) // (2 * PLACE)
    units = [fen // PLACE for fen in parts]
    order = sorted(range(len(parts)), key=lambda place: (-(parts[place] % PLACE), place))
    for place in order[: max(0, whole - sum(units))]:
        units[place] += 1
    return [_wan(unit, fen) for unit, fen in zip((*units, whole), (*parts, total), strict=True)]


def _wan(unit: int, fen: int) -> str:
    sign = "-" if unit < 0 else ""
    return f"{sign}{abs(unit) // 100:,}.{abs(unit) % 100:02}" if fen else "0"


def deals_url(span: Span, **chosen: str) -> str:
    """The register of deals, narrowed to those that the figure counts."""
    dates = {"since": span.first.isoformat(), "until": span.last.isoformat()}
    return f"{reverse('procurement:deals')}?{urlencode({**chosen, **dates})}"
