"""The tables of the register: by period, by category and method, on the page and as files. Two queries."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.core.charts import Chart, Series
from portal.core.exports import Column
from portal.core.money import FEN_PER_WAN
from portal.core.registries import panels
from procurement import tables
from procurement.filters import MONTH, StatisticsFilter, cell_conditions, span
from procurement.models import Category, Method
from procurement.tables import Line, Part
from procurement.views.deals import years
from procurement.views.files import Kind, sent

CATEGORIES, METHODS = dict(Category.choices), dict(Method.choices)
COLUMNS = (
    Column(_("Period"), lambda part: part.period),
    Column(_("Category"), lambda part: CATEGORIES[part.category]),
    Column(_("Method"), lambda part: METHODS.get(part.method, "")),
    Column(_("Projects with a result"), lambda part: part.sums["projects"], "integer"),
    Column(_("Deals"), lambda part: part.sums["deals"], "integer"),
    Column(_("Amount"), lambda part: part.sums["deal_fen"], "money"),
    Column(_("Base"), lambda part: part.sums["base_fen"], "money"),
    Column(_("Saved"), lambda part: part.sums["savings_fen"], "money"),
    Column(_("Savings rate"), lambda part: tables.rate(part.sums), "percent"),
    Column(_("Premium of sales"), lambda part: part.sums["premium_fen"], "money"),
)


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """The figures by period, and by category and method, of the chosen days."""
    form, chosen, parts = _asked(request)
    first, last = span(chosen)
    step = chosen.get("step", MONTH)
    lines = tables.by_period(parts, first, last, step)
    whole = Line("", "", tables.total(parts))
    context: dict[str, Any] = {
        "form": form, "wrong": form.typed_wrong(), "chosen": chosen, "first": first, "last": last, "whole": whole,
        "lines": [line for line in lines if any(line.sums.values())], "categories": tables.by_category(parts),
        "chart": amounts(lines), "ways": panels("procurement.ways", request, None),
    }  # fmt: skip
    return render(request, "procurement/statistics.html", context)


@require_safe
def statistics_file(request: HttpRequest, kind: Kind) -> FileResponse:
    """Every combination of period, category and method as a row."""
    _form, chosen, parts = _asked(request)
    first, last = span(chosen)
    return sent(kind, f"deal-statistics-{first}-{last}", _("Statistics of public trading"), COLUMNS, parts)


def _asked(request: HttpRequest) -> tuple[StatisticsFilter, dict[str, Any], list[Part]]:
    form = StatisticsFilter(request.GET, years=years())
    chosen = form.chosen()
    return form, chosen, tables.parts(*span(chosen), chosen.get("step", MONTH), cell_conditions(chosen))


def amounts(lines: list[Line]) -> Chart:
    """Deals and savings of each period in 万元, as bars."""
    return Chart(
        key="amounts",
        kind="bar",
        title=_("Amount and savings by period (10,000 yuan)"),
        category_label=_("Period"),
        categories=[line.label for line in lines],
        series=[
            Series(_("Amount"), [_wan(line.sums["deal_fen"]) for line in lines]),
            Series(_("Saved"), [_wan(line.sums["savings_fen"]) for line in lines]),
            Series(_("Premium of sales"), [_wan(line.sums["premium_fen"]) for line in lines]),
        ],
        unit=_("10,000 yuan"),
    )


def _wan(fen: int) -> float:
    """For the eye only: the tables beside it hold the exact sums."""
    return round(fen / FEN_PER_WAN, 2)
