"""How a board is worked out: the sources' scores by the weights of the month, ranked where there is enough to say."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.utils.translation import override

from hall.board.models import Board, BoardRow
from hall.models import Window, WindowDuty
from hall.ratings.sources import KINDS, Score, score_sources
from portal.core.rules import rule
from portal.people.models import Department, User

STARS = ((9_800, 5), (9_500, 4), (9_000, 3), (8_000, 2), (0, 1))


def month_end(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)


def scores_of(month: dt.date, kind: str) -> dict[int, dict[str, Score]]:
    """Subject → source → score, as all sources know them."""
    found: dict[int, dict[str, Score]] = defaultdict(dict)
    # The evidence is written once, in the centre's language: it is part of the record.
    with override("zh-hans"):
        for source in score_sources():
            for subject, score in source.read(month, month_end(month), kind).items():
                found[subject][source.code] = score
    return found


def weighted(scores: Mapping[str, Score], weights: Mapping[str, int]) -> int | None:
    """The mean by weights over the sources that know something; None where none of them has a weight."""
    counted = {code: score for code, score in scores.items() if weights.get(code)}
    total = sum(weights[code] for code in counted)
    if not total:
        return None
    return sum(score.points * weights[code] for code, score in counted.items()) // total


def rows_of(board: Board) -> list[BoardRow]:
    """All rows of a board, not ranked yet; a handful of queries for each kind."""
    rows = []
    for kind in KINDS:
        scores = scores_of(board.month, kind)
        names = _names(kind, scores, month_end(board.month))
        for subject, by_source in scores.items():
            points = weighted(by_source, board.weights)
            if points is None or subject not in names:
                continue
            parts = [_part(code, by_source[code], board.weights) for code in by_source if board.weights.get(code)]
            rows.append(
                BoardRow(
                    board=board, kind=kind, subject_id=subject, points=points, parts=parts,
                    sample=sum(part["sample"] for part in parts), **names[subject],
                )
            )  # fmt: skip
    return rows


def _part(code: str, score: Score, weights: Mapping[str, int]) -> dict[str, Any]:
    deductions = [{**asdict(one), "on": one.on.isoformat()} for one in score.deductions]
    return {
        "source": code, "weight": weights[code], "points": score.points, "sample": score.sample,
        "deductions": deductions,
    }  # fmt: skip


def rank(board: Board, rows: Iterable[BoardRow]) -> None:
    """Rank, stars and side of every kind; equal points share a rank. Who has too little to say is not ranked."""
    shares = rule("board.red_share", month_end(board.month)).share
    blue_below = rule("board.blue_below", month_end(board.month)).days * 100
    by_kind: dict[str, list[BoardRow]] = defaultdict(list)
    for row in rows:
        row.rank, row.stars, row.side = None, None, BoardRow.Side.NONE
        if row.sample >= board.minimum_sample:
            by_kind[row.kind].append(row)
    for ranked in by_kind.values():
        ranked.sort(key=lambda row: (-row.total, -row.sample, row.code))
        red_places = int(len(ranked) * shares)
        for place, row in enumerate(ranked, 1):
            same = ranked[place - 2] if place > 1 else None
            row.rank = same.rank if same is not None and same.total == row.total else place
            row.stars = next(stars for least, stars in STARS if row.total >= least)
            if row.total < blue_below:
                row.side = BoardRow.Side.BLUE
            elif row.rank is not None and row.rank <= max(1, red_places):
                row.side = BoardRow.Side.RED


def _names(kind: str, subjects: Iterable[int], day: dt.date) -> dict[int, dict[str, Any]]:
    if kind == "window":
        windows = Window.objects.filter(pk__in=list(subjects))
        return {
            one.pk: {"code": one.code, "name": one.name, "name_en": one.name_en, "department_id": one.department_id}
            for one in windows
        }
    if kind == "department":
        departments = Department.objects.filter(pk__in=list(subjects))
        return {
            one.pk: {
                "code": one.code, "name": one.short_name or one.name, "name_en": one.name_en, "department_id": one.pk,
            }
            for one in departments
        }  # fmt: skip
    return _people(list(subjects), day)


def _people(subjects: list[int], day: dt.date) -> dict[int, dict[str, Any]]:
    """People by the window at which they served last; the public never reads the name."""
    duties = WindowDuty.objects.filter(posting__user__in=subjects, starts_on__lte=day).order_by("starts_on", "pk")
    places = {
        user_id: (code, department_id)
        for user_id, code, department_id in duties.values_list("posting__user", "window__code", "posting__department")
    }
    found = {}
    for one in User.objects.filter(pk__in=subjects):
        code, department_id = places.get(one.pk, ("", None))
        found[one.pk] = {"code": code, "name": one.name, "name_en": one.name_en, "department_id": department_id}
    return found
