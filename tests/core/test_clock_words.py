"""The clock's explanation in words."""

import datetime as dt

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from portal.core.calendar import workdays
from portal.core.clock import Clock, ClockError, Ground
from portal.core.clock_words import GROUNDS, REFUSALS, refusal, worded


@pytest.mark.django_db
def test_the_explanation_names_holidays_worked_weekends_and_the_special_procedure() -> None:
    clock = Clock(dt.date(2024, 9, 26), 6, 20, index=workdays())
    clock.stop(dt.date(2024, 9, 27), ground="hearing").resume(dt.date(2024, 9, 30))
    with translation.override("en"):
        days = worded(clock.explain(), {"hearing": "Hearing"})
    told = {day.on.isoformat()[5:]: (day.counted, day.what) for day in days}
    assert told["09-26"] == (None, "Start")
    assert told["09-27"] == (1, "Working day")
    assert told["09-28"] == (None, "Weekend")
    assert told["09-29"] == (None, "Clock stopped: Hearing")
    assert told["10-01"] == (None, "Day off: National Day")
    assert told["10-12"] == (6, "Due day: worked in exchange for National Day")
    with translation.override("en"):
        assert {day.why for day in days if day.on.day == 29} == {str(GROUNDS[Ground.SPECIAL_PROCEDURE])}
    page = render_to_string("core/_why_due.html", {"days": days})
    assert "Clock stopped: Hearing" in page
    assert page.count("<tr>") == len(days) + 1


@pytest.mark.django_db
def test_a_due_date_on_fixed_rules_says_so() -> None:
    clock = Clock(dt.date(2026, 12, 30), 5, 20, index=workdays())
    days = worded(clock.explain())
    assert clock.provisional
    assert [day.on.year for day in days if day.provisional] == [2027] * sum(day.on.year == 2027 for day in days)


def test_every_ground_and_every_refusal_has_words() -> None:
    assert set(GROUNDS) == set(Ground)
    for code in REFUSALS:
        error = refusal(ClockError(code))
        assert (error.status, error.code) == (409, f"clock_{code}")
        assert error.message == str(REFUSALS[code])
