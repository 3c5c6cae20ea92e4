"""Versions of the indicators: drafted by one person, published by another, never changed afterwards."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from portal.supervision.scores import actions
from portal.supervision.scores.drawing import draw
from portal.supervision.scores.figures import choices, problem_with, unit_of
from portal.supervision.scores.models import Indicator, Scheme
from tests import factories
from tests.scores.objects import NOW, WEEK, decided, department, draft, head_of, supervisor

pytestmark = pytest.mark.django_db
NEXT = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _monday():
    with driven_clock(NOW), translation.override("en"):
        yield


@pytest.fixture
def author():
    return supervisor()


@pytest.fixture
def publisher():
    return actor_of(factories.staff(Role.GOVERNMENT_HEAD), Role.GOVERNMENT_HEAD)


def rewrite(author, scheme, indicators, **more):
    values = {"valid_from": NEXT, "least_weight": 50, "reason": "", "state_version": scheme.state_version, **more}
    return actions.rewrite_draft(author, scheme.pk, indicators=indicators, **values)


def step(actor, scheme, code, **inputs):
    scheme.refresh_from_db()
    return actions.take_scheme_step(actor, scheme.pk, code, inputs, state_version=scheme.state_version)


def test_every_installation_starts_with_nine_indicators_that_weigh_a_hundred():
    scheme = Scheme.objects.in_force(WEEK)
    indicators = list(scheme.indicators.all())
    assert len(indicators) == 9 and sum(one.weight for one in indicators) == 100
    assert [problem_with(one.block, one.figure) for one in indicators] == [""] * 9
    assert all(one.source and one.formula and one.about_en and one.unverified for one in indicators)


def test_a_draft_begins_with_the_indicators_in_force(author):
    scheme = actions.new_draft(author)
    assert (scheme.number, scheme.valid_from, scheme.state) == (2, NEXT, "draft")
    then = Scheme.objects.get(number=1).indicators.values_list("code", "weight", "target", "minimum", "sample")
    assert list(scheme.indicators.values_list("code", "weight", "target", "minimum", "sample")) == list(then)


def test_one_drafts_and_another_publishes(author, publisher):
    scheme = actions.new_draft(author)
    step(author, scheme, "submit")
    with pytest.raises(NotAllowed):
        step(author, scheme, "publish")
    step(publisher, scheme, "publish")
    assert Scheme.objects.in_force(NEXT) == scheme
    assert Scheme.objects.in_force(NEXT - dt.timedelta(days=7)).number == 1, "weeks before keep their version"


def test_the_database_itself_knows_no_author_who_publishes(author):
    scheme = actions.new_draft(author)
    scheme.published_by = author.user
    with pytest.raises(IntegrityError), transaction.atomic():
        scheme.save()


def test_a_published_version_never_changes(author, publisher):
    scheme = actions.new_draft(author)
    step(author, scheme, "submit")
    step(publisher, scheme, "publish")
    with pytest.raises(WrongState):
        rewrite(author, scheme, [draft()])
    assert scheme.indicators.count() == 9


def test_what_lies_before_the_publisher_does_not_change_either(author):
    scheme = actions.new_draft(author)
    step(author, scheme, "submit")
    with pytest.raises(WrongState):
        rewrite(author, scheme, [draft()])


def test_only_the_author_edits_a_draft(author):
    scheme = actions.new_draft(author)
    with pytest.raises(NotAllowed):
        rewrite(supervisor(), scheme, [draft()])
    with pytest.raises(NotAllowed):
        actions.new_draft(head_of(department("GSJ")))


def test_an_edit_from_an_old_page_is_refused(author):
    scheme = actions.new_draft(author)
    rewrite(author, scheme, [draft()])
    with pytest.raises(Stale):
        rewrite(author, scheme, [draft(weight=100)], state_version=0)


def test_a_draft_sent_back_says_why(author, publisher):
    scheme = actions.new_draft(author)
    step(author, scheme, "submit")
    with pytest.raises(Invalid):
        step(publisher, scheme, "send_back")
    step(publisher, scheme, "send_back", note="热线目标值偏高。")
    scheme.refresh_from_db()
    assert (scheme.state, scheme.note) == ("draft", "热线目标值偏高。")


@pytest.mark.parametrize(
    ("indicators", "field", "words"),
    [
        ([], "indicators", "at least one"),
        ([draft(weight=60), draft("late", 30, figure="overdue_rate")], "indicators", "now they are 90"),
        ([draft(weight=50), draft(weight=50)], "indicator-2", "same code"),
        ([draft(figure="nonsense")], "indicator-1", "no such figure"),
        ([draft(block="procurement", figure="deals")], "indicator-1", "not counted by department"),
        ([draft(sample="early_rate")], "indicator-1", "one of the counts"),
        ([draft(target=Decimal(50))], "indicator-1", "must differ"),
        ([draft("Early Rate")], "indicator-1", "begins with a letter"),
        ([draft(title=" ")], "indicator-1", "title"),
        ([draft(weight=0), draft("late", 100, figure="overdue_rate")], "indicator-1", "weight"),
    ],
)
def test_what_is_wrong_is_said_beside_its_indicator(author, indicators, field, words):
    scheme = actions.new_draft(author)
    with pytest.raises(Invalid) as caught:
        rewrite(author, scheme, indicators)
    assert words in str(caught.value.fields[field])
    assert scheme.indicators.count() == 9, "nothing of it was kept"


def test_a_version_begins_on_a_monday_that_is_not_over(author, publisher):
    scheme = actions.new_draft(author)
    with pytest.raises(Invalid) as caught:
        rewrite(author, scheme, [draft()], valid_from=NEXT + dt.timedelta(days=1))
    assert "valid_from" in caught.value.fields
    rewrite(author, scheme, [draft()], valid_from=WEEK)
    with pytest.raises(WrongState):
        step(author, scheme, "submit")


def test_the_direction_and_the_unit_follow_from_what_was_given(author):
    scheme = actions.new_draft(author)
    red = draft("red", 40, block="supervision", figure="red", target=Decimal(0), floor=Decimal(20))
    rewrite(author, scheme, [draft(weight=60), red])
    early, red_lamps = scheme.indicators.order_by("position")
    assert (early.higher_is_better, early.unit) == (True, "share")
    assert (red_lamps.higher_is_better, red_lamps.unit) == (False, "count")


def test_the_figures_to_choose_from_are_those_of_the_blocks_by_department():
    paths = [path for path, _label in choices()]
    assert "approvals.online_rate" in paths and "hotline.satisfaction_rate" in paths
    assert not any(path.startswith("procurement") for path in paths)
    assert unit_of("approvals", "mean_actual_days") == "days"


def test_a_draft_is_tried_on_a_past_week_beside_the_version_in_force(author):
    fast, slow = department("GSJ"), department("RSJ")
    decided(fast, early=10, online_concluded=0)
    decided(slow, on_day=10, online_concluded=10)
    scheme = actions.new_draft(author)
    rewrite(author, scheme, [draft("online", figure="online_rate", target=Decimal(80), floor=Decimal(0))])
    present, then = draw(WEEK, [Scheme.objects.in_force(WEEK), Scheme.objects.get(pk=scheme.pk)])
    assert [one.department for one in present["week"]] == [fast, slow] or present["week"][0].rank == 1
    assert [(one.department, one.rank) for one in then["week"]] == [(slow, 1), (fast, 2)]
    from portal.supervision.scores.models import Edition

    assert not Edition.objects.exists(), "trying keeps nothing"


def test_a_dropped_draft_makes_room_for_another(author):
    scheme = actions.new_draft(author)
    with pytest.raises(WrongState):
        actions.new_draft(author)
    step(author, scheme, "drop")
    assert actions.new_draft(author).number == 3


def test_strangers_find_no_version(author):
    scheme = actions.new_draft(author)
    with pytest.raises(NotFound):
        step(head_of(department("GSJ")), scheme, "publish")


def test_the_database_refuses_a_target_on_the_wrong_side():
    scheme = Scheme.objects.get(number=1)
    wrong = Indicator(
        scheme=scheme, position=10, code="wrong", block="approvals", figure="early_rate", title="x", weight=1,
        higher_is_better=True, target=Decimal(10), floor=Decimal(20),
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong.save()
