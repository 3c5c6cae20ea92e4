"""The public register of deals: figures from the cells, the list behind them, one page for each deal."""

from typing import Any

from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from portal.core.search import Matches, search
from portal.core.statistics import period, ratio
from portal.core.statistics.blocks import add_sums
from portal.people.lists import page_of
from procurement.filters import DealFilter, conditions, span
from procurement.measures import DEAL_MEASURES
from procurement.models import Category, Deal


@require_GET
def deal_list(request: HttpRequest) -> HttpResponse:
    """Figures by category of the chosen span, and the deals, newest first."""
    form = DealFilter(request.GET, years=_years())
    chosen = form.chosen()
    first, last = span(chosen)
    rows = Deal.objects.visible_to(request.user).chosen(conditions(chosen)).between(first, last)
    found = search(rows, chosen["q"]) if "q" in chosen else Matches(rows, exact=True)
    page = page_of(found.rows.defer("search"), "-listed_on", request.GET.get("cursor", ""))
    context: dict[str, Any] = {
        "form": form,
        "chosen": chosen,
        "first": first,
        "last": last,
        "page": page,
        "exact": found.exact,
    }
    return render(request, "procurement/deals.html", context | _figures(chosen))


@require_GET
def deal(request: HttpRequest, deal_id: int) -> HttpResponse:
    """One deal with everything that is public of it."""
    one = get_object_or_404(Deal.objects.visible_to(request.user).defer("search"), pk=deal_id)
    rate = ratio(one.savings_fen, one.base_fen) if one.savings_fen is not None and one.base_fen else None
    return render(request, "procurement/deal.html", {"deal": one, "rate": rate})


def _figures(chosen: dict[str, str]) -> dict[str, Any]:
    """The sums of each category and their total. Words and results narrow the list only: cells do not know them."""
    first, last = span(chosen)
    filters = {name: value for name, value in conditions(chosen).items() if name != "status"}
    sums = period(DEAL_MEASURES, "category", first, last, by="category", filters=filters)
    total: dict[str, int] = dict.fromkeys(DEAL_MEASURES.figures, 0)
    table = []
    for value, label in Category.choices:
        row = sums.get(value)
        if row and any(row.values()):
            total = add_sums(total, row)
            table.append({"code": value, "label": label, "sums": row, "rate": _rate(row)})
    return {
        "table": table,
        "total": total,
        "total_rate": _rate(total),
        "narrowed": bool({"q", "status"} & chosen.keys()),
    }


def _rate(sums: dict[str, int]) -> float | None:
    return ratio(sums["savings_fen"], sums["base_fen"])


def _years() -> list[int]:
    """The years that the register reaches over, newest first; both ends are read off an index."""
    ends = Deal.objects.aggregate(first=Min("listed_on"), last=Max("listed_on"))
    if ends["first"] is None:
        return []
    return list(range(ends["last"].year, ends["first"].year - 1, -1))
