"""Boards: drawn, objected to, decided on, published, corrected."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from hall.board import policies
from hall.board.drawing import month_end, rank, rows_of
from hall.board.lifecycle import BOARD
from hall.board.models import Board, BoardRow, Objection
from hall.board.notices import tell_decided, tell_drawn, tell_objection
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.rules import rules
from portal.core.time import now, today

MOST_POINTS = 10_000


@action
def draw_board(actor: Actor, month: dt.date) -> Board:
    """The draft of a month that is over. Raises NotAllowed, Invalid, WrongState when there is one already."""
    _only_managers(actor)
    first = month.replace(day=1)
    if month_end(first) >= today():
        raise Invalid(fields={"month": _("Only a month that is over has a board.")})
    if Board.objects.filter(month=first).exists():
        raise WrongState(_("This month has a board already."))
    return _draw(actor, first, version=1, reason="")


def _draw(actor: Actor, month: dt.date, *, version: int, reason: str) -> Board:
    found = rules(["board.weights", "board.minimum_sample", "board.objection_days"], month_end(month))
    board = Board.objects.create(
        month=month,
        version=version,
        weights=found["board.weights"].value,
        minimum_sample=found["board.minimum_sample"].days,
        drawn_at=now(),
        objections_until=workdays().add(today(), found["board.objection_days"].days),
        reason=reason,
    )
    rows = rows_of(board)
    rank(board, rows)
    BoardRow.objects.bulk_create(rows, batch_size=500)
    record(
        board, "board.drawn", actor, to_state="draft",
        data={"month": month, "version": version, "rows": len(rows), "reason": reason, "weights": dict(board.weights)},
    )  # fmt: skip
    tell_drawn(board)
    return board


@action
def object_to(actor: Actor, row_id: int, text: str) -> Objection:
    """Say what is wrong with a row of a draft. Raises NotFound, NotAllowed, WrongState, Invalid."""
    row, board = _row(actor, row_id)
    if actor.user is None or not policies.may_object(actor.user, row):
        raise NotAllowed()
    if board.state != "draft" or board.objections_until < today():
        raise WrongState(_("The time for objections to this board is over."))
    if not text.strip():
        raise Invalid(fields={"text": _("Please say what is wrong.")})
    if row.objections.filter(outcome=Objection.Outcome.WAITING).exists():
        raise WrongState(_("An objection to this row is waiting for its decision already."))
    made = Objection.objects.create(row=row, text=text.strip()[:2000], made_by=actor.user, made_at=now())
    record(board, "board.objected", actor, data={"row": row.code, "kind": row.kind})
    tell_objection(made)
    return made


@action
def decide_objection(actor: Actor, objection_id: int, *, grant: bool, points: int, answer: str) -> Objection:
    """Grant (points in hundredths come back) or reject, with an answer; the draft is ranked anew.

    Raises NotFound, NotAllowed, WrongState, Invalid.
    """
    row_id = Objection.objects.filter(pk=objection_id).values_list("row_id", flat=True).first()
    if row_id is None:
        raise NotFound()
    row, board = _row(actor, row_id)
    objection = db.lock_row(Objection.objects.all(), objection_id)
    if actor.user is None or objection.made_by_id == actor.user.pk:
        raise NotAllowed()
    if not policies.may_decide_objection(actor.user, row):
        raise NotAllowed()
    if objection.outcome != Objection.Outcome.WAITING or board.state != "draft":
        raise WrongState()
    _check_answer(grant, points, answer)
    objection.outcome = Objection.Outcome.GRANTED if grant else Objection.Outcome.REJECTED
    objection.points, objection.answer = points if grant else 0, answer.strip()[:2000]
    objection.decided_by, objection.decided_at = actor.user, now()
    objection.save()
    if grant:
        row.allowed_points += points
        row.save(update_fields=["allowed_points"])
        _rank_again(board)
    record(
        board, "board.objection_decided", actor,
        data={"row": row.code, "kind": row.kind, "granted": grant, "points": objection.points},
    )  # fmt: skip
    tell_decided(objection)
    return objection


def _check_answer(grant: bool, points: int, answer: str) -> None:
    wrong = {}
    if grant and not 1 <= points <= MOST_POINTS:
        wrong["points"] = _("Enter the points that come back, between 0.01 and 100.")
    if not answer.strip():
        wrong["answer"] = _("Please give an answer; it is shown to who objected.")
    if wrong:
        raise Invalid(fields=wrong)


@action
def publish(actor: Actor, board_id: int, *, state_version: int) -> Board:
    """Show a board to everybody, after the days for objections, when all are decided.

    Raises NotFound, Stale, NotAllowed, WrongState.
    """
    board = _locked(board_id)
    if board.state == "draft" and board.objections_until >= today():
        raise WrongState(_("Objections can be made until %(day)s.") % {"day": board.objections_until})
    if Objection.objects.filter(row__board=board, outcome=Objection.Outcome.WAITING).exists():
        raise WrongState(_("There are objections that are not decided yet."))
    step = BOARD.begin(board, "publish", actor, state_version=state_version)
    before, after = step.apply()
    board.save()
    others = Board.objects.filter(month=board.month, state="published").exclude(pk=board.pk)
    for earlier in db.lock_rows(Board.objects.all(), others.values_list("pk", flat=True)):
        # A correction takes the place of what was published; both stay on record.
        was, became = BOARD.begin(earlier, "replace", actor, state_version=earlier.state_version).apply()
        earlier.save(update_fields=["state", "state_version"])
        record(earlier, "board.replace", actor, from_state=was, to_state=became)
    record(board, "board.publish", actor, from_state=before, to_state=after)
    return board


@action
def correct(actor: Actor, board_id: int, *, reason: str) -> Board:
    """Draw a published month anew, with a reason: a new draft, open to objections; what is published stays until then.

    Raises NotFound, NotAllowed, WrongState, Invalid.
    """
    _only_managers(actor)
    board = _locked(board_id)
    if board.state != "published":
        raise WrongState()
    if not reason.strip():
        raise Invalid(fields={"reason": _("Please say why the board is corrected; everybody reads it.")})
    last = Board.objects.filter(month=board.month).order_by("-version").first()
    if last is not None and last.state == "draft":
        raise WrongState(_("A correction of this month is being prepared already."))
    version = (last.version if last else board.version) + 1
    return _draw(actor, board.month, version=version, reason=reason.strip()[:500])


def _rank_again(board: Board) -> None:
    rows = list(BoardRow.objects.filter(board=board))
    rank(board, rows)
    BoardRow.objects.bulk_update(rows, ["rank", "stars", "side"], batch_size=500)


def _locked(board_id: int) -> Board:
    try:
        return db.lock_row(Board.objects.all(), board_id)
    except Board.DoesNotExist:
        raise NotFound() from None


def _row(actor: Actor, row_id: int) -> tuple[BoardRow, Board]:
    """A row with its board, the board locked first. Raises NotFound, for what is not to be seen as well."""
    board_id = BoardRow.objects.filter(pk=row_id).values_list("board_id", flat=True).first()
    if board_id is None:
        raise NotFound()
    board = _locked(board_id)
    row = db.lock_row(BoardRow.objects.all(), row_id)
    row.board = board
    if actor.user is not None and not policies.may_see_row(actor.user, row):
        raise NotFound()
    return row, board


def _only_managers(actor: Actor) -> None:
    if actor.user is None or not policies.may_draw(actor.user):
        raise NotAllowed()
