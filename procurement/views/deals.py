"""The list of deals with the figures of what was chosen, and one page for each deal."""

from typing import Any

from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.core.registries import panels
from portal.core.search import Matches, search
from portal.core.statistics import period, ratio
from portal.core.statistics.blocks import add_sums
from portal.people.lists import page_of
from procurement.filters import IN_CELLS, DealFilter, cell_conditions, conditions, span
from procurement.measures import DEAL_MEASURES
from procurement.models import Category, Deal
from procurement.tables import rate

IN_SPAN = ("year", "since", "until")


@require_safe
def deal_list(request: HttpRequest) -> HttpResponse:
    """Figures by category of the chosen span, and the deals, newest first."""
    form = DealFilter(request.GET, years=years())
    chosen = form.chosen()
    found = listed(request.user, chosen)
    page = page_of(found.rows.defer("search"), "-listed_on", request.GET.get("cursor", ""))
    context: dict[str, Any] = {"form": form, "wrong": form.typed_wrong(), "page": page, "exact": found.exact}
    context["ways"] = panels("procurement.ways", request, None)
    return render(request, "procurement/deals.html", context | figures(chosen))


def listed(user: Any, chosen: dict[str, Any]) -> Matches:
    """The deals that the filters mean; the page and the files read the same."""
    rows = Deal.objects.visible_to(user).chosen(conditions(chosen)).between(*span(chosen))
    return search(rows, chosen["q"]) if "q" in chosen else Matches(rows, exact=True)


@require_safe
def deal(request: HttpRequest, deal_id: int) -> HttpResponse:
    """One deal with everything that is public of it; rooms above add the way to the tender that it came from."""
    one = get_object_or_404(Deal.objects.visible_to(request.user).defer("search"), pk=deal_id)
    share = ratio(one.savings_fen, one.base_fen) if one.savings_fen is not None and one.base_fen else None
    context = {"deal": one, "rate": share, "panels": panels("procurement.deal", request, one)}
    return render(request, "procurement/deal.html", context)


def figures(chosen: dict[str, Any]) -> dict[str, Any]:
    """The sums of each category and their total. Words, names and amounts narrow the list only: cells do not know them."""
    first, last = span(chosen)
    sums = period(DEAL_MEASURES, "category", first, last, by="category", filters=cell_conditions(chosen))
    total: dict[str, int] = dict.fromkeys(DEAL_MEASURES.figures, 0)
    table = []
    for value, label in Category.choices:
        row = sums.get(value)
        if row and any(row.values()):
            total = add_sums(total, row)
            table.append({"code": value, "label": label, "sums": row, "rate": rate(row)})
    return {
        "chosen": chosen,
        "first": first,
        "last": last,
        "table": table,
        "total": total,
        "total_rate": rate(total),
        "narrowed": bool(chosen.keys() - {*IN_CELLS, *IN_SPAN}),
    }


def years() -> list[int]:
    """The years that the register reaches over, newest first; both ends are read off an index."""
    ends = Deal.objects.aggregate(first=Min("listed_on"), last=Max("listed_on"))
    if ends["first"] is None:
        return []
    return list(range(ends["last"].year, ends["first"].year - 1, -1))
