"""Giving a rating: once, in time, by whom it concerns, with what people really type."""

import datetime as dt

import pytest

from hall.ratings import actions
from hall.ratings.errors import AlreadyRated, InvitationExpired
from hall.ratings.models import Rating, Rectification
from hall.ratings.texts import proposed_text
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.events import events_of
from portal.core.models import Notification
from portal.core.time import driven_clock, now, today

pytestmark = pytest.mark.django_db


def test_a_good_rating_is_kept_and_asks_for_nothing(town):
    rating = town.rated(5, reasons=["fast"], comment="办得很快")
    assert (rating.grade, rating.reasons, rating.comment_state) == (5, ["fast"], "waiting")
    assert (rating.department, rating.window, rating.staff) == (town.department, town.window, town.clerk)
    assert not Rectification.objects.exists()
    assert rating.rectify_due_on is None


@pytest.mark.parametrize("grade", [1, 2])
def test_a_bad_rating_names_somebody_at_once_and_tells_them(town, grade):
    with driven_clock(dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)):  # a Friday
        work = town.rated(grade).rectification
    assert work.handler == town.head
    assert (work.contact_due_on, work.due_on) == (dt.date(2026, 11, 23), dt.date(2026, 11, 27))
    assert list(Notification.objects.values_list("user", "template")) == [(town.head.pk, "rectification.opened")]


def test_the_head_does_not_handle_a_rating_of_the_own_work(town):
    work = town.rated(1, asked=town.invitation(staff_id=town.head.pk)).rectification
    assert work.handler == town.manager


def test_a_link_is_used_once(town):
    asked = town.invitation()
    town.rated(5, asked=asked)
    with pytest.raises(AlreadyRated):
        town.rated(1, asked=asked)
    assert Rating.objects.get().grade == 5


def test_a_link_that_does_not_exist_answers_like_any_missing_thing(town):
    with pytest.raises(NotFound):
        actions.rate("x" * 24, actions.RatingDraft(grade=5, channel="web"))


def test_after_its_time_a_service_cannot_be_rated_and_a_default_is_noted(town):
    asked = town.invitation()
    with driven_clock(now() + dt.timedelta(days=31)):
        with pytest.raises(InvitationExpired):
            town.rated(1, asked=asked)
        assert actions.settle_expired() == 1
        assert actions.settle_expired() == 0
        with pytest.raises(InvitationExpired):
            town.rated(1, asked=asked)
    noted = Rating.objects.get()
    assert (noted.is_default, noted.grade) == (True, 4)
    assert not Rating.objects.counted().exists()


def test_nobody_rates_somebody_elses_service_and_nobody_the_own_work(town):
    asked = town.invitation(invited_id=town.citizen.pk)
    draft = actions.RatingDraft(grade=5, channel="web")
    with pytest.raises(NotFound):
        actions.rate(asked.token, draft, reader=town.supervisor)
    with pytest.raises(NotAllowed):
        actions.rate(asked.token, draft, reader=town.clerk)
    assert actions.rate(asked.token, draft, reader=town.citizen).grade == 5


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("grade", {"grade": 0}),
        ("grade", {"grade": 9}),
        ("reasons", {"grade": 5, "reasons": ["rude"]}),
        ("comment", {"grade": 5, "comment": "长" * 501}),
        ("phone", {"grade": 1, "phone": "138"}),
        ("channel", {"grade": 5, "channel": "smoke"}),
    ],
)
def test_wrong_input_is_refused_by_field_and_writes_nothing(town, field, wrong):
    asked = town.invitation()
    with pytest.raises(Invalid) as refused:
        town.rated(asked=asked, **wrong)
    assert set(refused.value.fields) == {field}
    asked.refresh_from_db()
    assert not Rating.objects.exists() and not asked.is_settled


def test_the_event_does_not_say_who_rated(town):
    rating = town.rated(1, asked=town.invitation(invited_id=town.citizen.pk))
    for thing in (rating, rating.rectification):
        for told in events_of(thing):
            assert told.event.actor_id is None
            assert town.citizen.name not in told.event.body


def test_many_ratings_from_one_place_are_flagged_and_still_count(town):
    flagged = [town.rated(5, origin="same").flags for _ in range(6)]
    assert flagged == [[], [], [], [], ["burst"], ["burst"]]
    assert town.rated(5, origin="other").flags == []
    assert Rating.objects.counted().count() == 7


def test_a_tablet_sends_everybodys_ratings_and_is_no_burst(town):
    assert [town.rated(5, origin="tablet", channel="window").flags for _ in range(6)] == [[]] * 6


def test_who_rates_the_same_person_again_and_again_is_flagged(town):
    flags = [town.rated(1, asked=town.invitation(invited_id=town.citizen.pk)).flags for _ in range(3)]
    assert flags == [[], [], ["repeated"]]


def test_only_another_role_excludes_with_a_reason_and_it_is_counted(town):
    rating = town.rated(1)
    for who in ("clerk", "head"):
        with pytest.raises(NotAllowed):
            actions.exclude(town.actor(who), rating.pk, reason="刷评")
    with pytest.raises(NotFound):
        actions.exclude(town.actor("citizen"), rating.pk, reason="刷评")
    with pytest.raises(Invalid):
        actions.exclude(town.actor("manager"), rating.pk, reason=" ")
    actions.exclude(town.actor("manager"), rating.pk, reason="同一地址短时间内多次评价，经核实为测试")
    rating.refresh_from_db()
    assert rating.excluded_by == town.manager and rating.rectify_due_on is None
    assert Rectification.objects.get().state == "set_aside"


def test_a_comment_is_published_only_after_somebody_read_it(town):
    rating = town.rated(2, comment="李晓燕女士让我跑了三趟，我电话13812345678")
    assert rating.comment_state == "waiting" and rating.published_text == ""
    proposed = proposed_text(rating.comment)
    assert "13812345678" not in proposed and "李晓燕" not in proposed
    with pytest.raises(NotAllowed):
        actions.publish_comment(town.actor("head"), rating.pk, text=proposed)
    actions.publish_comment(town.actor("manager"), rating.pk, text=proposed)
    rating.refresh_from_db()
    assert rating.published_text == proposed
    assert rating.comment.endswith("13812345678"), "the words themselves are kept"
    actions.withhold(town.actor("manager"), rating.pk, reason="含辱骂内容")
    rating.refresh_from_db()
    assert (rating.comment_state, rating.published_text) == ("withheld", "")


def test_the_days_that_a_rating_counts_on_are_those_of_the_hall(town):
    with driven_clock(dt.datetime(2026, 11, 20, 17, 30, tzinfo=dt.UTC)):
        assert town.rated(5).rated_on == today() == dt.date(2026, 11, 21)
