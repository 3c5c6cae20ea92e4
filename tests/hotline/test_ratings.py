"""Imported ratings of tickets: found by the source's number or ours, and counted in the hotline's satisfaction once."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from hall.ratings.models import Rating
from hotline.models import Ticket
from portal.core import statistics
from portal.supervision.indicators import indicators
from tests import factories
from tests.hotline.objects import World
from tests.ratings.test_import import GOOD, bring

pytestmark = pytest.mark.django_db(transaction=True)


def ticket(**more: Any) -> Ticket:
    values = {
        "title": "路灯", "content": "路灯不亮", "recorded_at": factories.moment("2025-03-01 10:00"),
        "recorded_on": dt.date(2025, 3, 1), "urgent_at": factories.moment("2025-03-01 10:00"), "imported": True,
        "source": "old", "external_id": "T-1", "department": factories.department(),
    }  # fmt: skip
    return Ticket.objects.create(**{**values, **more})


def row(**more: str) -> dict[str, str]:
    return {**GOOD, "subject": "ticket", "subject_id": "T-1", "department_code": "", **more}


def hotline() -> dict[str, Any]:
    statistics.refresh_all()
    assert not list(statistics.differences())
    return indicators(dt.date(2025, 1, 1), dt.date(2025, 12, 31))["hotline"]


def test_a_rating_finds_its_ticket_by_the_number_of_the_source_and_counts(tmp_path: Path):
    made = ticket()
    other = ticket(external_id="T-2")
    assert bring(tmp_path, row(), row(external_id="2", subject_id="T-2", grade="1")) == 0
    made.refresh_from_db()
    other.refresh_from_db()
    assert (made.rated_grade, made.rated_on, other.rated_grade) == (5, dt.date(2025, 3, 3), 1)
    assert Rating.objects.get(external_id="1").department == factories.department()
    assert hotline()["satisfaction_rate"] == 0.5


def test_or_by_our_number_and_sent_again_with_another_grade_it_is_the_same_one(tmp_path: Path):
    made = World().closed()
    Ticket.objects.filter(pk=made.pk).update(satisfied=None)
    number = str(made.number).lower()
    assert bring(tmp_path, row(subject_id=number)) == 0
    assert bring(tmp_path, row(subject_id=number, grade="2")) == 0
    made.refresh_from_db()
    assert (made.rated_grade, Rating.objects.count()) == (2, 1)


def test_what_the_caller_said_at_the_call_back_stands_and_is_not_counted_twice(tmp_path: Path):
    day = dt.date(2025, 3, 2)
    at = factories.moment("2025-03-02 10:00")
    ticket(called_back_at=at, called_back_on=day, satisfied=False)
    assert bring(tmp_path, row(grade="5")) == 0
    assert hotline()["satisfaction_rate"] == 0


def test_a_rating_that_moves_to_another_ticket_leaves_the_first_one(tmp_path: Path):
    first, second = ticket(), ticket(external_id="T-2")
    assert bring(tmp_path, row()) == 0
    assert bring(tmp_path, row(subject_id="T-2")) == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.rated_grade, second.rated_grade) == (None, 5)
    assert hotline()["satisfaction_rate"] == 1


def test_a_default_is_nobodys_judgement_and_an_unknown_ticket_needs_a_department(tmp_path: Path):
    made = ticket()
    assert bring(tmp_path, row(default="1")) == 0
    made.refresh_from_db()
    assert made.rated_grade is None
    assert bring(tmp_path, row(external_id="9", subject_id="nobody knows")) == 3
    factories.department()
    known = row(external_id="9", subject_id="nobody knows", department_code="SCJG")
    assert bring(tmp_path, known) == 0 and Rating.objects.filter(subject="nobody knows").exists()
