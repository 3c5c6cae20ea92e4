"""What each role gets at the addresses of the red and blue board."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hall.board.models import Board, BoardRow
from portal.core.time import today
from tests.permissions import Cast, everyone, nothing, only, specialists

STAFF = ("clerk", "reviewer", "department_head", "supervisor", "hall_manager", "auditor", "administrator")


def _board(**more: Any) -> Board:
    values = {"month": dt.date(2026, 10, 1), "weights": {"satisfaction": 100}, "minimum_sample": 1}
    return Board.objects.create(**{**values, "objections_until": today(), **more})


def draft(_cast: Cast) -> Mapping[str, Any]:
    return {"board_id": _board().pk}


def published(_cast: Cast) -> Mapping[str, Any]:
    return {"board_id": _board(state="published").pk}


def row(cast: Cast) -> Mapping[str, Any]:
    """The clerk's own row."""
    made = BoardRow.objects.create(
        board=_board(), kind="staff", subject_id=cast.person("clerk").pk, code="A01", name="李晓燕",
        department_id=cast.department.pk, points=9000, sample=10,
    )  # fmt: skip
    return {"row_id": made.pk}


ROWS = [
    ("board:public", nothing, everyone(200)),
    ("board:boards", nothing, {**only(*STAFF), **specialists(200)}),
    ("board:boards", nothing, {**only(*STAFF, status=422), **specialists(422)}, "post"),
    ("board:board", draft, {**only(*STAFF), **specialists(200)}),
    ("board:publish", draft, only("hall_manager", status=302), "post", {"state_version": "0"}),
    ("board:correct", published, only("hall_manager")),
    ("board:correct", published, only("hall_manager", status=422), "post"),
    (
        "board:row", row,
        {**only(otherwise=404), "citizen": 403, "other_citizen": 403,
         **dict.fromkeys(("clerk", "department_head", "supervisor", "hall_manager", "auditor", "administrator"), 200)},
    ),
    (
        "board:row", row,
        {**only(otherwise=404), "citizen": 403, "other_citizen": 403, "clerk": 422, "department_head": 422,
         **dict.fromkeys(("supervisor", "hall_manager", "auditor", "administrator"), 403)},
        "post",
    ),
]  # fmt: skip
