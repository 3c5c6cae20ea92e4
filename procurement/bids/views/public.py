"""The public register of a tender's receipts: roots, digests, and the check of a receipt against them."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.people.throttle import count, sender_of
from procurement.bids import proofs
from procurement.bids.models import Book, CentreKey
from procurement.bids.views.common import public_project
from procurement.tenders.models import Project

CHECKS_AN_HOUR = 200
LONGEST = 50_000  # characters of a receipt


def books_of(project: Project) -> list[Book]:
    rows = Book.objects.filter(lot__project=project).select_related("lot__project")
    return list(rows.prefetch_related("past_roots__decision").order_by("lot__number"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipts(request: HttpRequest, number: str) -> HttpResponse:
    """The roots of the lots, and whether a receipt leads to one of them."""
    project = public_project(number, request.user)
    books = books_of(project)
    context: dict[str, Any] = {"tender": project, "books": books, "typed": "", "verdict": None}
    if request.method == "POST":
        count("bid-receipt-check", sender_of(request), limit=CHECKS_AN_HOUR)
        typed = request.POST.get("receipt", "")[:LONGEST]
        context |= {"typed": typed, "verdict": proofs.check(_data(typed), {book.name: book for book in books})}
    context["keys"] = list(CentreKey.objects.order_by("pk").values_list("public", flat=True))
    return render(request, "bids/receipts.html", context)


def _data(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


@never_cache
@require_safe
def register(request: HttpRequest, number: str) -> JsonResponse:
    """Roots and, once the books are closed, all digests, for other systems to check by themselves.

    Before the deadline nothing is told, not even how many: that would tell how many have bid. Where bids are taken again,
    what a former root covers stays public: it is the root of the first `receipts` of the digests.
    """
    project = public_project(number, request.user)
    lots = [
        {
            "lot": book.name,
            "public_key": book.public,
            "closed_at": book.closed_at.isoformat() if book.closed_at else None,
            "root": book.root,
            "digests": proofs.public_digests(book),
            "earlier_roots": [
                {
                    "closed_at": past.closed_at.isoformat(),
                    "root": past.root,
                    "receipts": past.count,
                    "taken_again_at": past.decision.decided_at.isoformat(),
                }
                for past in proofs.past_roots(book)
            ],
        }
        for book in books_of(project)
    ]
    keys = list(CentreKey.objects.order_by("pk").values_list("public", flat=True))
    return JsonResponse({"tender": project.number, "keys": keys, "lots": lots})
