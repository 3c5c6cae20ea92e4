"""Ratings of other systems: the form of the exchange, sent twice, mended, contradicting, and with unknown subjects."""

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hall.ratings.models import Rating, Rectification
from portal.core import audit, statistics
from portal.core.models import ImportReject
from portal.people.models import Department
from portal.supervision.indicators import indicators
from tests import factories
from tests.queries import queries_of_events

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = (
    "external_id", "subject", "subject_id", "channel", "department_code", "department_name", "window_code",
    "staff_code", "grade", "default", "rated_at", "comment", "rectified_at",
)  # fmt: skip
GOOD = {"external_id": "1", "department_code": "SCJG", "grade": "5", "rated_at": "2025-03-03T10:00"}


def bring(tmp_path: Path, *rows: dict[str, str], form: str = "ratings", names: Any = NAMES) -> int:
    path = tmp_path / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, names)
        writer.writeheader()
        writer.writerows(rows)
    try:
        call_command(f"import_{form}", str(path), source="old")
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def block(**more: Any) -> dict[str, Any]:
    statistics.refresh_all()
    call_command("verify_statistics")
    return indicators(dt.date(2025, 1, 1), dt.date(2025, 12, 31), **more)["ratings"]


def test_rows_are_taken_in_once_and_what_changed_is_written(tmp_path):
    factories.department()
    assert bring(tmp_path, GOOD, {**GOOD, "external_id": "2", "grade": "3", "comment": "还行"}) == 0
    assert bring(tmp_path, GOOD, {**GOOD, "external_id": "2", "grade": "2", "comment": "还行"}) == 0
    assert dict(Rating.objects.values_list("external_id", "grade")) == {"1": 5, "2": 2}
    assert Rating.objects.get(external_id="2").comment == "还行"
    assert block()["given"] == 2 and block()["satisfaction_rate"] == 0.5


def test_the_events_of_changed_ratings_cost_the_same_however_many_they_are(tmp_path):
    factories.department()

    def asked(count: int) -> int:
        rows = [{**GOOD, "external_id": f"{count}-{n}"} for n in range(count)]
        bring(tmp_path, *rows)
        with CaptureQueriesContext(connection) as seen:
            bring(tmp_path, *({**one, "grade": "4"} for one in rows))
        return queries_of_events(seen)

    assert asked(3) == asked(30)
    assert Rating.objects.filter(grade=4).count() == 33 and list(audit.differences()) == []


def test_a_bad_one_opens_no_work_and_its_rectification_counts_by_the_limit(tmp_path):
    factories.department()
    bad = {**GOOD, "grade": "1"}
    rows = [
        {**bad, "external_id": "in time", "rectified_at": "2025-03-10T17:00"},
        {**bad, "external_id": "late", "rectified_at": "2025-03-11T09:00"},
        {**bad, "external_id": "never"},
        {**GOOD, "external_id": "nobody", "default": "1"},
    ]
    assert bring(tmp_path, *rows) == 0
    assert not Rectification.objects.exists()
    found = block()
    assert (found["given"], found["bad"]) == (3, 3)
    assert found["rectification_rate"] == 1 / 3
    assert found["active_rate"] == 3 / 4


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"grade": "9"}, "grade"),
        ({"grade": ""}, "grade"),
        ({"rated_at": "gestern"}, "rated_at"),
        ({"channel": "smoke"}, "channel"),
        ({"rectified_at": "2025-03-01T10:00"}, "rectified_at"),
        ({"default": "1", "rectified_at": "2025-03-05T10:00"}, "rectified_at"),
        ({"department_code": ""}, "department_code"),
        ({"department_code": "", "subject": "case", "subject_id": "unknown"}, "department_code"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_with_a_reason_and_stops_nothing(tmp_path, wrong, said):
    factories.department()
    assert bring(tmp_path, {**GOOD, **wrong}, {**GOOD, "external_id": "2"}) == 3
    assert list(Rating.objects.values_list("external_id", flat=True)) == ["2"]
    assert said in ImportReject.objects.get().reason


def test_a_department_that_nobody_knows_becomes_a_draft(tmp_path):
    row = {**GOOD, "department_code": "", "department_name": "市气象局", "window_code": "Q9", "staff_code": "nobody"}
    assert bring(tmp_path, row) == 0
    rating = Rating.objects.select_related("department").get()
    assert rating.department.name == "市气象局" and rating.department.provisional
    assert rating.window is None and rating.staff is None


CASE_NAMES = (
    "external_id", "item_code", "item_name", "department_code", "department_name", "submitted_at", "accepted_at",
    "promised_days", "decided_at", "outcome", "rating", "rated_at",
)  # fmt: skip
CASE = {
    "external_id": "C1", "item_name": "食品经营许可", "department_name": "市场监管局", "promised_days": "5",
    "submitted_at": "2025-03-03T09:00", "accepted_at": "2025-03-03T10:00", "decided_at": "2025-03-05T10:00",
    "outcome": "approved",
}  # fmt: skip


def test_ratings_that_come_with_cases_are_stored_and_each_concluded_case_could_be_rated(tmp_path):
    rows = [
        {**CASE, "rating": "5", "rated_at": "2025-03-06T10:00"},
        {**CASE, "external_id": "C2", "rating": "2"},
        {**CASE, "external_id": "C3"},
        {**CASE, "external_id": "C4"},
    ]
    assert bring(tmp_path, *rows, form="cases", names=CASE_NAMES) == 0
    found = block()
    assert (found["given"], found["satisfied"], found["active_rate"]) == (2, 1, 0.5)
    days = dict(Rating.objects.values_list("subject", "rated_on"))
    assert days == {"C1": dt.date(2025, 3, 6), "C2": dt.date(2025, 3, 5)}
    # The same again changes nothing; a changed grade is the same rating.
    rows[1]["rating"] = "3"
    assert bring(tmp_path, *rows, form="cases", names=CASE_NAMES) == 0
    assert (block()["given"], block()["satisfied"]) == (2, 2)


def test_one_matter_has_one_rating_whichever_file_tells_of_it(tmp_path):
    assert bring(tmp_path, {**CASE, "rating": "5"}, form="cases", names=CASE_NAMES) == 0
    told = {"external_id": "r1", "subject": "case", "subject_id": "C1", "grade": "2", "rated_at": "2025-03-06T10:00"}
    assert bring(tmp_path, told) == 0
    rating = Rating.objects.get()
    assert (rating.external_id, rating.grade, rating.stands_alone) == ("r1", 2, False)
    assert rating.department == Department.objects.get() and rating.item_code
    assert block()["active_rate"] == 1
    assert bring(tmp_path, {**CASE, "rating": "4"}, form="cases", names=CASE_NAMES) == 0
    assert Rating.objects.get().grade == 2
