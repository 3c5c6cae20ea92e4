"""Points by hand: both directions, the line between floor and target, what is left out, shared ranks."""

import datetime as dt
from fractions import Fraction as F

import pytest

from portal.core.statistics.blocks import registered_block
from portal.core.time import driven_clock
from portal.supervision.scores import weeks
from portal.supervision.scores.figures import Reading, read_figure
from portal.supervision.scores.reckoning import Rule, fulfilment, ranks, score, spread
from tests import factories

MORE = Rule("more", 60, F(90), F(50), minimum=5)
LESS = Rule("less", 40, F(0), F(5), minimum=5)


def reading(part, whole):
    return Reading(part, whole, whole)


@pytest.mark.parametrize(("percent", "worth"), [(40, 0), (50, 0), (60, F(1, 4)), (70, F(1, 2)), (90, 1), (100, 1)])
def test_where_more_is_better_points_grow_in_a_line_from_floor_to_target(percent, worth):
    assert fulfilment(MORE, F(percent, 100)) == worth


@pytest.mark.parametrize(("percent", "worth"), [(0, 1), (1, F(4, 5)), (F(5, 2), F(1, 2)), (5, 0), (60, 0)])
def test_where_less_is_better_the_line_falls(percent, worth):
    assert fulfilment(LESS, F(percent) / 100) == worth


def test_a_count_is_measured_by_itself_and_not_in_percent():
    rule = Rule("red", 10, F(0), F(20), share=False)
    assert fulfilment(rule, F(5)) == F(3, 4)


def test_points_are_the_weights_times_what_was_reached():
    found = score([MORE, LESS], {"more": reading(70, 100), "less": reading(1, 100)})
    # 60 × ½ = 30.00; 40 × ⅘ = 32.00
    assert [part.points for part in found.parts] == [3000, 3200]
    assert [part.lost for part in found.parts] == [3000, 800]
    assert (found.points, found.measured) == (6200, 100)


def test_points_and_what_was_lost_are_always_a_hundred_together():
    rules = [Rule(f"r{n}", weight, F(97), F(31), 0) for n, weight in enumerate((13, 17, 29, 41))]
    found = score(rules, {f"r{n}": reading(n * 7 + 3, 37) for n in range(4)})
    assert found.points + sum(part.lost for part in found.parts) == 10_000


def test_nothing_to_divide_by_is_left_out_and_is_neither_zero_nor_full():
    found = score([MORE, LESS], {"more": reading(0, 0), "less": reading(0, 100)})
    nothing, whole = found.parts
    assert (nothing.left_out, nothing.points, nothing.weight, nothing.lost) == ("nothing", 0, 0, 0)
    assert whole.weight == 10_000, "its weight went to the others, openly"
    assert (found.points, found.measured) == (10_000, 40)


def test_a_sample_below_the_minimum_is_left_out_and_one_at_it_counts():
    assert score([MORE], {"more": reading(4, 4)}).parts[0].left_out == "sample"
    assert score([MORE], {"more": reading(4, 4)}).points is None
    assert score([MORE], {"more": reading(5, 5)}).points == 10_000


def test_weights_that_do_not_divide_give_their_rest_to_the_largest_remainder():
    assert spread([10, 10, 10]) == [3334, 3333, 3333]
    assert sum(spread([15, 10, 10, 15, 10])) == 10_000


def test_equal_points_share_a_rank_and_the_next_one_is_left_free():
    assert ranks({"a": 9000, "b": 9500, "c": 9000, "d": 8000}) == {"b": 1, "a": 2, "c": 2, "d": 4}


class TestFiguresOfTheBlocks:
    """The numerator and denominator are those of the block's own formula."""

    def test_a_share_is_read_as_the_two_sums_that_it_divides(self):
        found = read_figure(
            registered_block("approvals"), "early_rate", "", {"early": 3, "on_due_day": 1, "overdue": 2}
        )
        assert (found.numerator, found.denominator, found.value) == (3, 6, F(1, 2))

    def test_a_difference_is_divided_too_and_its_sample_is_the_count_that_was_named(self):
        sums = {"compressible_legal_days": 40, "compressible_promised_days": 30, "promise_concluded": 2}
        found = read_figure(registered_block("approvals"), "time_compression", "promise_concluded", sums)
        assert (found.numerator, found.denominator, found.sample) == (10, 40, 2)

    def test_no_sums_at_all_are_no_value(self):
        found = read_figure(registered_block("ratings"), "satisfaction_rate", "", {})
        assert found.value is None

    def test_a_count_has_no_denominator_and_nothing_counted_is_zero(self):
        found = read_figure(registered_block("supervision"), "red", "", {})
        assert (found.value, found.denominator, found.sample) == (0, None, None)


@pytest.mark.django_db
class TestWeeks:
    """When a ranking is due, by the working calendar."""

    def due(self, moment, latest):
        with driven_clock(factories.moment(moment)):
            return weeks.due_weeks(dt.date.fromisoformat(latest) if latest else None)

    def test_on_monday_the_week_before_is_due(self):
        assert self.due("2026-11-16 06:20", "2026-11-02") == [dt.date(2026, 11, 9)]

    def test_nothing_is_due_twice(self):
        assert self.due("2026-11-17 06:20", "2026-11-09") == []

    def test_nothing_is_due_on_a_day_off(self):
        assert self.due("2026-11-15 06:20", "2026-10-26") == []

    def test_a_monday_off_is_made_up_for_on_the_first_working_day(self):
        # 4 May 2026 and 5 May 2026 are days off (Labour Day), 6 May is the first working day of its week.
        assert self.due("2026-05-04 06:20", "2026-04-20") == []
        assert self.due("2026-05-06 06:20", "2026-04-20") == [dt.date(2026, 4, 27)]

    def test_a_sunday_that_is_worked_in_exchange_does_not_end_its_own_week(self):
        # Sunday 4 January 2026 is worked in exchange (调休): its own week is not over, that of Christmas is due.
        assert self.due("2026-01-04 06:20", "2025-12-15") == [dt.date(2025, 12, 22)]

    def test_a_week_without_a_working_day_is_ranked_with_the_one_before(self):
        # Spring Festival 2026: 15 to 23 February are off, so Monday 23 February too.
        assert self.due("2026-02-23 06:20", "2026-02-02") == []
        assert self.due("2026-02-24 06:20", "2026-02-02") == [dt.date(2026, 2, 9), dt.date(2026, 2, 16)]

    def test_the_first_ranking_ever_is_of_the_last_week_only(self):
        assert self.due("2026-11-16 06:20", "") == [dt.date(2026, 11, 9)]

    def test_after_a_long_standstill_twelve_weeks_are_made_up_for(self):
        found = self.due("2026-11-16 06:20", "2026-01-05")
        assert len(found) == 12 and found[-1] == dt.date(2026, 11, 9)

    def test_the_week_around_new_year_has_the_name_of_its_thursday_and_the_year_of_its_sunday(self):
        week = dt.date(2025, 12, 29)
        assert weeks.name_of(week) == "2026-W01"
        assert weeks.year_start(week) == dt.date(2026, 1, 1)
        assert weeks.name_of(dt.date(2026, 12, 28)) == "2026-W53"
        assert weeks.year_start(dt.date(2026, 12, 28)) == dt.date(2027, 1, 1)
