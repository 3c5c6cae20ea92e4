"""The page of an opening: public, live, the same for everybody, with what bidders and officers do on it."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.core import documents
from portal.core.errors import DomainError, Invalid
from portal.core.rules import Rule
from portal.core.time import local_date
from portal.people.actors import actor_for
from portal.people.roles import Role
from procurement.bidders.agents import organisations_of
from procurement.bidders.policies import may_manage_trading, may_see_trading
from procurement.bids import actions, demo, findings, policies
from procurement.bids.actions.again import refusal
from procurement.bids.actions.opening import bidders_in, least_bidders
from procurement.bids.actions.watching import outages_of
from procurement.bids.faces import face, is_past
from procurement.bids.incoming import whole
from procurement.bids.joint import counted_grades
from procurement.bids.models import Book, OpenedBid, Opening, OwnLayer, Submission, TakingAgain
from procurement.bids.opened import judged_after
from procurement.bids.querysets import OPEN_STATES
from procurement.bids.views.common import agent, opening_or_404, public_project
from procurement.bids.writing import RECORD
from procurement.clock import deciding_now

AFTER = ("closed", "opening", "decrypting", "opened", "recorded", "lapsed")


@never_cache
@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The opening of a tender; before the deadline when and by whom, afterwards each bid with its check."""
    return _page(request, opening_or_404(public_project(number, request.user)))


def _page(request: HttpRequest, opening: Opening, wrong: str = "", status: int = 200) -> HttpResponse:
    user: Any = request.user
    context = {
        **board_context(opening),
        "tender": opening.project,
        "wrong": wrong,
        "typed": request.POST.get("text", ""),
        "firms": _bidding_firms(request, opening),
        "is_opener": policies.is_opener(user, opening),
        "staff": may_manage_trading(user),
        "may_answer": user.is_authenticated and policies.may_answer_objection(user, opening),
        "waits": [one for one in opening.objections.select_related("bidder__organisation") if not one.answered_at],
        "due": deciding_now() >= (opening.project.deadline_at or opening.due_at),
        "key": _key_of(user, opening),
        "demo_files": demo.files_for(user)[:1],
        "paper": _paper_for(user, opening),
        "minutes": request.POST.get("minutes", ""),
        "reason": request.POST.get("reason", ""),
        **_decrypting(user, opening),
        **_again(user, opening),
    }
    return render(request, "bids/opening.html", context, status=status)


def _decrypting(user: Any, opening: Opening) -> dict[str, Any]:
    """What is to be done in a decryption window: by the bidder, the officer, the supervisor."""
    if opening.state != "decrypting":
        return {}
    from procurement.bids.views.own import layers_for

    layers = layers_for(user, opening) if user.is_authenticated else []
    return {
        "own_layers": layers,
        "decrypt_waits": any(one.given_at is None for one in layers),
        "may_decide_window": policies.may_decide_window(user, opening),
        "window_over": seconds_left(opening) == 0,
        "outages": outages_of(opening.project) if may_see_trading(user) else [],
    }


def _again(user: Any, opening: Opening) -> dict[str, Any]:
    """Whether bids can be taken again, for the officers to know before they begin, and for who decides it."""
    if opening.state != "closed" or not may_see_trading(user) or refusal(opening):
        return {}
    return {"can_take_again": True, "may_take_again": policies.may_take_again(user, opening)}


def _key_of(user: Any, opening: Opening) -> str:
    """The public key to which this officer's boxes were made."""
    return next(
        (one.key.public for one in opening.openers.select_related("key") if one.user_id == user.pk and one.key), ""
    )


def _paper_for(user: Any, opening: Opening) -> str:
    """The address of the record for whoever may read it as a paper; what it says stands on this page for everybody."""
    paper = documents.issued_before(opening, RECORD) if opening.state == "recorded" else None
    return reverse("core:document", args=[paper.pk]) if paper and documents.may_read(user, paper) else ""


def _bidding_firms(request: HttpRequest, opening: Opening) -> list[Any]:
    """The person's firms that have a bid in this tender."""
    if not request.user.is_authenticated or opening.state not in AFTER:
        return []
    bids = Submission.objects.counting().filter(book__lot__project=opening.project_id)
    return list(organisations_of(request.user).filter(bidder__in=bids.values("bidder"))[:50])


def board_context(opening: Opening) -> dict[str, Any]:
    """What everybody sees: bids only once they are being opened, and prices only when all of them are."""
    label, tone = face(opening)
    lots, least = _lots(opening), least_bidders(opening)
    return {
        "opening": opening,
        "label": label,
        "tone": tone,
        "past": is_past(opening),
        "lots": lots,
        "later": _found_later(opening, lots),
        "ready": opening.state in OPEN_STATES,
        "least": least,
        "all_short": bool(lots) and all((lot["count"] or 0) < least.days for lot in lots),
        "taken_again": decided_again(opening),
        "decisions": list(opening.window_decisions.select_related("decided_by")) if opening.decrypt_until else [],
        "seconds_left": seconds_left(opening),
        "objections": list(opening.objections.select_related("bidder__organisation")) if opening.state in AFTER else [],
    }


def decided_again(opening: Opening) -> list[TakingAgain]:
    """The decisions that bids were taken again, with their outages. Two queries at most."""
    return list(opening.taken_again.select_related("decided_by").prefetch_related("outages"))


def _lots(opening: Opening) -> list[dict[str, Any]]:
    """Each lot with its bids: those that are open, and those that wait for their bidder."""
    lots = []
    rows = OpenedBid.objects.filter(lot__project=opening.project_id).select_related("bidder__organisation", "lot")
    rows = rows.prefetch_related("submission__consortium__members__bidder__organisation")
    bids = list(rows.order_by("submission__sequence", "pk"))
    running = opening.state in ("opening", "decrypting", *OPEN_STATES)
    waiting = layers_by_lot(opening) if running and opening.project.own_layer else {}
    grounds = findings.grounds(opening.project, local_date(opening.due_at)) if running else {}
    for book in Book.objects.filter(lot__project=opening.project_id).select_related("lot").order_by("lot__number"):
        shown = [_row(bid, grounds) for bid in bids if bid.lot_id == book.lot_id] if running else []
        count = bidders_in(book) if opening.state in AFTER else None
        lots.append(
            {"book": book, "lot": book.lot, "rows": shown, "count": count, "layers": waiting.get(book.lot_id, [])}
        )
    return lots


def _found_later(opening: Opening, lots: list[dict[str, Any]]) -> list[tuple[dt.datetime, dict[str, Any]]]:
    """What was found after the record was issued, with its moment: the record says nothing of it and stays as it is."""
    rows = {str(row["bid"].pk): row for lot in lots for row in lot["rows"] if row.get("found_on")}
    if opening.recorded_at is None or not rows:
        return []
    return [(at, rows[pk]) for at, pk in judged_after(opening, opening.recorded_at) if pk in rows]


def layers_by_lot(opening: Opening) -> dict[int, list[OwnLayer]]:
    """The bids that are not open yet because their bidder, or the reading, is still to come: lot → layers."""
    rows = OwnLayer.objects.filter(submission__book__lot__project=opening.project_id, submission__opened__isnull=True)
    found: dict[int, list[OwnLayer]] = {}
    for one in rows.select_related("submission__book", "submission__bidder__organisation"):
        found.setdefault(one.submission.book.lot_id, []).append(one)
    return found


def seconds_left(opening: Opening) -> int | None:
    """How long bidders may still decrypt; None outside of a decryption."""
    if opening.state != "decrypting" or opening.decrypt_until is None:
        return None
    return max(0, int((opening.decrypt_until - deciding_now()).total_seconds()))


def _row(bid: OpenedBid, grounds: Mapping[str, Rule]) -> dict[str, Any]:
    joint = list(bid.submission.consortium.members.all()) if bid.submission and bid.submission.consortium else []
    shown = {"bid": bid, "joint": joint, "counted": counted_grades(joint)}
    if not bid.finding:
        return {**shown, "readable": True}
    check = findings.CHECKS[bid.finding]
    return {
        **shown,
        "check": check,
        "found_on": dt.date.fromisoformat(bid.facts["found_on"]) if "found_on" in bid.facts else None,
        "readable": bid.finding not in findings.UNREADABLE,
        "side": findings.SIDES[check.fault],
        "sentence": findings.sentence(bid.finding, bid.facts),
        "source": grounds[bid.finding].display_source,
    }


@never_cache
@require_safe
def board(request: HttpRequest, number: str) -> HttpResponse:
    """The live part alone; unchanged, it answers with 304."""
    opening = opening_or_404(public_project(number, request.user))
    mark = f'W/"{opening.pk}-{opening.revision}-{opening.state}-{get_language()}"'
    if request.headers.get("If-None-Match") == mark:
        unchanged = HttpResponseNotModified()
        unchanged["ETag"] = mark
        return unchanged
    response = render(request, "bids/_board.html", board_context(opening))
    response["ETag"] = mark
    return response


def done(request: HttpRequest, number: str, act: Callable[[Opening], object], said: str) -> HttpResponse:
    """Do something on the page; whatever refuses it stands on the page, with what was typed."""
    opening = opening_or_404(public_project(number, request.user))
    try:
        act(opening)
    except Invalid as error:
        wrong = " ".join(str(text) for text in error.fields.values()) or error.message
        return _page(request, opening, wrong, status=422)
    except DomainError as error:
        if error.status == 404:
            raise
        return _page(request, opening, error.message, status=error.status)
    messages.success(request, said)
    return redirect("bids:opening", number)


@never_cache
@login_required
@require_POST
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """A bidder confirms the record."""

    def act(opening: Opening) -> object:
        return actions.confirm(agent(request), opening.project_id, whole(request.POST.get("organisation", "")))

    return done(request, number, act, _("You have confirmed the record of the opening."))


@never_cache
@login_required
@require_POST
def object_to(request: HttpRequest, number: str) -> HttpResponse:
    """A bidder objects on the spot."""

    def act(opening: Opening) -> object:
        organisation = whole(request.POST.get("organisation", ""))
        return actions.object_to(agent(request), opening.project_id, organisation, request.POST.get("text", ""))

    return done(request, number, act, _("Your objection was raised. It is answered on this page."))


@never_cache
@login_required
@require_POST
def answer(request: HttpRequest, number: str, objection_id: int) -> HttpResponse:
    """The buyer, the agency or an opening officer answers."""

    def act(opening: Opening) -> object:
        role = Role.PROCUREMENT_OFFICER if may_manage_trading(request.user) else Role.AGENT
        actor = actor_for(request, role)
        return actions.answer_objection(actor, opening.project_id, objection_id, request.POST.get("text", ""))

    return done(request, number, act, _("The answer stands in the record."))
