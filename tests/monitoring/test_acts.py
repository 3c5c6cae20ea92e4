"""Reminders, orders, explanations, accountability: the steps, their limits, and who the second and third person are."""

import datetime as dt
import random

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.events import events_of
from portal.core.models import DatedRule, Document, Notification
from portal.core.rules import forget
from portal.people.history import history_of
from portal.people.models import User
from portal.supervision import actions as below
from portal.supervision.models import Reminder
from portal.supervision.monitoring import actions, policies
from portal.supervision.monitoring.lifecycle import ACCOUNTABILITY, ACT
from portal.supervision.monitoring.models import Accountability, Act, LampReminder
from portal.supervision.monitoring.records import KINDS, Whose, counts_by_department, record_of
from tests.awards import objects as awards
from tests.monitoring.objects import FRIDAY, Office, at, lamps, overdue_case
from tests.monitoring.test_sources import TRADING

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    with at(FRIDAY):
        yield Office()


def told(who: User, template: str) -> int:
    return Notification.objects.filter(user=who, template=template).count()


# --- reminders ----------------------------------------------------------------------------------------------------------


def test_a_unit_is_reminded_of_any_lamp_once_a_day(office):
    office.order(limit_days=1)
    with at("2026-11-24"):
        (lamp,) = lamps(source="supervision.order")
        actions.remind_lamp(office.actor("supervisor"), lamp.ident)
        with pytest.raises(WrongState):
            actions.remind_lamp(office.actor("second"), lamp.ident)
    with at("2026-11-25"):
        actions.remind_lamp(office.actor("second"), lamp.ident)
    assert LampReminder.objects.filter(department=office.department).count() == 2
    assert told(office.people["head"], "monitoring.lamp_reminder") == 2
    with pytest.raises(NotAllowed):
        actions.remind_lamp(office.actor("head"), lamp.ident)
    with pytest.raises(NotFound):
        actions.remind_lamp(office.actor("supervisor"), "supervision.order:999999")


def test_a_lamp_of_trading_reminds_the_trading_centre(office):
    from tests.tenders.objects import officer

    chief = officer()
    TRADING["awards.stage"](awards.evaluated(), {})
    with at("2026-11-30"):
        (lamp,) = lamps(source="awards.stage")
        actions.remind_lamp(office.actor("supervisor"), lamp.ident)
    assert told(chief.user, "monitoring.lamp_reminder") == 1
    assert LampReminder.objects.get().department is None


def test_a_reminder_of_a_case_stays_where_the_board_counts_it(office):
    case = overdue_case(office)
    below.remind(office.actor("supervisor"), case.number)
    assert Reminder.objects.count() == 1 and not LampReminder.objects.exists()


# --- orders -------------------------------------------------------------------------------------------------------------


def test_an_order_from_the_lamp_to_the_accepted_reply(office):
    case = overdue_case(office)
    (lamp,) = lamps(source="cases.decision")
    act = office.order(lamp.ident)
    assert act.number.startswith("DB-20261120-SCJG-") and act.due_on == dt.date(2026, 11, 25)
    subject = act.subjects.get()
    assert (subject.number, subject.colour, subject.since) == (case.number, "red", lamp.since)
    assert told(office.people["head"], "monitoring.act_issued") == 1
    assert office.step("head", act, "receive").state == "received"
    replied = office.step("head", act, "reply", reply="系审核人员请假所致，已办结。")
    assert (replied.state, replied.late, replied.answered_on) == ("replied", False, dt.date(2026, 11, 20))
    assert told(office.people["supervisor"], "monitoring.act_replied") == 1
    done = office.step("supervisor", act, "accept")
    assert (done.state, done.ended_on) == ("accepted", dt.date(2026, 11, 20))
    assert [one.event.type for one in events_of(done)] == ["act.issued", "act.receive", "act.reply", "act.accept"]


def test_an_order_is_a_letter_with_its_lamps_and_explanations_are_none(office):
    overdue_case(office)
    act = office.order(lamps(source="cases.decision")[0].ident)
    paper = Document.objects.get(kind="monitoring.order")
    assert paper.number == "海政务督〔2026〕1号" and paper.holder == office.department.name
    assert act.number in paper.data and act.text in paper.data and "红灯" in paper.data
    actions.issue(office.actor("supervisor"), office.draft(kind="explanation"))
    assert Document.objects.filter(stream="monitoring.act").count() == 1


def test_a_late_reply_says_so_and_one_that_was_sent_back_has_a_new_day(office):
    act = office.order()
    with at("2026-11-26"):
        act = office.step("head", act, "reply", reply="已办结")
        assert act.late
        act = office.step("supervisor", act, "send_back", note="未说明原因", days=2)
        assert (act.state, act.due_on, act.sent_back) == ("sent_back", dt.date(2026, 11, 30), 1)
        with pytest.raises(Invalid):
            office.step("head", act, "reply", reply=" ")
    with at("2026-11-27"):
        act = office.step("head", act, "reply", reply="原因如下")
    assert act.late and act.answered_on == dt.date(2026, 11, 26) and act.replied_on == dt.date(2026, 11, 27)
    assert told(office.people["head"], "monitoring.act_judged") == 1
    # What the unit said first is not lost with what it said then.
    assert {"已办结", "未说明原因", "原因如下"} <= {entry.note for entry in history_of(act)}


def test_only_an_explanation_can_be_refused(office):
    act = actions.issue(office.actor("supervisor"), office.draft(kind="explanation"))
    office.step("head", act, "reply", reply="系统故障")
    assert office.step("second", act, "reject", note="与日志不符").state == "rejected"
    order = office.order()
    office.step("head", order, "reply", reply="已办结")
    with pytest.raises(WrongState):
        office.step("second", order, "reject", note="不成立")


def test_who_may_do_what_with_an_order(office):
    act = office.order()
    for who in ("other_head", "clerk"):
        with pytest.raises(NotFound):
            office.step(who, act, "reply", reply="x")
    for who in ("auditor", "supervisor", "third"):
        with pytest.raises(NotAllowed):
            office.step(who, act, "reply", reply="x")
    for who in ("head", "auditor", "third", "clerk"):
        with pytest.raises(NotAllowed):
            actions.issue(office.actor(who), office.draft())
    with pytest.raises(Stale):
        actions.take_act_step(office.actor("head"), act.pk, "receive", {}, state_version=7)
    with pytest.raises(NotFound):
        office.step("head", act, "nowhere")


def test_nobody_judges_a_reply_of_the_own_hand(office):
    from portal.people.models import Posting
    from portal.people.roles import Role

    both = office.people["head"]
    Posting.objects.create(user=both, role=Role.SUPERVISOR, starts_on=dt.date(2020, 1, 1))
    act = office.order()
    office.step("head", act, "reply", reply="已办结")
    with pytest.raises(NotAllowed):
        office.step("head", act, "accept")
    assert office.step("second", act, "accept").state == "accepted"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"), ({"text": ""}, "text"), ({"text": "x" * 4001}, "text"), ({"limit_days": 0}, "limit_days"),
        ({"limit_days": 6}, "limit_days"), ({"kind": "explanation", "limit_days": 4}, "limit_days"), ({"kind": "x"}, "kind"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_order_is_said_field_by_field(office, wrong, field):
    with pytest.raises(Invalid) as refused:
        actions.issue(office.actor("supervisor"), office.draft(**wrong))
    assert set(refused.value.fields) == {field} and str(refused.value.fields[field])
    assert not Act.objects.exists()


def test_an_order_is_about_one_unit_and_its_people(office):
    overdue_case(office)
    ident = lamps(source="cases.decision")[0].ident
    with pytest.raises(Invalid) as refused:
        office.order(ident, department=office.other)
    assert "lamps" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        office.order(person=office.people["other_head"])
    assert "person" in refused.value.fields


# --- accountability -----------------------------------------------------------------------------------------------------


def test_a_measure_needs_two_people_and_an_appeal_a_third(office):
    record = office.proposed()
    assert record.number.startswith("WZ-")
    assert told(office.people["second"], "monitoring.accountability_proposed") == 1
    assert told(office.people["supervisor"], "monitoring.accountability_proposed") == 0
    with pytest.raises(NotAllowed):
        office.judge("supervisor", record, "confirm")
    with pytest.raises(NotFound):
        office.judge("head", record, "appeal", note="尚未通知")  # a proposal is not told yet
    record = office.judge("second", record, "confirm")
    assert (record.state, record.appeal_until_on) == ("confirmed", dt.date(2026, 11, 27))
    assert told(office.people["head"], "monitoring.accountability") == 1
    with pytest.raises(NotFound):
        office.judge("other_head", record, "appeal", note="x")
    record = office.judge("head", record, "appeal", note="当日系统停机")
    for who in ("supervisor", "second"):
        with pytest.raises(NotAllowed):
            office.judge(who, record, "lift", note="x")
    record = office.judge("third", record, "lift", note="情况属实")
    assert record.state == "lifted"


def test_an_appeal_comes_within_its_days(office):
    record = office.judge("second", office.proposed(), "confirm")
    with at("2026-11-28"), override("en"), pytest.raises(WrongState) as refused:
        office.judge("head", record, "appeal", note="晚了")
    assert "27 November 2026" in str(refused.value)
    with at("2026-11-27"):
        assert office.judge("head", record, "appeal", note="按时").state == "appealed"


def test_the_table_itself_refuses_one_person_in_two_parts(office):
    record = office.judge("second", office.proposed(), "confirm")
    with pytest.raises(IntegrityError), transaction.atomic():
        Accountability.objects.filter(pk=record.pk).update(confirmed_by=record.proposed_by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Accountability.objects.filter(pk=record.pk).update(decided_by=record.confirmed_by)


def test_a_person_who_is_named_reads_it_and_decides_nothing_about_it(office):
    record = office.proposed(person=office.people["clerk"])
    assert not policies.may_see_accountability(office.user("clerk"), record)
    record = office.judge("second", record, "confirm")
    assert policies.may_see_accountability(office.user("clerk"), record)
    assert told(office.people["clerk"], "monitoring.accountability") == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"measure": "x"}, "measure"), ({"measure": "points"}, "points"), ({"ground": " "}, "ground"),
        ({"basis": ""}, "basis"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_proposal_is_said_field_by_field(office, wrong, field):
    with pytest.raises(Invalid) as refused:
        office.proposed(**wrong)
    assert set(refused.value.fields) == {field}


def test_points_are_counted_where_points_are_taken(office):
    assert office.proposed(measure="points", points=2).points == 2
    assert office.proposed(measure="talk", points=2).points is None


# --- all walks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_a_random_walk_and_policy_is_queryset(office, seed):
    chance = random.Random(seed)
    texts = {"note": "说明", "reply": "回复", "days": 2}
    everybody = list(office.people)
    day = dt.date(2026, 11, 20)
    acts = [office.order(), actions.issue(office.actor("second"), office.draft(kind="explanation"))]
    records = [office.proposed(), office.proposed("second", person=office.people["clerk"])]
    for _turn in range(30):
        day += dt.timedelta(days=chance.choice((0, 0, 1)))
        who = chance.choice(everybody)
        with at(day.isoformat()):
            try:
                if chance.random() < 0.5:
                    office.step(who, chance.choice(acts), chance.choice(list(ACT.transitions)), **texts)
                else:
                    office.judge(who, chance.choice(records), chance.choice(list(ACCOUNTABILITY.transitions)), **texts)
            except DomainError:
                pass
    _policy_is_queryset(office)
    for act in Act.objects.all():
        assert act.is_open is (not ACT.states[act.state].ended)


def _policy_is_queryset(office: Office) -> None:
    who = {name: office.user(name) for name in office.people}
    for user in who.values():
        seen = set(Act.objects.visible_to(user).values_list("pk", flat=True))
        assert seen == {one.pk for one in Act.objects.all() if policies.may_see_act(user, one)}
        seen = set(Accountability.objects.visible_to(user).values_list("pk", flat=True))
        assert seen == {one.pk for one in Accountability.objects.all() if policies.may_see_accountability(user, one)}


def test_a_measure_found_wrong_is_revoked_with_its_grounds_and_counts_no_more(office):
    record = office.judge("second", office.proposed(), "confirm")
    place = list(KINDS).index("accountability")
    assert counts_by_department(None)[office.department.pk][place] == 1
    with pytest.raises(Invalid):
        office.judge("third", record, "revoke", note=" ")
    with pytest.raises(NotAllowed):
        office.judge("supervisor", record, "revoke", note="由提出人撤销")
    record = office.judge("third", record, "revoke", note="经复核，逾期由系统停机造成。")
    assert (record.state, record.revoked_by) == ("revoked", office.people["third"])
    assert record.revoked_on == dt.date(2026, 11, 20)
    assert told(office.people["head"], "monitoring.accountability") == 2
    assert office.department.pk not in counts_by_department(None)
    lines = record_of(Whose(departments=[office.department.pk])).rows
    assert [(one.kind, one.state) for one in lines] == [("accountability", ACCOUNTABILITY.states["revoked"].label)]
    with pytest.raises(WrongState):
        office.judge("third", record, "revoke", note="再次")


def test_a_measure_upheld_after_an_appeal_may_still_be_revoked_and_an_appealed_one_is_decided_first(office):
    record = office.judge("second", office.proposed(), "confirm")
    record = office.judge("head", record, "appeal", note="当日系统停机")
    with pytest.raises(WrongState):
        office.judge("second", record, "revoke", note="x")
    record = office.judge("third", record, "uphold", note="维持")
    record = office.judge("second", record, "revoke", note="新证据")
    assert (record.state, record.note, record.revocation) == ("revoked", "维持", "新证据")


def test_the_table_itself_refuses_a_revocation_without_grounds_or_by_who_proposed(office):
    record = office.judge("second", office.proposed(), "confirm")
    for values in (
        {"state": "revoked"},
        {"state": "revoked", "revoked_by": record.proposed_by, "revoked_on": record.confirmed_on, "revocation": "x"},
        {"revoked_by": record.confirmed_by, "revoked_on": record.confirmed_on},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Accountability.objects.filter(pk=record.pk).update(**values)


def test_a_reply_is_sent_back_for_at_most_the_days_of_the_rule(office):
    act = office.step("head", office.order(), "reply", reply="已整改")
    with pytest.raises(Invalid) as refused:
        office.step("supervisor", act, "send_back", note="未说明原因", days=6)
    assert "5" in str(refused.value.fields["days"])
    DatedRule.objects.filter(code="monitoring.order_days").update(value=8)
    forget()
    assert office.step("supervisor", act, "send_back", note="未说明原因", days=6).state == "sent_back"
