"""The officers' side: the list of openings, naming the three, and what their browsers ask and send at an opening."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.views.guards import allowed_to
from portal.people.lists import page_of
from procurement.bidders.policies import may_manage_trading, may_see_trading
from procurement.bids import actions, policies
from procurement.bids.actions.naming import default_choice, eligible
from procurement.bids.actions.opening import books_of, short_books
from procurement.bids.faces import face
from procurement.bids.lifecycle import OPENING
from procurement.bids.models import Opening, OpeningPart
from procurement.bids.opener import finish, open_next
from procurement.bids.views.common import body_of, officer, opening_or_404, public_project

readers = allowed_to(may_see_trading)
officers = allowed_to(may_manage_trading)


@never_cache
@require_safe
@readers
def openings(request: HttpRequest) -> HttpResponse:
    """All openings, the latest deadline first; or one's own."""
    rows = Opening.objects.select_related("project__buyer").prefetch_related("openers__user")
    mine = request.GET.get("mine") == "1"
    if mine:
        rows = rows.of_openers(request.user)
    state = request.GET.get("state", "")
    if state in OPENING.states:
        rows = rows.filter(state=state)
    page = page_of(rows, "-due_at", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [(one, *face(one)) for one in page.rows],
        "states": OPENING.states.values(),
        "state": state,
        "mine": mine,
        "may_hold_key": policies.may_hold_key(request.user),
    }
    return render(request, "bids/openings.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@officers
def openers(request: HttpRequest, number: str) -> HttpResponse:
    """Name the three officers of an opening."""
    project = public_project(number, request.user)
    user: Any = request.user
    if not policies.may_name_openers(user, project):
        raise NotAllowed()
    wrong, chosen = "", [int(one) for one in request.POST.getlist("officers") if one.isdecimal() and len(one) < 16]
    if request.method == "POST":
        try:
            actions.name_openers(officer(request), project.pk, chosen)
        except Invalid as error:
            wrong = " ".join(str(text) for text in error.fields.values())
        except DomainError as error:
            wrong = error.message
        else:
            messages.success(request, _("The opening officers are named."))
            return redirect("tenders:project", number)
    people = list(eligible(project))
    opening = Opening.objects.filter(project=project).prefetch_related("openers").first()
    named = [one.user_id for one in opening.openers.all()] if opening else [one.pk for one in default_choice(project)]
    context = {"tender": project, "people": people, "wrong": wrong, "chosen": chosen or named, "opening": opening}
    return render(request, "bids/openers.html", context, status=422 if wrong else 200)


def _mine(request: HttpRequest, number: str) -> Opening:
    opening = opening_or_404(public_project(number, request.user))
    if not policies.is_opener(request.user, opening):
        raise NotFound()
    return opening


@never_cache
@require_safe
@officers
def boxes(request: HttpRequest, number: str) -> JsonResponse:
    """What this officer's browser needs: boxes whose outer layer is theirs, and those that wait for them as second."""
    opening = _mine(request, number)
    me = str(request.user.pk)
    books = books_of(opening) if opening.state in ("closed", "opening") else []
    short = short_books(opening, books) if books else []
    parts = OpeningPart.objects.filter(book__in=books, inner__user=request.user.pk).select_related("outer__user")
    waiting: dict[int, list[dict[str, str]]] = {}
    for one in parts.order_by("given_at"):
        waiting.setdefault(one.book_id, []).append({"from": one.outer.user.name, "box": one.box})
    told = [
        {
            "lot": book.lot_id,
            "number": book.lot.number,
            "public": book.public,
            "outer": {pair.split("|")[1]: box for pair, box in book.boxes.items() if pair.split("|")[0] == me},
            "inner": waiting.get(book.pk, []),
        }
        for book in books
        if book not in short
    ]
    return JsonResponse({"state": opening.state, "books": told, "short": bool(books) and len(short) == len(books)})


@never_cache
@require_POST
@officers
def part(request: HttpRequest, number: str) -> JsonResponse:
    """The boxes without their outer layer."""
    opening = _mine(request, number)
    given = body_of(request).get("boxes")
    if not isinstance(given, dict) or not all(isinstance(one, dict) for one in given.values()):
        raise Invalid()
    numbered = {_number(lot): {_number(who): str(box) for who, box in one.items()} for lot, one in given.items()}
    found = actions.give_part(officer(request), opening.project_id, numbered)
    return JsonResponse({"state": found.state})


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 15:
        raise Invalid()
    return int(text)


@never_cache
@require_POST
@officers
def open_bids(request: HttpRequest, number: str) -> JsonResponse:
    """Open what fits into a few seconds with the keys of this request; asked again until nothing is left.

    The keys stand in no row, no log and no cache: they are the body of a request and gone with it.
    """
    opening = _mine(request, number)
    keys = _keys(body_of(request).get("keys"))
    actor = officer(request)
    left = open_next(actor, opening.project_id, keys)
    state = finish(actor, opening.project_id).state if left == 0 else "opening"
    return JsonResponse({"state": state, "left": left})


def _keys(given: Any) -> dict[int, bytes]:
    if not isinstance(given, dict):
        raise Invalid()
    try:
        return {_number(lot): bytes.fromhex(str(key)) for lot, key in given.items()}
    except ValueError:
        raise Invalid() from None


@never_cache
@require_POST
@officers
def lapse(request: HttpRequest, number: str) -> HttpResponse:
    """Too few bidders: nothing is opened, the tender fails."""
    opening = _mine(request, number)
    actions.lapse(officer(request), opening.project_id)
    messages.success(request, _("Declared: too few bidders. The tender has failed, everybody was told."))
    return redirect("bids:opening", number)


@never_cache
@require_POST
@officers
def record(request: HttpRequest, number: str) -> HttpResponse:
    """Issue the record."""
    opening = _mine(request, number)
    actions.issue_record(officer(request), opening.project_id)
    messages.success(request, _("The record was issued. It is made as a PDF and stands with the papers."))
    return redirect("bids:opening", number)
