"""A case and its rating: asked for when it is decided, given by its applicant, counted with what could be rated."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from approvals.cases.measures import CASE_MEASURES, DIMENSIONS
from approvals.cases.models import Case
from approvals.catalogue.models import Item
from hall.ratings import hooks, notices
from hall.ratings.imported import ImportedRating, store_with_cases
from hall.ratings.lifecycle import RECTIFICATION
from hall.ratings.models import Invitation, Rating
from hall.ratings.services import invite
from hall.ratings.sources import FULL, Deduction, Score, ScoreSource, register_score_source
from portal.core.events import on_event
from portal.core.jobs import Job, job
from portal.core.notifications import Words
from portal.core.statistics.blocks import Scope
from portal.core.statistics.read import SMALLEST, period

if TYPE_CHECKING:
    from portal.core.exchange import ImportRun, Row

KIND = "case"
DECIDED = ("approved", "refused")


@job("cases.ask_rating")
def ask_rating(payload: dict[str, Any], _job: Job) -> None:
    """Ask the applicant of a decided case; once, however often it is decided."""
    case = Case.objects.select_related("item").get(pk=payload["stream_id"])
    if case.imported or case.outcome not in DECIDED:
        return  # undone meanwhile
    invitation = invite(
        kind=KIND,
        subject=case.number or "",
        department_id=case.department_id,
        window_id=case.window_id,
        staff_id=case.staff_id,
        item_code=case.item.code,
        invited_id=case.applicant_id,
        served_at=case.decided_at,
    )
    notices.ask_for(invitation, Words(case.item.name, case.item.name_en))


def rating_of(case: Case) -> dict[str, Any]:
    """For the applicant's page: the invitation that waits, or what they said and what became of it; two queries."""
    invitation = Invitation.objects.filter(kind=KIND, subject=case.number or "").first()
    if invitation is None:
        return {}
    rating = Rating.objects.filter(invitation=invitation, is_default=False).select_related("rectification").first()
    if rating is None:
        waits = not invitation.is_settled and not invitation.is_expired
        return {"invitation": invitation} if waits else {}
    work = getattr(rating, "rectification", None)
    return {"rating": rating, "work": work, "state": RECTIFICATION.states[work.state].label if work else ""}


# --- what the figures of ratings ask ------------------------------------------------------------------------------------


def rateable(scope: Scope) -> Mapping[Any, int]:
    """Concluded cases, by row: every one could be rated."""
    by = DIMENSIONS[scope.by] if scope.by else None
    filters = {"department_id": scope.department_id} if scope.department_id else {}
    rows = period(CASE_MEASURES, SMALLEST, scope.first, scope.last, figures=("concluded",), by=by, filters=filters)
    return {key: sums["concluded"] for key, sums in rows.items()}


def item_keys(codes: Sequence[str]) -> Mapping[str, int]:
    return dict(Item.objects.filter(code__in=codes).values_list("code", "pk"))


def item_names(codes: Sequence[str]) -> Mapping[str, str]:
    english = (get_language() or "").startswith("en")
    rows = Item.objects.filter(code__in=codes).values_list("code", "name", "name_en")
    return {code: (name_en if english and name_en else name) for code, name, name_en in rows}


def subjects(source: str, ids: Sequence[str]) -> Mapping[str, hooks.SubjectFacts]:
    """Cases by the portal's number, or by the id that the same source gave them."""
    known = Q(number__in=ids) | Q(source=source, external_id__in=ids)
    rows = Case.objects.filter(known, decided_on__isnull=False).select_related("item")
    found = {}
    for case in rows:
        facts = hooks.SubjectFacts(case.department_id, case.window_id, case.staff_id, case.item.code)
        for name in (case.number, case.external_id if case.source == source else None):
            if name:
                found[name] = facts
    return found


# --- imported cases -------------------------------------------------------------------------------------------------------


def store_imported(
    rows: "Sequence[Row]", links: Mapping[str, tuple[int, int, int | None, int | None]], run: "ImportRun"
) -> None:
    """The ratings that rows of cases carry; `links` are item, department, window and staff by external id."""
    rated = [row for row in rows if row.values["rating"] is not None]
    if not rated:
        return
    codes = dict(Item.objects.filter(pk__in={links[row.external_id][0] for row in rated}).values_list("pk", "code"))
    found = []
    for row in rated:
        item_id, department_id, window_id, staff_id = links[row.external_id]
        values = row.values
        moment = values["rated_at"] or values["decided_at"] or values["submitted_at"]
        found.append(
            ImportedRating(
                external_id=row.external_id,
                kind=KIND,
                subject=row.external_id,
                department_id=department_id,
                window_id=window_id,
                staff_id=staff_id,
                item_code=codes[item_id],
                grade=values["rating"],
                rated_at=moment,
                stands_alone=values["outcome"] not in DECIDED,
            )
        )
    store_with_cases(run.source, found, run.actor)


# --- the red and blue board --------------------------------------------------------------------------------------------

COLUMNS = {"window": "window_id", "department": "department_id", "staff": "staff_id"}
SHOWN = 50  # late cases that are listed for one subject; the points count all


def punctuality(first: dt.date, last: dt.date, kind: str) -> Mapping[int, Score]:
    """The share of promise cases decided by their day; every late one is named by its number."""
    column = COLUMNS[kind]
    figures = ("early", "on_due_day", "overdue")
    sums = period(CASE_MEASURES, "window", first, last, figures=figures, by=column)
    late = _late(first, last, column)
    found = {}
    for key, row in sums.items():
        total = sum(row.values())
        if key and total:
            points = FULL * (row["early"] + row["on_due_day"]) // total
            told = tuple(
                Deduction(day, _("Decided late: %(number)s") % {"number": number}, FULL // total, f"/case/{pk}/")
                for pk, number, day in late.get(key, [])[:SHOWN]
            )
            found[key] = Score(points, total, told)
    return found


def _late(first: dt.date, last: dt.date, column: str) -> dict[int, list[tuple[int, str, dt.date]]]:
    rows = Case.objects.filter(
        decided_on__range=(first, last), kind="promise", outcome__in=DECIDED, decided_on__gt=F("promised_due_on")
    )
    found: dict[int, list[tuple[int, str, dt.date]]] = {}
    for key, pk, number, day in rows.order_by("decided_on", "pk").values_list(column, "pk", "number", "decided_on"):
        found.setdefault(key or 0, []).append((pk, number or "", day))
    return found


def connect() -> None:
    """Called in `ready()`."""
    for code in ("approve", "refuse"):
        on_event(f"case.{code}", "cases.ask_rating")
    hooks.register_rateable("cases", rateable)
    hooks.register_item_keys("cases", item_keys)
    hooks.register_item_names("cases", item_names)
    hooks.register_subjects(KIND, subjects)
    register_score_source(ScoreSource("punctuality", gettext_lazy("Punctuality"), punctuality, order=20))
