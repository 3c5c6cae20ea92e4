"""The bidder's pages: sealing and sending a bid, taking it back, receipts."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.rules import rule
from portal.core.time import today
from portal.people.lists import page_of
from portal.people.throttle import count, sender_of
from procurement.bidders.agents import organisations_of
from procurement.bidders.devices import remember
from procurement.bidders.models import Bidder
from procurement.bidders.signatures import public_of
from procurement.bidders.signers import signer, signer_of
from procurement.bidders.standing import blocks_of, has_legal_person
from procurement.bids import actions, incoming, proofs
from procurement.bids.models import Book, Submission
from procurement.bids.rules import DECRYPT_MINUTES, UPLOAD_MB
from procurement.bids.views.common import agent, public_project
from procurement.bids.watch import noting_failures
from procurement.clock import deciding_now
from procurement.sealing import CHUNK, MAGIC, OPENING_LIMIT, OWN_MAGIC, bound_to
from procurement.tenders.limits import price_limit
from procurement.tenders.models import Lot
from procurement.tenders.models.bond import OPEN

UPLOADS_AN_HOUR = 120
MOST_CERTIFICATES = 20


def lot_or_404(request: HttpRequest, number: str, lot: int) -> Lot:
    project = public_project(number, request.user)
    found: Lot = get_object_or_404(project.lots.select_related("project", "bid_book"), number=lot)
    return found


@never_cache
@login_required
@require_safe
def bid(request: HttpRequest, number: str, lot: int) -> HttpResponse:
    """Everything that the browser needs to seal a bid for the lot, for one of the person's firms."""
    one = lot_or_404(request, number, lot)
    firms = list(organisations_of(request.user).filter(bidder__isnull=False).select_related("bidder")[:50])
    chosen = request.GET.get("firm", "")
    firm = next((each for each in firms if str(each.pk) == chosen), firms[0] if firms else None)
    context = {"lot": one, "tender": one.project, "firms": firms, "firm": firm, **_standing(one, firm)}
    return render(request, "bids/bid.html", context)


def _standing(lot: Lot, firm: Any) -> dict[str, Any]:
    """What is known about the firm and the lot before a bid is sealed."""
    book: Book | None = getattr(lot, "bid_book", None)
    project, at = lot.project, deciding_now()
    taking = book is not None and project.state == "receiving" and at < (project.deadline_at or at)
    over = project.deadline_at is not None and at >= project.deadline_at
    known: dict[str, Any] = {"book": book, "taking": taking, "over": over, "now": at, "limit": price_limit(lot)}
    if firm is None or book is None:
        return known
    history = Submission.objects.filter(book=book, bidder=firm.bidder).order_by("-version")
    return known | {
        "history": list(history),
        "current": next((each for each in history if each.current), None),
        "blocks": blocks_of(firm.uscc, today(), project.category),
        "bond_missing": taking
        and bool(lot.bond_fen)
        and not lot.bonds.filter(organisation=firm, state__in=OPEN).exists(),
        "no_head": taking and not has_legal_person(firm.bidder),
        **_signing(firm.bidder, at),
        "bound": bound_to(book.name, firm.uscc).hex(),
        "chunk": CHUNK,
        "magic": (OWN_MAGIC if project.own_layer else MAGIC).hex(),
        "window": rule(DECRYPT_MINUTES, today()) if project.own_layer else None,
        "opening_limit": OPENING_LIMIT,
        "megabytes": rule(UPLOAD_MB, today()).days,
        "start": lot.budget_fen if project.is_sale else None,
    }


def _signing(bidder: Bidder, at: dt.datetime) -> dict[str, Any]:
    """The certificates that hold now, each with what the page needs to sign with it, and those that hold no more."""
    held = list(bidder.certificates.in_use()[:MOST_CERTIFICATES])
    signed_by = [(one, signer_of(one)) for one in held if one.holds(at)]
    good = [(one, by, public_of(one.pem) if by else "") for one, by in signed_by]
    return {
        "certificates": good,
        "useless": [one for one in held if not one.holds(at)],
        "signer": signer() if any(found for _one, found, _public in good) else None,
        "pasted": any(found is None for _one, found, _public in good),
    }


@never_cache
@login_required
@require_POST
@noting_failures
def upload(request: HttpRequest, number: str, lot: int) -> JsonResponse:
    """A sealed bid as the body of the request, as it comes off the line; answers with the receipt."""
    one = lot_or_404(request, number, lot)
    actor = agent(request)
    count("bid-upload", str(actor.user_id), limit=UPLOADS_AN_HOUR)
    made = incoming.receive(request, actor, one)
    told = proofs.told(made)
    response = JsonResponse({"receipt": told, "page": reverse("bids:receipt", args=[made.pk])}, status=201)
    remember(request, response)
    return response


@never_cache
@login_required
@require_POST
def withdraw(request: HttpRequest, number: str, lot: int) -> HttpResponse:
    """Take the firm's bid back."""
    one = lot_or_404(request, number, lot)
    organisation = incoming.whole(request.POST.get("organisation", ""))
    made = actions.withdraw(agent(request), one.pk, organisation, sender=sender_of(request))
    messages.success(request, _("Your bid was withdrawn. This is the receipt of the withdrawal."))
    return redirect("bids:receipt", made.pk)


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The submissions of one's firms, the latest first."""
    rows = Submission.objects.of_firms(request.user)
    rows = rows.select_related("book__lot__project", "bidder__organisation")
    page = page_of(rows, "-received_at", request.GET.get("cursor", ""))
    registered = Bidder.objects.filter(organisation__in=organisations_of(request.user)).exists()
    return render(request, "bids/mine.html", {"page": page, "rows": page.rows, "registered": registered})


def _own(request: HttpRequest, submission_id: int) -> Submission:
    rows = Submission.objects.visible_to(request.user)
    rows = rows.select_related("book__lot__project", "bidder__organisation", "key", "certificate")
    return get_object_or_404(rows, pk=submission_id)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD"])
def receipt(request: HttpRequest, submission_id: int) -> HttpResponse:
    """One receipt, to be printed; after the deadline with its way to the root."""
    one = _own(request, submission_id)
    context = {
        "one": one,
        "tender": one.book.lot.project,
        "proof": proofs.proof_of(one),
        "earlier": proofs.earlier_proofs(one),
    }
    return render(request, "bids/receipt.html", context)


@never_cache
@login_required
@require_safe
def receipt_file(request: HttpRequest, submission_id: int) -> JsonResponse:
    """The receipt as a file that anybody can check without the portal."""
    one = _own(request, submission_id)
    response = JsonResponse(proofs.told(one), json_dumps_params={"ensure_ascii": False, "indent": 2})
    name = f"receipt-{one.book.lot.project.number}-{one.book.lot.number}-{one.sequence}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
