"""Commitment approval: text, signature, decision at once, the check, the breach and what follows from it."""

import contextlib
import datetime as dt
import json
import random

import pytest

from approvals.cases.models import Case
from approvals.certificates.models import Certificate
from approvals.pledges import actions, policies
from approvals.pledges.measures import COMMITMENT_MEASURES
from approvals.pledges.models import Commitment, CommitmentText, CreditRecord, CreditRequest, PromisedMaterial
from approvals.pledges.subjects import Barred
from approvals.pledges.terms import digest_of, excused, words_of
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.models import Document, Notification
from portal.core.statistics.verify import differences
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Membership, Organisation
from portal.people.roles import Role
from tests import factories
from tests.certificates.objects import make_type
from tests.pledges.objects import WORDS, Lane, work

pytestmark = pytest.mark.django_db
D = dt.date


@pytest.fixture
def lane() -> Lane:
    return Lane(promised_days=10)


# --- the text ---------------------------------------------------------------------------------------------------------


def test_a_text_is_written_by_one_and_put_into_force_by_another(lane):
    with driven_clock(lane.now):
        with pytest.raises(NotAllowed):
            actions.write_text(lane.clerk, lane.item.pk, WORDS)
        with pytest.raises(Invalid) as refused:
            actions.write_text(lane.boss, lane.item.pk, {**WORDS, "checked": " "})
        assert set(refused.value.fields) == {"checked"}
        text = actions.write_text(lane.boss, lane.item.pk, WORDS, check_days=30)
        with pytest.raises(NotAllowed, match="second person"):
            actions.publish_text(lane.boss, text.pk)
        text = actions.publish_text(lane.head, text.pk)
        with pytest.raises(WrongState):
            actions.publish_text(lane.head, text.pk)
    assert (text.state, text.number, text.published_on) == ("in_force", 1, D(2026, 6, 1))


def test_a_text_in_force_is_replaced_never_changed(lane):
    first = lane.text()
    second = lane.text(conditions="新的条件")
    first.refresh_from_db()
    assert (first.state, first.conditions) == ("retired", WORDS["conditions"])
    assert (second.number, second.state) == (2, "in_force")


# --- the signature ------------------------------------------------------------------------------------------------------


def test_the_words_are_kept_as_they_were_read_and_the_paper_shows_them(lane):
    commitment = lane.committed()
    assert json.loads(commitment.words)["conditions"] == WORDS["conditions"]
    assert commitment.digest == digest_of(commitment.words, commitment.signed_name, commitment.signed_at)
    paper = Document.objects.get(pk=commitment.document_id)
    assert "不是以数字证书作出的可靠电子签名" in paper.data
    assert WORDS["conditions"].splitlines()[0] in paper.data
    lane.text(conditions="新的条件")
    commitment.refresh_from_db()
    assert json.loads(commitment.words)["conditions"] == WORDS["conditions"]


def test_a_signature_stands_in_for_the_materials_that_the_item_names(lane):
    text, case = lane.text(), lane.draft()
    lane.sign(case, text)
    case.refresh_from_db()
    assert excused(case) == {lane.lease.pk}


@pytest.mark.parametrize(("name", "read"), [("李四", True), ("王丽娟", False)])
def test_a_signature_with_another_name_or_unread_is_none(lane, name, read):
    text, case = lane.text(), lane.draft()
    with driven_clock(lane.now), pytest.raises(Invalid):
        actions.sign(lane.applicant, case.pk, text.pk, name=name, read=read, step="password")
    assert not Commitment.objects.exists()


def test_an_item_without_a_text_is_not_decided_on_a_commitment(lane):
    case = lane.draft()
    other = factories.item()
    text = lane.text()
    with driven_clock(lane.now):
        from approvals.cases import actions as cases

        strange = cases.start_draft(lane.applicant, other)
        with pytest.raises(WrongState, match="not decided on a commitment"):
            actions.sign(lane.applicant, strange.pk, text.pk, name="王丽娟", read=True, step="password")
        with pytest.raises(NotAllowed):
            actions.sign(lane.applicant, case.pk, text.pk, name="王丽娟", read=True, step="clicked")
        with pytest.raises(NotFound):
            actions.sign(actor_of(factories.citizen()), case.pk, text.pk, name="x", read=True, step="password")


def test_a_text_that_changed_while_it_was_read_is_read_again(lane):
    text, case = lane.text(), lane.draft()
    lane.text(conditions="新的条件")
    with pytest.raises(Stale):
        lane.sign(case, text)


def test_a_text_that_changed_before_the_filing_stops_it(lane):
    text, case = lane.text(), lane.draft()
    lane.sign(case, text)
    fresh = lane.text(conditions="新的条件")
    with pytest.raises(WrongState, match="has changed since you signed"):
        lane.file(case)
    lane.sign(case, fresh)
    assert lane.file(case).state == "submitted"


def test_an_agent_signs_for_a_firm_with_the_own_name(lane):
    firm = Organisation.objects.create(uscc="91110000600037341L", name="海州鲜味食品有限公司")
    Membership.objects.create(organisation=firm, user=lane.person, starts_on="2020-01-01")
    from approvals.cases import actions as cases

    with driven_clock(lane.now):
        case = cases.start_draft(lane.applicant, lane.item, organisation=firm)
    commitment = lane.sign(case, lane.text(), name="王丽娟")
    assert commitment.signed_name == "王丽娟"


# --- decided at once, checked -------------------------------------------------------------------------------------------


def test_the_short_way_accepts_and_approves_without_a_review_and_a_check_is_due(lane):
    commitment = lane.decided()
    case = commitment.case
    assert (case.state, case.decided_on, case.staff_id) == ("approved", D(2026, 6, 1), lane.clerk.user_id)
    assert (commitment.state, commitment.decided_on) == ("checking", D(2026, 6, 1))
    assert commitment.due_on == D(2026, 7, 28)  # forty working days, the Dragon Boat holiday left out


def test_only_a_clerk_and_only_before_the_answer_decides_at_once(lane):
    commitment = lane.committed()
    case = commitment.case
    with driven_clock(lane.now):
        with pytest.raises(NotAllowed):
            actions.decide_at_once(lane.reviewer, commitment.pk, state_version=case.state_version)
        with pytest.raises(Stale):
            actions.decide_at_once(lane.clerk, commitment.pk, state_version=case.state_version - 1)
    lane.step(case, "accept")
    with driven_clock(lane.now), pytest.raises(WrongState, match="not been answered"):
        actions.decide_at_once(lane.clerk, commitment.pk, state_version=case.state_version + 1)


def test_a_promised_material_holds_up_the_short_way_too_and_nothing_is_left_half_done(lane):
    text, case = lane.text(), lane.draft()
    lane.sign(case, text)
    lane.promise(case)
    case = lane.file(case)
    commitment = Commitment.objects.get(case=case)
    with driven_clock(lane.now), pytest.raises(WrongState, match="The approval waits"):
        actions.decide_at_once(lane.clerk, commitment.pk, state_version=case.state_version)
    case.refresh_from_db()
    assert (case.state, case.review_steps) == ("submitted", 1)


def test_a_check_that_finds_it_kept_ends_there_and_not_twice(lane):
    commitment = lane.decided()
    with driven_clock(lane.now):
        done = actions.keep(lane.reviewer, commitment.pk, "现场一致。", state_version=commitment.state_version)
        with pytest.raises(WrongState):
            actions.keep(lane.reviewer, commitment.pk, "现场一致。", state_version=done.state_version)
    assert (done.state, done.checked_by_id) == ("kept", lane.reviewer.user_id)


def test_a_small_fault_is_put_right_by_a_day_of_its_own(lane):
    commitment = lane.decided()
    with driven_clock(lane.now):
        done = actions.ask_correction(
            lane.clerk, commitment.pk, "请补挂标识牌。", state_version=commitment.state_version
        )
    assert (done.state, done.due_on) == ("correcting", D(2026, 6, 23))
    assert Notification.objects.filter(user=lane.person, template="pledges.correction").count() == 1


def test_lamps_of_checks_are_lit_once_each(lane):
    lane.decided()
    with lane.at("2026-07-20 09:00"):
        assert (actions.light_lamps(), actions.light_lamps()) == (1, 0)
    with lane.at("2026-07-30 09:00"):
        assert (actions.light_lamps(), actions.light_lamps()) == (1, 0)
    told = set(Notification.objects.values_list("template", "user"))
    assert ("pledges.check_due", lane.reviewer.user_id) in told
    assert ("pledges.check_overdue", lane.supervisor.user_id) in told


def test_an_approval_that_was_undone_asks_for_no_check(lane):
    commitment = lane.decided()
    lane.step(commitment.case, "correct", lane.supervisor, reason="误批")
    commitment.refresh_from_db()
    assert (commitment.state, commitment.due_on, commitment.decided_on) == ("signed", None, None)


# --- breach -------------------------------------------------------------------------------------------------------------


def test_a_breach_is_proposed_by_one_and_confirmed_by_the_head(lane):
    commitment = lane.decided()
    with driven_clock(lane.now):
        reported = actions.report_breach(
            lane.reviewer, commitment.pk, "经营场所不存在。", state_version=commitment.state_version
        )
    assert reported.state == "suspected"
    assert Case.objects.get(pk=commitment.case_id).state == "approved"
    assert not CreditRecord.objects.exists()
    case = lane.confirm(commitment.case)
    commitment.refresh_from_db()
    assert (case.state, commitment.state) == ("revoked", "broken")
    record = CreditRecord.objects.get()
    assert (record.ground, record.from_on, record.until_on) == ("commitment", D(2026, 6, 1), D(2027, 6, 1))
    assert "撤" in record.source
    assert Notification.objects.filter(user=lane.person, template="pledges.record").count() == 1
    decision = Document.objects.get(stream_id=case.pk, occasion="approve")
    assert decision.state == "revoked"


def test_a_breach_that_the_head_does_not_confirm_goes_back_to_the_check(lane):
    commitment = lane.decided()
    with driven_clock(lane.now):
        actions.report_breach(lane.reviewer, commitment.pk, "存疑。", state_version=commitment.state_version)
    case = lane.confirm(commitment.case, confirm=False)
    commitment.refresh_from_db()
    assert (case.state, commitment.state) == ("approved", "checking")
    assert not CreditRecord.objects.exists()


def test_a_decision_that_was_wrong_from_the_start_puts_nobody_on_record(lane):
    commitment = lane.decided()
    lane.propose(commitment.case, "revoke", cause="wrong", grounds="不具备法定条件。")
    case = lane.confirm(commitment.case)
    commitment.refresh_from_db()
    assert (case.state, commitment.state) == ("revoked", "void")
    assert not CreditRecord.objects.exists()


def test_a_revoked_case_stays_concluded_and_is_counted_apart(lane):
    from approvals.cases.measures import CASE_MEASURES
    from portal.core.statistics import refresh_all
    from portal.core.statistics.read import SMALLEST, period, standing

    commitment = lane.broken()
    assert commitment.case.outcome == "approved"
    refresh_all()
    day = D(2026, 6, 1)
    sums = period(CASE_MEASURES, SMALLEST, day, day, figures=("concluded", "approved", "revoked", "accepted"))[None]
    assert sums == {"concluded": 1, "approved": 1, "revoked": 1, "accepted": 1}
    assert standing(CASE_MEASURES, SMALLEST, day, figures=("open",))[None]["open"] == 0
    figures = period(COMMITMENT_MEASURES, "item", day, day, figures=("signed", "decided", "broken"))[None]
    assert figures == {"signed": 1, "decided": 1, "broken": 1}
    assert list(differences()) == []


def test_the_certificate_of_the_case_is_revoked_along(lane):
    with driven_clock(lane.now):
        make_type(items=(lane.item.code,))
    commitment = lane.decided()
    lane.step(commitment.case, "issue", document_number="1")
    certificate = Certificate.objects.get(case=commitment.case)
    assert certificate.state == "issued"
    with driven_clock(lane.now):
        actions.report_breach(lane.reviewer, commitment.pk, "不存在。", state_version=commitment.state_version)
    lane.confirm(commitment.case)
    certificate.refresh_from_db()
    assert certificate.state == "revoked"


# --- the bar ------------------------------------------------------------------------------------------------------------


def test_whoever_is_on_record_signs_and_promises_nothing_and_reads_why(lane):
    lane.broken()
    record, text = CreditRecord.objects.get(), CommitmentText.objects.get(state="in_force")
    case = lane.draft()
    with pytest.raises(Barred) as refused:
        lane.sign(case, text)
    for part in ("1 June 2027", "Broken commitment", record.source):
        assert part in refused.value.message
    with pytest.raises(Barred):
        lane.promise(case)
    assert lane.file(case).state == "submitted"  # with all materials everybody may apply


def test_a_second_account_of_the_same_person_is_barred_too(lane):
    lane.broken()
    other = factories.citizen(name="王丽娟")
    other.citizen.resident_number = lane.person.citizen.resident_number
    other.citizen.save()
    actor = actor_of(other)
    case = lane.draft(actor)
    with pytest.raises(Barred):
        lane.sign(case, CommitmentText.objects.get(state="in_force"), actor)


def test_a_record_that_came_between_signature_and_filing_stops_the_filing(lane):
    text, early = lane.text(), lane.draft()
    lane.sign(early, text)
    with driven_clock(lane.now):
        other = factories.submitted(lane.person)
        CreditRecord.objects.create(
            case=other, department=other.department, person=lane.person, subject_name="王丽娟", ground="material",
            facts="x", source="y", from_on=D(2026, 6, 1), until_on=D(2026, 12, 1),
        )  # fmt: skip
    with pytest.raises(Barred):
        lane.file(early)


def test_the_bar_ends_with_its_last_day(lane):
    lane.broken()
    case = lane.draft()
    with lane.at("2027-06-02 09:00"):
        lane.sign(case, CommitmentText.objects.get(state="in_force"))


def test_repair_and_objection_are_answered_by_a_supervisor_with_reasons(lane):
    lane.broken()
    record = CreditRecord.objects.get()
    with driven_clock(lane.now):
        with pytest.raises(NotFound):
            actions.ask(actor_of(factories.citizen()), record.pk, kind="repair", text="x")
        with pytest.raises(NotAllowed):
            actions.ask(lane.clerk, record.pk, kind="repair", text="x")
        with pytest.raises(Invalid):
            actions.ask(lane.applicant, record.pk, kind="gift", text=" ")
        asked = actions.ask(lane.applicant, record.pk, kind="repair", text="已按要求整改。")
        with pytest.raises(WrongState, match="being looked at"):
            actions.ask(lane.applicant, record.pk, kind="objection", text="x")
        with pytest.raises(NotAllowed):
            actions.answer(lane.head, asked.pk, grant=True, text="同意")
        with pytest.raises(Invalid):
            actions.answer(lane.supervisor, asked.pk, grant=True, text=" ")
        actions.answer(lane.supervisor, asked.pk, grant=True, text="整改属实，予以修复。")
        with pytest.raises(WrongState, match="answered already"):
            actions.answer(lane.supervisor, asked.pk, grant=False, text="x")
    record.refresh_from_db()
    assert (record.state, record.ended_on) == ("repaired", D(2026, 6, 1))
    lane.sign(lane.draft(), CommitmentText.objects.get(state="in_force"))  # nothing stands against it any more
    assert CreditRequest.objects.get().state == "granted"


# --- true for all -------------------------------------------------------------------------------------------------------


def test_the_policies_say_what_the_querysets_find(lane):
    commitment = lane.broken()
    record = CreditRecord.objects.get()
    text = commitment.text
    other = factories.department("RSJ", name="市人社局", short_name="市人社局")
    people = [
        lane.person, factories.citizen(), lane.clerk.user, lane.head.user, lane.supervisor.user, lane.boss.user,
        factories.staff(Role.CLERK, other), factories.staff(Role.HALL_MANAGER, other),
    ]  # fmt: skip
    for person in people:
        assert policies.may_see(person, commitment) == Commitment.objects.visible_to(person).exists()
        assert policies.may_see_record(person, record) == CreditRecord.objects.visible_to(person).exists()
        assert policies.is_subject(person, record) == CreditRecord.objects.held_by(person).exists()
        assert policies.may_see_text(person, text) == CommitmentText.objects.visible_to(person).exists()


@pytest.mark.parametrize("seed", range(6))
def test_a_random_walk_leaves_promise_and_case_in_step(seed):
    """Whoever does what in whatever order: a settled promise has its days, an ended case no open one, a breach a record."""
    rng, lane = random.Random(seed), Lane(promised_days=10, review_steps=0)
    text, case = lane.text(), lane.draft()
    lane.sign(case, text)
    if rng.random() < 0.7:
        lane.promise(case, "2026-06-05")
    case = lane.file(case)
    for _hour in range(14):
        lane.now += dt.timedelta(hours=rng.choice([2, 24, 72]))
        with driven_clock(lane.now):
            with contextlib.suppress(DomainError):  # refusing is fine; what is refused leaves no trace
                _somebody(lane, rng, Case.objects.get(pk=case.pk))
            work()
        _check(Case.objects.get(pk=case.pk))


def _somebody(lane: Lane, rng: random.Random, case: Case) -> None:
    commitment = Commitment.objects.get(case=case)
    promise = PromisedMaterial.objects.filter(case=case).first()
    acts = [
        lambda: actions.lapse_due(),
        lambda: actions.decide_at_once(lane.clerk, commitment.pk, state_version=case.state_version),
        lambda: actions.keep(lane.reviewer, commitment.pk, "好", state_version=commitment.state_version),
        lambda: actions.ask_correction(lane.clerk, commitment.pk, "改", state_version=commitment.state_version),
        lambda: actions.report_breach(lane.reviewer, commitment.pk, "假", state_version=commitment.state_version),
        lambda: lane.confirm(case, confirm=rng.random() < 0.6) if case.proposals.filter(outcome="waiting") else None,
        lambda: lane.propose(case, "terminate", grounds="未补齐"),
        lambda: lane.step(case, "accept"),
        lambda: lane.step(case, "approve", text=""),
    ]
    if promise is not None:
        acts += [
            lambda: actions.bring(lane.clerk, promise.pk, [], on_paper=True, state_version=promise.state_version),
            lambda: actions.settle(lane.clerk, promise.pk, state_version=promise.state_version),
            lambda: actions.send_back(lane.clerk, promise.pk, "不对", state_version=promise.state_version),
        ]
    rng.choice(acts)()


def _check(case: Case) -> None:
    commitment = Commitment.objects.get(case=case)
    open_promises = PromisedMaterial.objects.filter(case=case, state__in=("promised", "brought", "lapsed"))
    if case.state in {"revoked", "terminated"}:
        assert not open_promises.exists()
        assert commitment.state in {"kept", "broken", "void"}
    if case.state == "approved":
        assert not open_promises.exists()
        assert commitment.state in {"checking", "correcting", "suspected", "kept"}
    assert (commitment.state == "broken") == CreditRecord.objects.filter(case=case, ground="commitment").exists()
    assert words_of(commitment.text) == commitment.words
