"""The sentences hold whatever the figures are: missing, zero, the same, better or worse; and percentages agree."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.supervision.reports import marks, wording
from portal.supervision.reports.figures import FIGURES, SECTIONS, Span
from portal.supervision.reports.marks import Bound
from portal.supervision.reports.models import Comparison
from portal.supervision.reports.writing import first_text

pytestmark = pytest.mark.once
SPAN = Span(dt.date(2026, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 6, 30))
ON_TIME, OVERDUE = FIGURES["approvals.on_time_rate"], FIGURES["approvals.overdue_rate"]
RECEIVED = FIGURES["approvals.received"]


def approvals(**figures: Any) -> dict[str, Any]:
    return {"approvals": figures}


def resting(blocks: dict[str, Any], **bases: int) -> dict[str, Any]:
    """The same with that on how many its rates and means rest."""
    return blocks | {"bases": {"approvals": bases}}


def bound(now: dict[str, Any], then: dict[str, Any] | None = None, departments: Any = ()) -> Bound:
    return Bound(now, then, list(departments), Comparison.LAST_YEAR, SPAN, sample=5)


@pytest.mark.parametrize(
    ("new", "old", "said"),
    [
        (110, 100, "up 10.0% on the year before"),
        (90, 100, "down 10.0% on the year before"),
        (100, 100, "the same as in the same period last year"),
        (5, 0, "there was none in the same period last year"),
        (0, 0, "the same as in the same period last year"),
        (0, 8, "down 100.0% on the year before"),
        (100_000, 100_001, "nearly the same as in the same period last year"),
        (None, 8, ""),
        (8, None, ""),
    ],
)
def test_a_count_moves_by_percent_of_the_earlier_one(new, old, said):
    with translation.override("en"):
        assert wording.change(RECEIVED, approvals(received=new), approvals(received=old), "last_year") == said


@pytest.mark.parametrize(
    ("new", "old", "said"),
    [
        (39, 2, "up from 2 a year before to 39"),
        (0, 19, "down from 19 a year before to 0"),
        (39, 20, "up 95.0% on the year before"),
        (39, 0, "there was none in the same period last year"),
        (2, 2, "the same as in the same period last year"),
    ],
)
def test_from_few_both_figures_are_told_and_no_percentage(new, old, said):
    now, then = approvals(received=new), approvals(received=old)
    with translation.override("en"):
        assert wording.change(RECEIVED, now, then, "last_year", 20) == said
    with translation.override("zh-hans"):
        told = wording.change(RECEIVED, now, then, "last_year", 20)
    assert ("%" in told) == ("%" in said)


def test_a_table_shows_the_difference_where_a_percentage_would_say_too_much():
    few, many = approvals(received=2), approvals(received=20)
    with translation.override("en"):
        assert wording.moved(RECEIVED, approvals(received=39), few, 20) == "+37"
        assert wording.moved(RECEIVED, approvals(received=1), few, 20) == "−1"
        assert wording.moved(RECEIVED, approvals(received=39), many, 20) == "+95.0%"
        assert wording.moved(RECEIVED, approvals(received=19), many, 20) == "−5.0%"
        assert wording.moved(RECEIVED, approvals(received=48), approvals(received=0), 20) == "+48"
        assert wording.moved(ON_TIME, approvals(overdue_rate=0.5), approvals(overdue_rate=0.25), 20) == "−25.0 points"


def test_an_amount_and_a_mean_are_as_few_as_the_deals_and_cases_they_were_made_of():
    def deals(count: int, fen: int) -> dict[str, Any]:
        return {"procurement": {"total": {"deals": count, "deal_fen": fen}}}

    spent, days = FIGURES["procurement.total.deal_fen"], FIGURES["approvals.mean_actual_days"]
    now, then = (resting(approvals(mean_actual_days=one), mean_actual_days=3) for one in (9.0, 2.0))
    with translation.override("en"):
        said = wording.change(spent, deals(39, 900_000_00), deals(2, 20_000_00), "previous", 20)
        assert said == "up from CNY 20,000 in the period before to CNY 900,000"
        assert wording.change(spent, deals(39, 900_000_00), deals(30, 600_000_00), "previous", 20).startswith(
            "up 50.0%"
        )
        assert wording.change(days, now, then, "last_year", 20) == "up from 2.0 a year before to 9.0"
        assert wording.moved(days, now, then, 20) == "few (3 → 3)"


@pytest.mark.parametrize(
    ("new", "old", "said"),
    [
        (0.9875, 0.9812, "0.7 points higher than a year before"),  # 98.8 − 98.1 as printed, not 0.63
        (0.5, 0.75, "25.0 points lower than a year before"),
        (0.5, 0.5, "the same as in the same period last year"),
        (None, 0.5, ""),
    ],
)
def test_a_rate_moves_by_the_difference_of_what_is_printed(new, old, said):
    early = FIGURES["approvals.early_rate"]
    with translation.override("en"):
        assert wording.change(early, approvals(early_rate=new), approvals(early_rate=old), "last_year") == said


@given(late=st.integers(0, 5000), more=st.integers(0, 5000))
def test_a_share_and_its_complement_add_up_to_a_hundred(late, more):
    whole = late + more
    if not whole:
        return
    now = approvals(overdue_rate=late / whole, on_time_rate=more / whole)
    assert wording.printed(ON_TIME, now) + wording.printed(OVERDUE, now) == 100  # type: ignore[operator]


def test_without_a_comparison_nothing_is_said_of_change():
    assert wording.change(RECEIVED, approvals(received=3), None, "none") == ""
    assert wording.change(RECEIVED, approvals(received=3), approvals(received=1), "none") == ""


def test_fewer_late_cases_are_better_and_more_are_worse():
    less, more = approvals(overdue=2), approvals(overdue=5)
    figure = FIGURES["approvals.overdue"]
    assert wording.verdict(figure, less, more) == 1
    assert wording.verdict(figure, more, less) == -1
    assert wording.verdict(figure, more, more) == wording.verdict(figure, more, None) == 0


def test_amounts_are_written_as_reports_write_them():
    with translation.override("zh-hans"):
        assert wording.amount(222_490_000_00) == "2.22亿元"
        assert wording.amount(12_717_100_00) == "1,271.71万元"
        assert wording.amount(999_00) == "999 元"


NOTHING: dict[str, Any] = {}
ZEROES = {"approvals": {"received": 0, "concluded": 0}, "hotline": {"recorded": 0}, "ratings": {"given": 0}}
ON_TIME_ALL = approvals(received=5, accepted=5, concluded=5, promise_concluded=5, overdue=0, overdue_rate=0.0,
                        on_time_rate=1.0, early_rate=0.4, open=0, open_overdue=0)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("now", [NOTHING, ZEROES, ON_TIME_ALL])
def test_every_first_text_has_whole_sentences_and_known_figures(now, language):
    with translation.override(language):
        given_text = first_text(bound(now))
        assert set(given_text) == {"opening", "closing", *SECTIONS}
        for key, text in given_text.items():
            assert marks.problems(text) == [], key
            told = marks.plain(text, bound(now))
            assert "{" not in told and "None" not in told
            assert key == "closing" or told.rstrip().endswith((".", "。")), told


def test_what_did_not_happen_is_said_and_not_counted_as_zero():
    with translation.override("en"):
        quiet = first_text(bound(ZEROES))
        assert quiet["approvals"] == "No application was filed or concluded in this period."
        assert quiet["ratings"] == "No rating was given in this period, so there is no satisfaction rate."
        punctual = marks.plain(first_text(bound(ON_TIME_ALL))["approvals"], bound(ON_TIME_ALL))
    assert "No application was concluded late." in punctual
    assert "The on-time rate was 100.0%" in punctual
    assert "none of them overdue" in punctual


def test_only_a_worse_overdue_rate_asks_for_causes():
    better, worse = (
        approvals(**ON_TIME_ALL["approvals"] | {"overdue": 1, "overdue_rate": 0.1, "on_time_rate": 0.9}),
        {"approvals": ON_TIME_ALL["approvals"] | {"overdue": 2, "overdue_rate": 0.2, "on_time_rate": 0.8}},
    )
    with translation.override("en"):
        assert "asked to find the causes" in first_text(bound(worse, better))["approvals"]
        assert "asked to find the causes" not in first_text(bound(better, worse))["approvals"]


def row(code: str, rate: float, cases: int) -> dict[str, Any]:
    block = {"promise_concluded": cases, "on_time_rate": rate, "overdue_rate": 1 - rate}
    return {"code": code, "name": code, "pk": 7, "now": {"approvals": block}, "then": None}


def test_departments_are_named_only_with_enough_cases():
    rows = [row("A", 1.0, 4), row("B", 0.9, 50), row("C", 0.95, 9), row("D", 0.5, 5)]
    assert [one["code"] for one in marks.ranked("approvals.on_time_rate", bound(NOTHING, None, rows))] == [
        "C",
        "B",
        "D",
    ]
    with translation.override("en"):
        told = marks.plain("{approvals.on_time_rate:top}; {approvals.on_time_rate:bottom}", bound(NOTHING, None, rows))
    assert told == "C (95.0%), B (90.0%) and D (50.0%); D (50.0%), B (90.0%) and C (95.0%)"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_text_comes_back_from_the_editor_as_it_was(language):
    with translation.override(language):
        names = [str(figure.label) for figure in FIGURES.values()]
        assert len(set(names)) == len(names), "two figures of one name cannot be told apart in the editor"
        for path in FIGURES:
            text = f"甲{{{path}}}乙{{{path}:change}}。"
            assert "." not in marks.spoken(text).replace(" ", "").strip("甲乙。"), marks.spoken(text)
            assert marks.kept(marks.spoken(text)) == text
        ranked = "{approvals.on_time_rate:top}{approvals.on_time_rate:bottom}"
        assert marks.kept(marks.spoken(ranked)) == ranked


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{approvals.invented}", "There is no figure called “approvals.invented”."),
        ("{approvals.received:sideways}", "“sideways” cannot be said of a figure."),
        ("{hall.tickets:top}", "Departments cannot be ranked by “Numbers taken”."),
        ("{approvals.received", "A figure's mark is damaged: it is written as {Received}."),
        ("100}", "A figure's mark is damaged: it is written as {Received}."),
    ],
)
def test_a_damaged_mark_is_named(text, said):
    with translation.override("en"):
        assert marks.problems(text) == [said]


def test_a_number_typed_by_hand_is_noticed():
    assert marks.typed_digits("办结 32 件")
    assert not marks.typed_digits("九成群众等候不超过{hall.wait_p90_minutes}分钟")


LEFT = {
    "approvals": ON_TIME_ALL["approvals"] | {"open_overdue": 3, "late_answers": 0},
    "ratings": {"bad": 2},
    "hotline": {"open_overdue": None},
}


def test_the_closing_names_what_is_left_to_do_and_nothing_else():
    with translation.override("en"):
        told = marks.plain(first_text(bound(LEFT))["closing"], bound(LEFT))
        assert told.startswith(
            "What remains: 3 applications are still open past their promised day; 2 visitors gave a bad rating."
        )
        assert first_text(bound(ON_TIME_ALL))["closing"] == "", "where all is well there is nothing to say"


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"amber": 0, "red": 0, "reminders": 2}, "Supervision lit no lamp; units were reminded 2 times."),
        ({"amber": 1, "red": 0, "reminders": 0}, "Supervision lit 1 amber and 0 red lamps; nobody had to be reminded."),
    ],
)
def test_who_was_not_reminded_is_not_reminded_nought_times(figures, said):
    now = {"supervision": {"orders": 0, **figures}}
    with translation.override("en"):
        assert marks.plain(first_text(bound(now))["supervision"], bound(now)) == said


def test_supervision_orders_lead_to_the_list_of_supervision_orders_of_the_period():
    span = Span(dt.date(2026, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 6, 30), 7)
    for name, by in (("orders", "issued"), ("orders_answered", "answered")):
        link = FIGURES[f"supervision.{name}"].link
        assert link is not None
        path, _, query = link(span).partition("?")
        assert path == reverse("monitoring:acts")
        assert query == f"kind=order&by={by}&from=2026-01-01&to=2026-06-30&department=7"


def test_a_rate_of_one_in_two_does_not_move_by_points_as_one_of_a_thousand_does():
    half, whole = approvals(on_time_rate=0.5, overdue_rate=0.5), approvals(on_time_rate=1.0, overdue_rate=0.0)
    few, now = resting(half, on_time_rate=2), resting(half, on_time_rate=1000)
    then = resting(whole, on_time_rate=1000)
    with translation.override("en"):
        assert wording.change(ON_TIME, few, then, "last_year", 20) == "down from 100.0% a year before to 50.0%"
        assert wording.change(ON_TIME, then, few, "last_year", 20) == "up from 50.0% a year before to 100.0%"
        assert wording.change(ON_TIME, now, then, "last_year", 20) == "50.0 points lower than a year before"
        assert wording.moved(ON_TIME, few, then, 20) == "few (1,000 → 2)"
        assert wording.verdict(ON_TIME, few, then, 20) == 0 > wording.verdict(ON_TIME, now, then, 20)


def test_nobody_is_asked_for_the_causes_of_a_rate_that_rests_on_few():
    def text(cases: int) -> str:
        figures = ON_TIME_ALL["approvals"] | {"promise_concluded": cases}
        now, then = (
            resting({"approvals": figures | {"overdue": late, "overdue_rate": late / 10}}, overdue_rate=cases)
            for late in (3, 1)
        )
        with translation.override("en"):
            return first_text(Bound(now, then, [], Comparison.LAST_YEAR, SPAN, least=20))["approvals"]

    assert "asked to find the causes" in text(1000)
    assert "asked to find the causes" not in text(2)
