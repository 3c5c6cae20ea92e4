"""From the signs to a confirmed result: who works, who confirms, what is kept, what is refused."""

import datetime as dt
import hashlib
import json
import random

import pytest
from django.db import IntegrityError, transaction

from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.events import events_of
from portal.core.time import driven_clock
from procurement.oversight import actions, screening
from procurement.oversight.actions import InquiryDraft
from procurement.oversight.lifecycle import LEAD
from procurement.oversight.models import Evidence, Lead, Sign
from tests import factories
from tests.oversight.objects import (
    bids,
    inquired,
    lead,
    lead_of,
    opened,
    person,
    step,
    supervisor,
    suspicious,
    upload,
)
from tests.tenders.objects import officer

pytestmark = pytest.mark.django_db
OPINION = {"result": "established", "opinion": "四家报价等差，且由同一人编制。"}


# --- from signs to leads ------------------------------------------------------------------------------------------------


def test_the_signs_of_a_tender_are_one_lead_with_a_number_and_a_weight():
    lot = suspicious()
    one = lead_of(lot)
    assert one.number.startswith("XS-20261120-") and one.title == lot.project.title
    assert one.has_finding and one.priority >= 10 and one.state == "new"
    assert set(one.signs.values_list("pk", flat=True)) == set(Sign.objects.values_list("pk", flat=True))


def test_figures_alone_are_a_lead_only_when_they_weigh_enough():
    screening.screen_tender(opened((905_000,)).project_id)
    assert Sign.objects.get().code == "R018" and not Lead.objects.exists()
    loud = opened((500_000, 960_000, 975_000, 981_000, 990_000, 1_000_000), winner=0)
    assert lead_of(loud).has_finding is False


def test_of_one_family_only_the_heaviest_sign_weighs():
    one = lead_of(opened((600_000, 940_000, 944_000, 951_000, 960_000), winner=0))
    codes = set(one.signs.values_list("code", flat=True))
    assert {"diffp", "rd", "rdnor", "rdalt"} <= codes and one.priority < 2 * len(codes)


def test_a_sign_found_later_joins_the_open_lead_and_after_the_end_opens_another():
    lot = suspicious()
    one = lead_of(lot)
    first, second, *_rest = bids(lot)
    person(first, "manager", 4001)
    person(second, "manager", 4001)
    screening.screen_tender(lot.project_id)
    assert Sign.objects.get(code="same_staff").lead == one
    assert any(told.event.type == "lead.sign_added" for told in events_of(one))
    chief = supervisor()
    step(chief, one, "take_up")
    step(chief, one, "propose", **OPINION)
    step(supervisor(), one, "confirm")
    person(first, "legal_person", 4002)
    person(second, "legal_person", 4002)
    screening.screen_tender(lot.project_id)
    assert Sign.objects.get(code="same_head").lead != one and Lead.objects.count() == 2


def test_signs_are_gathered_by_hand_and_a_sign_belongs_to_one_lead():
    quiet = [opened((905_000,)), opened((915_000,))]
    for lot in quiet:
        screening.screen_tender(lot.project_id)
    chief = supervisor()
    signs = list(Sign.objects.values_list("pk", flat=True))
    one = actions.open_by_hand(chief, signs[:1])
    actions.open_by_hand(chief, signs[1:], lead_number=one.number)
    assert one.signs.count() == 2
    with pytest.raises(Invalid) as refused:
        actions.open_by_hand(chief, signs)
    assert one.number in str(refused.value.fields["signs"])
    with pytest.raises(Invalid):
        actions.open_by_hand(chief, [999_999])
    with pytest.raises(NotAllowed):
        actions.open_by_hand(officer(), signs)


# --- the way of a lead --------------------------------------------------------------------------------------------------


def test_the_whole_way_with_a_letter_its_answer_and_two_people():
    chief, second = supervisor(), supervisor()
    one = inquired(chief)
    letter = InquiryDraft(to_name="海州第一建设有限公司", question="请说明报价构成。", letter="海交监函〔2026〕5号")
    asked = actions.ask(chief, one.pk, letter)
    assert asked.due_on == dt.date(2026, 11, 27), "five working days"
    with pytest.raises(WrongState):
        step(chief, one, "propose", **OPINION)
    actions.enter_answer(chief, one.pk, asked.pk, "报价由各自预算员编制。")
    actions.write_note(chief, one.pk, "编制人签名笔迹一致。")
    actions.add_files(chief, one.pk, [upload(chief)], note="复函")
    step(chief, one, "propose", **OPINION)
    with pytest.raises(NotAllowed):
        step(chief, one, "confirm")
    closed = step(second, one, "confirm")
    assert (closed.state, closed.result, closed.confirmed_by) == ("closed", "established", second.user)
    told = [event.event.type for event in events_of(one)]
    assert told == [
        "lead.opened", "lead.take_up", "lead.inquire", "lead.asked", "lead.answered", "lead.noted", "lead.files_added",
        "lead.propose", "lead.confirm",
    ]  # fmt: skip


def test_the_evidence_of_a_moment_stays_as_it_was():
    from procurement.bids.models import OpenedBid

    lot = suspicious()
    one = inquired(one=lead_of(lot))
    kept = Evidence.objects.get(lead=one, occasion="inquire")
    assert hashlib.sha256(kept.body.encode()).hexdigest() == kept.sha256
    OpenedBid.objects.filter(pk=bids(lot)[3].pk).update(price_fen=97_000_000)
    screening.screen_tender(lot.project_id)
    kept.refresh_from_db()
    told = {entry["code"]: entry for entry in json.loads(kept.body)}
    assert told["equal_gaps"]["withdrawn_on"] is None and told["equal_gaps"]["figures"]["mean"] == 1_000_000
    assert len(told["equal_gaps"]["firms"]) == 4 and told["equal_gaps"]["tender"] == lot.project.number


def test_only_who_took_it_up_works_on_it_and_taking_over_needs_a_reason():
    chief, other = supervisor(), supervisor()
    one = inquired(chief)
    with pytest.raises(NotAllowed):
        actions.write_note(other, one.pk, "我也看看")
    with pytest.raises(Invalid):
        step(other, one, "take_over", reason="")
    step(other, one, "take_over", reason="承办人休假")
    actions.write_note(other, one.pk, "接办")
    with pytest.raises(NotAllowed):
        actions.write_note(chief, one.pk, "还是我来")


def test_a_referral_names_the_authority_and_the_letter():
    chief = supervisor()
    one = inquired(chief)
    with pytest.raises(Invalid) as refused:
        step(chief, one, "propose", result="referred", opinion="移送")
    assert set(refused.value.fields) == {"authority", "document_number"}
    step(
        chief,
        one,
        "propose",
        result="referred",
        opinion="移送",
        authority="海州市公安局",
        document_number="海交移〔2026〕1号",
    )
    assert step(supervisor(), one, "confirm").document_number == "海交移〔2026〕1号"


def test_sent_back_and_reopened_leads_go_on_with_the_inquiry_and_keep_the_reason():
    chief, second = supervisor(), supervisor()
    one = inquired(chief)
    step(chief, one, "propose", **OPINION)
    back = step(second, one, "send_back", reason="未核对编制人")
    assert (back.state, back.result, back.proposed_by) == ("inquiry", "", None)
    step(chief, one, "propose", **OPINION)
    step(second, one, "confirm")
    with pytest.raises(Invalid):
        step(chief, one, "reopen", reason="")
    again = step(chief, one, "reopen", reason="发现新的证据")
    assert (again.state, again.closed_on, again.confirmed_by) == ("inquiry", None, None)
    assert events_of(one)[-1].data["reason"] == "发现新的证据"


def test_the_base_itself_refuses_one_person_in_both_parts():
    chief = supervisor()
    one = inquired(chief)
    step(chief, one, "propose", **OPINION)
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.filter(pk=one.pk).update(state="closed", confirmed_by=chief.user, closed_on=dt.date(2026, 11, 20))


def test_two_who_take_a_lead_up_at_once_get_it_once():
    one = lead()
    step(supervisor(), one, "take_up")
    with pytest.raises(Stale):
        actions.take_step(supervisor(), one.pk, "take_up", {}, state_version=0)


# --- letters ------------------------------------------------------------------------------------------------------------


def test_a_letter_is_answered_once_and_silence_is_entered_after_its_time():
    chief = supervisor()
    one = inquired(chief)
    draft = {"to_name": "甲公司", "question": "请说明", "letter": "函1"}
    asked = actions.ask(chief, one.pk, InquiryDraft(**draft))
    with pytest.raises(Invalid):
        actions.enter_answer(chief, one.pk, asked.pk, "未复函", unanswered=True)
    with driven_clock(factories.moment("2026-11-30 10:00")):
        actions.enter_answer(chief, one.pk, asked.pk, "逾期未复函，已电话催告", unanswered=True)
    with pytest.raises(WrongState):
        actions.enter_answer(chief, one.pk, asked.pk, "补复函")
    with pytest.raises(NotFound):
        actions.enter_answer(chief, one.pk, 999_999, "x")
    for wrong in ({"question": " "}, {"letter": ""}, {"uscc": "123"}, {"days": 90}):
        with pytest.raises(Invalid):
            actions.ask(chief, one.pk, InquiryDraft(**{**draft, **wrong}))


def test_letters_go_out_within_an_inquiry_only():
    chief, one = supervisor(), lead()
    step(chief, one, "take_up")
    with pytest.raises(WrongState):
        actions.ask(chief, one.pk, InquiryDraft(to_name="甲", question="乙", letter="丙"))


# --- walks --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_whatever_people_try_in_whatever_order_the_facts_agree(seed):
    dice = random.Random(seed)
    people = [supervisor() for _n in range(3)]
    one = lead()
    inputs = {
        "reason": "原因", "result": "referred", "opinion": "意见", "authority": "公安局", "document_number": "1号",
    }  # fmt: skip
    done = set()
    for _turn in range(60):
        actor = dice.choice(people)
        one.refresh_from_db()
        offered = [step.code for step in LEAD.offered(one, actor.user)]
        code = dice.choice(offered if offered and dice.random() < 0.7 else sorted(LEAD.transitions))
        before = (one.state, one.state_version)
        try:
            actions.take_step(actor, one.pk, code, inputs, state_version=one.state_version)
        except DomainError:
            one.refresh_from_db()
            assert (one.state, one.state_version) == before
            continue
        one.refresh_from_db()
        done.add(code)
        assert one.state_version == before[1] + 1 and before[0] in LEAD.transitions[code].sources
        assert (one.state == "closed") == (one.closed_on is not None and one.confirmed_by_id is not None)
        assert one.proposed_by_id is None or one.proposed_by_id != one.confirmed_by_id
        assert (one.taken_by_id is None) == (one.state == "new")
    assert done >= set(LEAD.transitions) - {"inquire"}, "a lead may also be concluded without an inquiry"
    assert len(events_of(one)) == one.state_version + 1
