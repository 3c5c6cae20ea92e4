"""Weekly rankings: drawn from the cells, in editions, published by a person; with an independent recomputation."""

import datetime as dt
import random
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.cases.models.cells import DepartmentCell
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.models import Event, Notification
from portal.core.time import driven_clock
from portal.supervision.scores import actions
from portal.supervision.scores.drawing import draw
from portal.supervision.scores.models import Edition, Indicator, Row, Scheme, Span
from tests import factories
from tests.scores.objects import NOW, WEEK, cases, decided, department, head_of, ratings, supervisor, tickets

pytestmark = pytest.mark.django_db
PORTAL = actions.rankings.PORTAL
SEVEN = dt.timedelta(days=7)


@pytest.fixture(autouse=True)
def _monday():
    with driven_clock(NOW):
        yield


def compute(week=WEEK):
    return actions.compute(PORTAL, week)


def row(edition, dept, span=Span.WEEK):
    return edition.rows.get(department=dept, span=span)


class TestDrawing:
    def test_points_by_hand_from_all_nine_indicators(self):
        dept = department("GSJ")
        # 10 decided: 6 early, 2 on the day, 2 late; 5 of them online; 1 of 10 first answers late; promise ½ of the law.
        decided(dept, early=6, on_day=2, late=2, late_answers=1)
        ratings(dept, given=20, satisfied=19, rectification_due=2, rectified_in_time=1)
        tickets(dept, due=10, on_time=9, judged=10, satisfied=9)
        found = row(compute()[0], dept)
        points = {part["code"]: part["points"] for part in found.parts}
        assert points == {
            "online": 400,  # 50 % between 30 and 80: two fifths of 10
            "late_acceptance": 0,  # 10 % is beyond the floor of 5 %
            "overdue": 0,  # 20 % is beyond the floor of 5 %
            "early": 250,  # 60 % between 50 and 90: a quarter of 10
            "compression": 750,  # 50 % between 20 and 60: three quarters of 10
            "satisfaction": 1071,  # 95 % between 85 and 99: five sevenths of 15 = 10.714
            "rectification": 0,  # 50 % is below 80 %
            "hotline_on_time": 333,  # 90 % between 85 and 100: a third of 10
            "hotline_satisfaction": 800,  # 90 % between 70 and 95: four fifths of 10
        }
        assert (found.points, found.rank, found.measured) == (3604, 1, 100)

    def test_days_outside_the_week_do_not_count_in_it_but_in_the_year(self):
        dept = department("GSJ")
        decided(dept, early=6)
        decided(dept, WEEK - dt.timedelta(days=1), late=6)
        decided(dept, WEEK + SEVEN, late=6)
        decided(dept, dt.date(2025, 12, 31), late=6)
        edition = compute()[0]
        assert row(edition, dept).part("early")["numerator"] == 6
        assert row(edition, dept).part("early")["denominator"] == 6
        assert row(edition, dept, Span.YEAR).part("early")["denominator"] == 12

    def test_a_sunday_belongs_to_its_week_and_new_year_divides_the_year_to_date(self):
        dept, week = department("GSJ"), dt.date(2025, 12, 29)
        decided(dept, dt.date(2025, 12, 31), early=6)
        decided(dept, dt.date(2026, 1, 4), late=5)
        edition = compute(week)[0]
        assert edition.name == "2026-W01"
        assert row(edition, dept).part("early")["denominator"] == 11
        assert row(edition, dept, Span.YEAR).part("early")["denominator"] == 5

    def test_who_has_too_little_to_say_is_listed_apart_and_not_ranked_last(self):
        good, small = department("GSJ"), department("RSJ")
        decided(good, late=10)
        tickets(small, due=10, on_time=10)  # a tenth of the weight, and all of its points
        edition = compute()[0]
        assert (row(edition, good).rank, row(edition, small).rank) == (1, None)
        assert (row(edition, small).points, row(edition, small).measured) == (10_000, 10)

    def test_a_department_without_any_figure_of_the_indicators_has_no_row(self):
        decided(department("GSJ"), early=6)
        cases(department("RSJ"), open=3)
        edition = compute()[0]
        assert {one.department.code for one in edition.rows.filter(span=Span.WEEK)} == {"GSJ"}

    def test_equal_points_share_a_rank(self):
        for code in ("GSJ", "RSJ", "ZJJ"):
            decided(department(code), early=10)
        decided(department("WJW"), late=10)
        ranks = compute()[0].rows.filter(span=Span.WEEK).order_by("department__code").values_list("rank", flat=True)
        assert list(ranks) == [1, 1, 4, 1]

    def test_the_queries_do_not_grow_with_the_departments(self):
        scheme = Scheme.objects.in_force(WEEK)
        decided(department("GSJ"), early=6)
        with CaptureQueriesContext(connection) as few:
            draw(WEEK, [scheme])
        for n in range(30):
            dept = department(f"D{n:02d}")
            decided(dept, early=6)
            ratings(dept, given=6, satisfied=6)
            tickets(dept, due=6, on_time=6)
        with CaptureQueriesContext(connection) as many:
            drawn = draw(WEEK, [scheme])[0]
        assert len(drawn["week"]) == 31
        assert len(many) == len(few) <= 26

    def test_a_plain_recomputation_from_the_cells_finds_the_same_ranking(self):
        chance = random.Random(20261109)
        departments = [department(f"D{n:02d}") for n in range(12)]
        for dept in departments:
            for offset in range(7):
                day = WEEK + dt.timedelta(days=offset)
                decided(dept, day, early=chance.randint(0, 3), on_day=chance.randint(0, 2), late=chance.randint(0, 1))
                given = chance.randint(0, 4)
                ratings(dept, day, given=given, satisfied=chance.randint(0, given))
        found = {one.department.code: (one.points, one.rank) for one in compute()[0].rows.filter(span=Span.WEEK)}
        assert found == plainly(departments)


def plainly(departments):
    """The ranking with decimals and loops: nothing of the room's own arithmetic."""
    from hall.ratings.models.cells import ItemCell as RatingCell

    def total(rows, name):
        return sum(getattr(one, name) for one in rows)

    points = {}
    apart = {}
    for dept in departments:
        done = list(DepartmentCell.objects.filter(department_id=dept.pk, day__gte=WEEK, day__lt=WEEK + SEVEN))
        said = list(RatingCell.objects.filter(department_id=dept.pk, day__gte=WEEK, day__lt=WEEK + SEVEN))
        dated = total(done, "early") + total(done, "on_due_day") + total(done, "overdue")
        concluded, legal = total(done, "concluded"), total(done, "compressible_legal_days")
        figures = [  # part, whole, sample, weight, target, floor, minimum
            (total(done, "online_concluded"), concluded, concluded, 10, 80, 30, 5),
            (total(done, "late_answers"), total(done, "answers"), total(done, "answers"), 10, 0, 5, 5),
            (total(done, "overdue"), dated, dated, 15, 0, 5, 5),
            (total(done, "early"), dated, dated, 10, 90, 50, 5),
            (legal - total(done, "compressible_promised_days"), legal, total(done, "promise_concluded"), 10, 60, 20, 5),
            (total(said, "satisfied"), total(said, "given"), total(said, "given"), 15, 99, 85, 5),
        ]
        counted = [one for one in figures if one[1] and one[2] >= one[6]]
        weight = sum(one[3] for one in counted)
        # The weights of these are 70 or less: their hundredths need the largest remainders.
        shares = [one[3] * 10_000 // weight for one in counted]
        rests = sorted(range(len(counted)), key=lambda n: (-(counted[n][3] * 10_000 % weight), n))
        for n in rests[: 10_000 - sum(shares)]:
            shares[n] += 1
        score = 0
        for (part, whole, _sample, _weight, target, floor, _least), share in zip(counted, shares, strict=True):
            # Multiplied out first, so that decimals are exact until the last division.
            reached = (Decimal(100 * part) - Decimal(floor) * whole) * share / (Decimal(target - floor) * whole)
            reached = min(max(reached, Decimal(0)), Decimal(share))
            score += int(reached.quantize(Decimal(1), ROUND_HALF_UP))
        (points if weight >= 50 else apart)[dept.code] = score
    ranks = {code: 1 + sum(other > value for other in points.values()) for code, value in points.items()}
    return {code: (value, ranks.get(code)) for code, value in {**points, **apart}.items()}


class TestEditions:
    def test_the_same_week_with_unchanged_figures_keeps_its_rows(self):
        decided(department("GSJ"), early=6)
        first, made = compute()
        again, made_again = compute()
        assert (made, made_again) == (True, False)
        assert again == first and Edition.objects.count() == 1

    def test_a_correction_makes_a_new_edition_that_says_what_changed(self):
        dept, other = department("GSJ"), department("RSJ")
        decided(dept, early=10)
        decided(other, early=8, late=2)
        first = compute()[0]
        cases(dept, WEEK + dt.timedelta(days=2), concluded=10, promise_concluded=10, overdue=10, answers=10)
        second, made = compute()
        assert made and second.number == 2 and second.is_current
        changed = {(one["span"], one["department"]): one for one in second.changes}
        mine = changed["week", dept.pk]
        assert mine["rank"] == [1, 2] and mine["points"][0] > mine["points"][1]
        assert {"overdue", "early", "online"} <= set(mine["indicators"])
        assert changed["week", other.pk]["indicators"] == [] and changed["week", other.pk]["rank"] == [2, 1]
        first.refresh_from_db()
        assert (first.is_current, first.state) == (False, "replaced")
        assert first.rows.get(span="week", department=dept).rank == 1, "what was kept stays as it was"

    def test_the_change_to_the_week_before_is_kept_with_the_row(self):
        dept, other = department("GSJ"), department("RSJ")
        decided(dept, WEEK - SEVEN, late=10)
        decided(other, WEEK - SEVEN, early=10)
        compute(WEEK - SEVEN)
        decided(dept, early=10)
        decided(other, late=10)
        edition = compute()[0]
        found = row(edition, dept)
        assert (found.rank, found.previous_rank, found.climbed) == (1, 2, 1)
        assert found.previous_points is not None and found.previous_points < found.points
        assert row(edition, other).climbed == -1

    def test_only_a_week_that_is_over_is_ranked(self):
        decided(department("GSJ"), early=6)
        for week in (WEEK + SEVEN, WEEK + dt.timedelta(days=1)):
            with pytest.raises(Invalid) as caught:
                compute(week)
            assert "week" in caught.value.fields

    def test_a_week_without_figures_gets_no_empty_ranking(self):
        with pytest.raises(Invalid):
            compute()
        assert actions.compute_due() == 0 and not Edition.objects.exists()

    def test_an_indicator_that_nobody_reports_any_more_stops_the_job_instead_of_vanishing_from_it(self):
        decided(department("GSJ"), early=6)
        Indicator.objects.filter(code="early").update(figure="long_gone")
        with pytest.raises(WrongState):
            actions.compute_due()
        assert not Edition.objects.exists()

    def test_computing_is_the_supervisors(self):
        dept = department("GSJ")
        decided(dept, early=6)
        with pytest.raises(NotAllowed):
            actions.compute(head_of(dept), WEEK)
        assert actions.compute(supervisor(), WEEK)[1]

    def test_the_supervisors_hear_that_a_ranking_waits(self):
        someone = supervisor()
        decided(department("GSJ"), early=6)
        compute()
        assert Notification.objects.filter(user=someone.user, template="scores.ready").count() == 1


class TestTheWeeklyJob:
    def test_it_ranks_the_week_before_once(self):
        decided(department("GSJ"), early=6)
        assert actions.compute_due() == 1
        assert actions.compute_due() == 0
        assert Edition.objects.get().week == WEEK

    def test_what_came_in_late_makes_a_new_edition_of_the_weeks_before(self):
        dept = department("GSJ")
        decided(dept, early=6)
        actions.compute_due()
        decided(dept, WEEK + SEVEN, early=6)
        cases(dept, WEEK + dt.timedelta(days=3), concluded=5)
        with driven_clock(factories.moment("2026-11-23 06:20")):
            assert actions.compute_due() == 2
        numbers = Edition.objects.filter(is_current=True).order_by("week").values_list("week", "number")
        assert list(numbers) == [(WEEK, 2), (WEEK + SEVEN, 1)]

    def test_cells_that_lag_behind_are_brought_up_to_date_first(self):
        from portal.people.actors import actor_of
        from portal.people.roles import Role

        dept = department("GSJ")
        clerk = actor_of(factories.staff(Role.CLERK, dept), Role.CLERK)
        item = factories.item(dept=dept)
        with driven_clock(factories.moment("2026-11-10 10:00")):
            for _n in range(5):
                factories.accepted(clerk, on=item)
        assert actions.compute_due() == 1
        part = Row.objects.get(span="week", department=dept).part("late_acceptance")
        assert (part["numerator"], part["denominator"], part["left_out"]) == (0, 5, "")


class TestPublishing:
    @pytest.fixture
    def edition(self):
        decided(department("GSJ"), early=6)
        return compute()[0]

    def step(self, edition, code, who=None, **inputs):
        edition.refresh_from_db()
        return actions.take_edition_step(
            who or supervisor(), edition.pk, code, inputs, state_version=edition.state_version
        )

    def test_a_supervisor_publishes_and_the_heads_hear_of_their_place(self, edition):
        head = head_of(department("GSJ"))
        self.step(edition, "publish")
        assert Edition.objects.published().get() == edition
        told = Notification.objects.get(user=head.user, template="scores.published")
        assert told.context["rank"] == 1

    def test_it_is_withdrawn_with_a_reason_only(self, edition):
        self.step(edition, "publish")
        with pytest.raises(Invalid):
            self.step(edition, "withdraw")
        self.step(edition, "withdraw", note="热线数据缺失，核对后重新发布。")
        assert not Edition.objects.published().exists()
        event = Event.objects.filter(type="ranking.withdraw").get()
        assert "热线数据缺失" in event.body

    def test_a_published_ranking_stays_until_its_correction_is_published(self, edition):
        self.step(edition, "publish")
        cases(department("GSJ"), WEEK + dt.timedelta(days=1), concluded=5)
        second = compute()[0]
        assert Edition.objects.published().get() == edition
        self.step(second, "publish")
        assert Edition.objects.published().get() == second
        edition.refresh_from_db()
        assert edition.state == "replaced"

    def test_an_outdated_edition_is_not_published(self, edition):
        self.step(edition, "publish")
        self.step(edition, "withdraw", note="核对")
        cases(department("GSJ"), WEEK + dt.timedelta(days=1), concluded=5)
        compute()
        with pytest.raises(WrongState):
            self.step(edition, "publish")

    def test_heads_do_not_publish_and_strangers_do_not_find_it(self, edition):
        with pytest.raises(NotAllowed):
            self.step(edition, "publish", who=head_of(department("GSJ")))
        stranger = factories.citizen()
        from portal.people.actors import actor_of

        with pytest.raises(NotFound):
            self.step(edition, "publish", who=actor_of(stranger))

    def test_an_old_page_is_refused(self, edition):
        self.step(edition, "publish")
        with pytest.raises(Stale):
            actions.take_edition_step(supervisor(), edition.pk, "withdraw", {"note": "x"}, state_version=0)
