"""The pages of boards: what is published for everybody, and the staff's own with the evidence."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.board import actions, policies
from hall.board.forms import CorrectForm, DecideForm, DrawForm, ObjectForm
from hall.board.lifecycle import BOARD
from hall.board.models import Board, BoardRow, Objection
from hall.ratings.sources import score_sources
from portal.core.errors import DomainError, NotAllowed
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.roles import Role
from portal.people.views.common import form_page, posted

staff_only = allowed_to(policies.may_see_boards)
managers = allowed_to(policies.may_draw)
SHOWN = 200  # rows of one kind on a page; a hall has fewer windows
MONTHS = 24


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """The published board of a month, the latest by default; no name of a person, no evidence."""
    boards = list(Board.objects.published().order_by("-month")[:MONTHS])
    asked = request.GET.get("month", "")
    board = next((one for one in boards if f"{one.month:%Y-%m}" == asked), boards[0] if boards else None)
    rows: dict[str, list[BoardRow]] = {"window": [], "department": [], "staff": []}
    if board is not None:
        ranked = BoardRow.objects.filter(board=board, rank__isnull=False).order_by("kind", "rank", "code")
        for row in ranked.defer("parts")[: 3 * SHOWN]:
            rows[row.kind].append(row)
    context = {
        "board": board,
        "boards": boards,
        "windows": rows["window"],
        "departments": rows["department"],
        # Of people the window's number only.
        "staff": [(row.code, row.stars) for row in rows["staff"] if row.stars and row.stars >= 4 and row.code],
        "sources": _weights(board) if board else [],
    }
    return render(request, "board/public.html", context)


def _weights(board: Board) -> list[tuple[Any, int]]:
    """The names and weights of the sources that this portal has."""
    return [(source.label, board.weights[source.code]) for source in score_sources() if source.code in board.weights]


@never_cache
@require_http_methods(["GET", "POST"])
@staff_only
def boards(request: HttpRequest) -> HttpResponse:
    """All boards, and the form that draws one."""
    last_month = (today().replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    form = DrawForm(posted(request), initial={"month": last_month})

    def act() -> HttpResponse:
        try:
            made = actions.draw_board(actor_for(request, Role.HALL_MANAGER), form.cleaned_data["month"])
        except NotAllowed:
            raise
        except DomainError as error:
            if hasattr(error, "fields"):
                raise
            messages.error(request, error.message)
            return redirect("board:boards")
        messages.success(request, _("The draft was drawn; heads and staff were told."))
        return redirect("board:board", made.pk)

    page = page_of(Board.objects.visible_to(request.user), "-month", request.GET.get("cursor", ""))  # type: ignore[arg-type]
    context = {
        "page": page,
        "rows": [(one, BOARD.states[one.state].label) for one in page.rows],
        "may_draw": policies.may_draw(request.user),
    }
    return form_page(request, form, act, context, template="board/boards.html")


@never_cache
@require_safe
@staff_only
def board(request: HttpRequest, board_id: int) -> HttpResponse:
    """One board for the staff: windows and departments for all, people for themselves and who oversees."""
    user: Any = request.user
    found = get_object_or_404(Board.objects.visible_to(user), pk=board_id)
    kind = request.GET.get("kind", "window")
    kind = kind if kind in BoardRow.Kind.values else "window"
    rows = BoardRow.objects.filter(board=found, kind=kind).defer("parts")
    opens = set(BoardRow.objects.visible_to(user).filter(board=found, kind=kind).values_list("pk", flat=True)[:SHOWN])
    if kind == "staff":
        rows = rows.filter(pk__in=opens)
    ranked = sorted(rows[:SHOWN], key=lambda row: (row.rank is None, row.rank or 0, row.code))
    waiting = Objection.objects.filter(row__board=found, outcome="waiting").values_list("row_id", flat=True)[:SHOWN]
    context = {
        "board": found,
        "state": BOARD.states[found.state].label,
        "kind": kind,
        "kinds": BoardRow.Kind.choices,
        "rows": [(row, row.pk in opens) for row in ranked],
        "waiting": set(waiting),
        "sources": _weights(found),
        "may_publish": any(move.code == "publish" for move in BOARD.offered(found, user)),
        "may_correct": found.state == "published" and policies.may_draw(user),
        "history": history_of(found),
        "correct": CorrectForm(),
    }
    return render(request, "board/board.html", context)


@require_POST
@managers
def publish(request: HttpRequest, board_id: int) -> HttpResponse:
    version = request.POST.get("state_version", "")
    try:
        actions.publish(
            actor_for(request, Role.HALL_MANAGER), board_id, state_version=int(version) if version.isdecimal() else -1
        )
    except DomainError as error:
        if error.status == 404:
            raise
        messages.error(request, error.message)
    else:
        messages.success(request, _("The board is published."))
    return redirect("board:board", board_id)


@require_http_methods(["GET", "POST"])
@managers
def correct(request: HttpRequest, board_id: int) -> HttpResponse:
    """Draw a published month anew, with a reason."""
    found = get_object_or_404(Board, pk=board_id)
    form = CorrectForm(posted(request))

    def act() -> HttpResponse:
        actor, reason = actor_for(request, Role.HALL_MANAGER), form.cleaned_data["reason"]
        made = actions.correct(actor, board_id, reason=reason)
        messages.success(request, _("The corrected draft was drawn; the published board stays until it is published."))
        return redirect("board:board", made.pk)

    title = f"{_('Correct the board')} · {found.month:%Y-%m}"
    return form_page(
        request,
        form,
        act,
        {"title": title, "submit": _("Draw the correction"), "back": reverse("board:board", args=[board_id])},
    )


@never_cache
@require_http_methods(["GET", "POST"])
@staff_only
def row(request: HttpRequest, row_id: int) -> HttpResponse:
    """One row with its evidence; who may, objects or decides here."""
    user: Any = request.user
    found = get_object_or_404(BoardRow.objects.visible_to(user).select_related("board"), pk=row_id)
    objections = list(found.objections.select_related("made_by", "decided_by").order_by("pk"))
    waiting = next((one for one in objections if one.outcome == Objection.Outcome.WAITING), None)
    open_ = found.board.state == "draft" and found.board.objections_until >= today()
    may_object = open_ and waiting is None and policies.may_object(user, found)
    decides = waiting is not None and waiting.made_by_id != user.pk and policies.may_decide_objection(user, found)
    form: Any = DecideForm(posted(request)) if decides else ObjectForm(posted(request)) if may_object else None
    context = {
        "row": found, "objections": objections, "form": form, "decides": decides,
        "parts": [_readable(part) for part in found.parts],
    }  # fmt: skip
    if form is None:
        if request.method == "POST":
            raise NotAllowed()
        return render(request, "board/row.html", context)
    return form_page(request, form, lambda: _act(request, found, waiting, form), context, template="board/row.html")


def _act(request: HttpRequest, found: BoardRow, waiting: Objection | None, form: Any) -> HttpResponse:
    data = form.cleaned_data
    if waiting is not None:
        role = Role.SUPERVISOR if request.user.access.has(Role.SUPERVISOR) else Role.HALL_MANAGER  # type: ignore[union-attr]
        actions.decide_objection(
            actor_for(request, role), waiting.pk, grant=data["outcome"] == "grant",
            points=int((data["points"] or 0) * 100), answer=data["answer"],
        )  # fmt: skip
        messages.success(request, _("The objection was decided; who made it was told."))
    else:
        own = found.kind == "staff" and found.subject_id == request.user.pk
        actions.object_to(actor_for(request, Role.CLERK if own else Role.DEPARTMENT_HEAD), found.pk, data["text"])
        messages.success(request, _("Your objection was received; another role decides on it."))
    return redirect("board:row", found.pk)


def _readable(part: dict[str, Any]) -> dict[str, Any]:
    """A part with its source's name, its points of a hundred instead of hundredths."""
    label = next((source.label for source in score_sources() if source.code == part["source"]), part["source"])
    deductions = [
        {**one, "on": dt.date.fromisoformat(one["on"]), "points": f"{one['points'] / 100:.2f}"}
        for one in part["deductions"]
    ]
    return {**part, "label": label, "points": f"{part['points'] / 100:.2f}", "deductions": deductions}
