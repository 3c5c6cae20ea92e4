"""From a bad rating to its end: named, contacted, verified, rectified, called back; set aside and appeals; lamps."""

import datetime as dt
import random

import pytest

from hall.ratings import actions, policies
from hall.ratings.lifecycle import GRIEVANCE, RECTIFICATION
from hall.ratings.models import Rating, Rectification
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from portal.core.events import events_of
from portal.core.models import Notification
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
FRIDAY = factories.moment("2026-11-20 10:00")


@pytest.fixture
def work(town):
    with driven_clock(FRIDAY):
        return town.rated(1).rectification


def to_rectified(work, step, *, day="2026-11-24"):
    with driven_clock(factories.moment(f"{day} 09:00")):
        work = step(work, "head", "contact", way="phone", text="已致歉并了解情况")
        work = step(work, "head", "verify", text="窗口未一次性告知")
        return step(work, "head", "rectify", text="重新培训，更新一次性告知单")


def test_the_whole_way(work, town, step):
    work = to_rectified(work, step)
    assert work.rating.rectified_on == dt.date(2026, 11, 24) <= work.rating.rectify_due_on
    work = step(work, "manager", "call_back", result="content", text="")
    work = step(work, "manager", "close")
    assert work.state == "closed" and not work.is_open
    assert [told.event.to_state for told in events_of(work)] == [
        "opened", "contacted", "verified", "rectified", "called_back", "closed",
    ]  # fmt: skip


def test_who_is_not_content_sends_it_back_and_the_limit_is_not_kept_by_a_first_try(work, town, step):
    work = to_rectified(work, step)
    work = step(work, "manager", "send_back", text="仍未收到更正结果")
    assert (work.state, work.rounds, work.rectified_on) == ("verified", 1, None)
    assert Rating.objects.get().rectified_on is None


def test_the_rated_person_does_nothing_but_appeal(work, town, step):
    with pytest.raises(NotAllowed):
        step(work, "clerk", "contact", way="phone", text="x")
    work = step(work, "head", "contact", way="phone", text="已联系")
    work = step(work, "clerk", "appeal", text="当事人要求超出职权范围")
    with pytest.raises(NotAllowed):
        step(work, "head", "grant_appeal", text="同意")
    work = step(work, "supervisor", "grant_appeal", text="经核实窗口无责")
    assert work.state == "set_aside"
    assert work.rating.rectify_due_on is None


def test_an_appeal_that_fails_leads_back_and_is_not_made_twice(work, town, step):
    work = step(work, "head", "contact", way="unreached", text="两次未接")
    work = step(work, "head", "appeal", text="申诉理由")
    work = step(work, "manager", "reject_appeal", text="监控显示属实")
    assert work.state == "contacted"
    with pytest.raises(DomainError):
        step(work, "clerk", "appeal", text="再次申诉")


def test_a_stranger_neither_sees_nor_appeals(work, town):
    stranger = factories.staff(Role.CLERK, factories.department("GAJ"))
    for person in (stranger, town.citizen):
        with pytest.raises(NotFound):
            actions.take_step(actor_of(person), work.pk, "appeal", {"text": "x"}, state_version=work.state_version)


def test_setting_aside_is_for_another_role_and_needs_a_reason(work, town, step):
    with pytest.raises(NotAllowed):
        step(work, "head", "set_aside", text="我们认为不属实")
    with pytest.raises(Invalid):
        step(work, "manager", "set_aside", text="")
    assert step(work, "manager", "set_aside", text="恶意评价，经调取监控核实").state == "set_aside"


def test_an_old_page_is_told_so(work, town, step):
    step(work, "head", "contact", way="phone", text="x")
    with pytest.raises(Stale):
        actions.take_step(town.actor("head"), work.pk, "verify", {"text": "x"}, state_version=0)


def test_another_handler_is_named_but_never_the_rated_person(work, town):
    with pytest.raises(Invalid):
        actions.name_handler(town.actor("manager"), work.pk, town.clerk.pk, state_version=work.state_version)
    other = factories.staff(Role.REVIEWER, town.department)
    named = actions.name_handler(town.actor("head"), work.pk, other.pk, state_version=work.state_version)
    assert named.handler == other
    with pytest.raises(NotAllowed):
        actions.name_handler(town.actor("clerk"), work.pk, other.pk, state_version=named.state_version)


def test_lamps_burn_once_for_each_missed_limit(work, town):
    def lit(day):
        with driven_clock(factories.moment(f"{day} 08:00")):
            return actions.light_lamps()

    assert lit("2026-11-23") == 0, "the day of the limit itself is not late"
    assert lit("2026-11-24") == 1, "no first contact"
    assert lit("2026-11-24") == 0
    assert lit("2026-11-26") == 1, "amber on the last working day before"
    assert lit("2026-11-30") == 1, "red"
    assert lit("2026-12-01") == 0
    told = set(Notification.objects.filter(template="rectification.lamp").values_list("user__name", flat=True))
    assert {"赵明华", "周海宁", "郑国栋"} <= told


def test_the_tables_are_walked_at_random_and_policy_and_queryset_agree(town):
    chance = random.Random(7)
    people = [town.clerk, town.head, town.manager, town.supervisor, town.citizen]
    people += [factories.staff(Role.CLERK, factories.department("GAJ")), factories.staff(Role.AUDITOR)]
    people += [factories.staff(Role.REVIEWER, town.department)]
    people = [User.objects.get(pk=person.pk) for person in people]
    names = ("clerk", "head", "manager", "supervisor")
    ended = set()
    for turn in range(25):
        asked = town.invitation(invited_id=town.citizen.pk)
        rating = town.rated(1, asked=asked)
        work = rating.rectification
        for _n in range(12):
            for person in people:
                seen = Rectification.objects.visible_to(person).filter(pk=work.pk).exists()
                assert seen == policies.may_see_rectification(person, work), (turn, person.name)
                seen = Rating.objects.visible_to(person).filter(pk=rating.pk).exists()
                assert seen == policies.may_see_rating(person, Rating.objects.get(pk=rating.pk))
            moves = [
                (who, move)
                for who in names
                for move in RECTIFICATION.offered(work, User.objects.get(pk=getattr(town, who).pk))
            ]
            if not moves:
                break
            who, move = chance.choice(moves)
            inputs = {ask.name: ask.choices[0][0] if ask.kind == "choice" else "说明" for ask in move.asks}
            before = work.state
            work = actions.take_step(town.actor(who), work.pk, move.code, inputs, state_version=work.state_version)
            assert before in move.sources
            assert (work.ended_on is not None) == RECTIFICATION.states[work.state].ended
            stands = Rating.objects.get(pk=rating.pk).rectify_due_on is not None
            assert stands == (work.state != "set_aside")
        ended.add(work.state)
    assert {"closed", "set_aside"} <= ended


def test_a_matter_is_answered_by_a_named_person_and_the_table_is_walked(town):
    draft = actions.GrievanceDraft(topic="procedure", text="跑了三趟", window_id=town.window.pk, phone="13812345678")
    matter = actions.say_what_is_wrong(town.actor("citizen"), draft, author=town.citizen)
    assert matter.handler == town.head and matter.department == town.department
    assert matter.number.startswith("TC") and matter.query_code
    with pytest.raises(NotFound):
        actions.take_grievance_step(town.actor("clerk"), matter.pk, "reply", {"text": "x"}, state_version=0)
    with pytest.raises(Invalid):
        actions.take_grievance_step(town.actor("head"), matter.pk, "reply", {"text": ""}, state_version=0)
    matter = actions.take_grievance_step(
        town.actor("head"), matter.pk, "reply", {"text": "已取消重复材料"}, state_version=0
    )
    matter = actions.take_grievance_step(
        town.actor("manager"), matter.pk, "reopen", {"text": "未说明期限"}, state_version=1
    )
    assert matter.state == "handling" and matter.replied_on is None
    matter = actions.take_grievance_step(town.actor("head"), matter.pk, "reply", {"text": "即日起"}, state_version=2)
    matter = actions.take_grievance_step(town.actor("supervisor"), matter.pk, "close", {}, state_version=3)
    assert GRIEVANCE.states[matter.state].ended and matter.ended_on


def test_a_matter_without_text_or_with_a_wrong_number_is_refused(town):
    for field, wrong in (("text", {"text": " "}), ("topic", {"topic": "x"}), ("phone", {"phone": "1"})):
        with pytest.raises(Invalid) as refused:
            actions.say_what_is_wrong(
                town.actor("citizen"), actions.GrievanceDraft(**{"topic": "hall", "text": "太吵", **wrong})
            )
        assert set(refused.value.fields) == {field}
