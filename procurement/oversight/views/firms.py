"""What is known of a firm as a bidder, and of two firms together: bids, wins, company, signs."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.core.access import log_view
from portal.core.charts import Chart, Series
from portal.people.lists import page_of
from portal.people.models import Organisation
from procurement.awards.models import Award
from procurement.bidders.agents import organisation_ids
from procurement.bidders.models import Bidder
from procurement.bids.models import OpenedBid
from procurement.oversight.models import Sign
from procurement.oversight.views.common import actor_of_page, watched
from procurement.oversight.views.faces import face

COMPANY = 20
MOST_SIGNS = 50


def _firm(request: HttpRequest, organisation_id: int) -> Organisation:
    """A firm that bids; one that the reader acts for looks as if it were missing."""
    rows = Organisation.objects.filter(Exists(Bidder.objects.filter(organisation=OuterRef("pk"))))
    return get_object_or_404(rows.exclude(pk__in=organisation_ids(request.user)), pk=organisation_id)


def _bids(*firms: Organisation) -> QuerySet[OpenedBid]:
    """The opened bids of the first firm, in the lots of all of them; `won` and `winner` where there is an award."""
    rows = OpenedBid.objects.public().filter(bidder__organisation=firms[0])
    for other in firms[1:]:
        rows = rows.filter(Exists(OpenedBid.objects.filter(lot=OuterRef("lot"), bidder__organisation=other)))
    won = Award.objects.filter(lot=OuterRef("lot"), bidder=OuterRef("bidder"))
    return rows.annotate(won=Exists(won), winner=F("lot__award__bidder__organisation__name"))


@never_cache
@require_safe
@watched
def firm(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The profile of a firm."""
    one = _firm(request, organisation_id)
    log_view(actor_of_page(request), "people.organisation", one.pk, "oversight:firm")
    rows = _bids(one)
    page = page_of(rows.select_related("lot__project"), "-opened_at", request.GET.get("cursor", ""))
    counts = rows.aggregate(bids=Count("pk"), wins=Count("pk", filter=Q(won=True)))
    company = _company(one)
    context = {
        "firm": one,
        "page": page,
        "rows": page.rows,
        "counts": counts,
        "company": company,
        "chart": _chart(company) if company else None,
        "signs": _signs(request.user, one),
    }
    return render(request, "oversight/firm.html", context)


def _company(one: Organisation) -> list[dict[str, Any]]:
    """Who bids beside the firm most often: in how many lots, and how many of those each of the two won."""
    beside = OpenedBid.objects.public().filter(
        Exists(OpenedBid.objects.filter(lot=OuterRef("lot"), bidder__organisation=one))
    )
    beside = beside.exclude(bidder__organisation=one)
    mine = Award.objects.filter(lot=OuterRef("lot"), bidder__organisation=one)
    theirs = Award.objects.filter(lot=OuterRef("lot"), bidder=OuterRef("bidder"))
    beside = beside.annotate(mine=Exists(mine), theirs=Exists(theirs))
    grouped = beside.order_by().values("bidder__organisation", "bidder__organisation__name").annotate(
        lots=Count("pk"), own=Count("pk", filter=Q(mine=True)), other=Count("pk", filter=Q(theirs=True))
    )  # fmt: skip
    return [
        {"pk": row["bidder__organisation"], "name": row["bidder__organisation__name"], "lots": row["lots"],
         "own": row["own"], "other": row["other"]}
        for row in grouped.order_by("-lots", "bidder__organisation")[:COMPANY]
    ]  # fmt: skip


def _chart(company: list[dict[str, Any]]) -> Chart:
    most = company[:8]
    return Chart(
        key="company", kind="bar", title=_("Lots bid for together, and who won"), category_label=_("Firm"),
        categories=[row["name"] for row in most], horizontal=True,
        series=[
            Series(_("Lots together"), [row["lots"] for row in most]),
            Series(_("Won by this firm"), [row["own"] for row in most]),
            Series(_("Won by the other"), [row["other"] for row in most]),
        ],
    )  # fmt: skip


def _signs(user: Any, *firms: Organisation) -> list[Any]:
    rows = Sign.objects.visible_to(user).standing()
    for one in firms:
        rows = rows.filter(firms=one)
    rows = rows.select_related("project", "lot", "lead").prefetch_related("firms").order_by("kind", "-found_on", "-pk")
    return [face(sign) for sign in rows[:MOST_SIGNS]]


@never_cache
@require_safe
@watched
def pair(request: HttpRequest, one_id: int, other_id: int) -> HttpResponse:
    """Two firms together: the lots for which both bid, their prices, and who won."""
    if one_id == other_id:
        raise Http404
    one, other = _firm(request, one_id), _firm(request, other_id)
    for firm_ in (one, other):
        log_view(actor_of_page(request), "people.organisation", firm_.pk, "oversight:pair")
    rows = _bids(one, other)
    page = page_of(rows.select_related("lot__project"), "-opened_at", request.GET.get("cursor", ""))
    theirs = OpenedBid.objects.filter(lot__in=[bid.lot_id for bid in page.rows], bidder__organisation=other)
    beside = {bid.lot_id: bid for bid in theirs.annotate(won=Exists(_award()))}
    context = {
        "one": one,
        "other": other,
        "page": page,
        "rows": [(bid, beside[bid.lot_id]) for bid in page.rows],
        "lots": rows.count(),
        "own": rows.filter(Exists(_award())).count(),
        "others": _bids(other, one).filter(Exists(_award())).count(),
        "signs": _signs(request.user, one, other),
    }
    return render(request, "oversight/pair.html", context)


def _award() -> QuerySet[Award]:
    return Award.objects.filter(lot=OuterRef("lot"), bidder=OuterRef("bidder"))
