"""The portal decides by itself, explains itself, and leaves everything else to a person."""

import datetime as dt
import threading

import pytest
from django.db import connection

from approvals.cases import actions as cases
from approvals.cases.models import Case
from approvals.instant import actions, checks, policies
from approvals.instant.actions import deciding
from approvals.instant.checks import CHECKS, Check, Found, SourceUnavailable
from approvals.instant.measures import INSTANT_MEASURES
from approvals.instant.models import BrokenCheck, InstantDecision, RuleSet
from approvals.instant.wording import SENTENCES, of_decision
from approvals.pledges.models import CreditRecord
from portal.core import statistics
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.models import Document, Event, Notification
from portal.core.rules import add_version
from portal.core.statistics.read import period
from portal.core.statistics.verify import differences
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Membership, Organisation
from portal.people.roles import Role
from tests import factories
from tests.instant.objects import ALONE, HELD, Counter, work

pytestmark = pytest.mark.django_db
D = dt.date


@pytest.fixture
def counter() -> Counter:
    return Counter()


def failed(decision: InstantDecision) -> list[str]:
    return [one["found"] for one in decision.results if not one["passed"]]


# --- decided --------------------------------------------------------------------------------------------------------------


def test_all_checks_fulfilled_accepts_and_approves_without_a_person(counter):
    counter.certificate()
    counter.rules()
    case = counter.file()
    assert (case.state, case.outcome, case.staff_id) == ("approved", "approved", None)
    assert (case.accepted_on, case.decided_on) == (D(2026, 6, 1), D(2026, 6, 1))
    decision = counter.decision(case)
    assert decision.outcome == "approved"
    assert [one.passed for one in of_decision(decision)] == [True, True, True]
    steps = Event.objects.filter(stream="cases.case", stream_id=case.pk, type__in=["case.accept", "case.approve"])
    assert {(one.actor_id, one.role) for one in steps} == {(None, "system")}
    assert Document.objects.filter(stream_id=case.pk, occasion="approve").count() == 1
    assert Notification.objects.filter(user=counter.person, template="case.approve").count() == 1


def test_a_check_that_is_not_fulfilled_refuses_nothing_and_says_why(counter):
    counter.rules()
    case = counter.file()
    decision = counter.decision(case)
    assert (case.state, case.review_steps, decision.outcome) == ("submitted", 1, "person")
    assert failed(decision) == ["no_certificate"]
    assert "No such certificate is held." in [one.found for one in of_decision(decision)]
    assert Event.objects.filter(stream_id=case.pk, type="case.left_to_person").count() == 1


@pytest.mark.parametrize(
    "more",
    [{"valid_until": D(2026, 5, 31)}, {"state": "suspended"}, {"valid_from": D(2026, 6, 2)}, {"state": "revoked"}],
)
def test_a_certificate_that_does_not_hold_today_is_no_source(counter, more):
    counter.certificate(**more)
    counter.rules()
    assert failed(counter.decision(counter.file())) == ["certificate_over"]


def test_somebody_elses_certificate_is_no_source(counter):
    counter.certificate(factories.citizen())
    counter.rules()
    assert failed(counter.decision(counter.file())) == ["no_certificate"]


def test_an_item_without_rules_is_left_alone(counter):
    case = counter.file()
    assert case.state == "submitted"
    assert not InstantDecision.objects.exists()


def test_a_second_filing_after_an_approval_is_left_to_a_person(counter):
    counter.certificate()
    counter.rules()
    first = counter.file()
    second = counter.file()
    assert (first.state, second.state) == ("approved", "submitted")
    assert failed(counter.decision(second)) == ["other_case"]


def test_a_form_that_was_tampered_with_does_not_pass(counter, monkeypatch):
    """Whatever came into the answers past the pages is read by the form's own rules once more."""
    from approvals.instant import evaluating

    counter.certificate()
    counter.rules()
    monkeypatch.setattr(evaluating, "definition_of", lambda _case: object())
    monkeypatch.setattr(evaluating, "form_problems", lambda _definition, _answers: {"area": "x"})
    assert "form_faulty" in failed(counter.decision(counter.file()))


def test_rules_of_an_old_version_decide_nothing(counter):
    counter.certificate()
    rules = counter.rules()
    other = factories.item(materials=0).current
    RuleSet.objects.filter(pk=rules.pk).update(version=other)
    assert failed(counter.decision(counter.file())) == ["other_version"]


def test_a_missing_material_and_a_pledge_are_a_persons_matter():
    counter = Counter()
    counter.certificate()
    counter.rules()
    draft = counter.draft()
    Case.objects.filter(pk=draft.pk).update(pledged=True)
    assert failed(counter.decision(counter.file(draft=draft))) == ["pledged"]


def test_a_person_who_was_faster_is_not_overruled(counter):
    counter.certificate()
    counter.rules()
    draft = counter.draft()
    with driven_clock(counter.now):
        case = cases.take_step(actor_of(counter.person), draft.pk, "submit", state_version=draft.state_version)
        cases.take_step(counter.clerk, case.pk, "accept", state_version=case.state_version)
        work()
    assert Case.objects.get(pk=case.pk).state == "accepted"
    assert not InstantDecision.objects.exists()


def test_the_job_may_come_twice(counter):
    counter.certificate()
    counter.rules()
    case = counter.file()
    assert deciding.decide(case.pk) is None
    assert InstantDecision.objects.count() == 1


def test_a_supervisor_undoes_the_portals_approval_like_any_other(counter):
    counter.certificate()
    counter.rules()
    case = counter.file()
    with driven_clock(counter.now):
        case = cases.take_step(
            counter.supervisor, case.pk, "correct", {"reason": "误批"}, state_version=case.state_version
        )
    assert case.state == "accepted"


# --- the checks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "good"), [("18-60", True), ("36-", True), ("-35", False), ("37-60", False)])
def test_age_is_counted_by_the_account_not_by_the_form(counter, value, good):
    case = counter.draft()  # born on 1990-01-01
    facts = checks.CaseFacts(Case.objects.select_related("applicant__citizen").get(pk=case.pk), D(2026, 6, 1))
    assert CHECKS["age"].run(facts, "", value).passed is good


@pytest.mark.parametrize(
    ("code", "value", "given", "good"),
    [
        ("form_range", "10-20", "15", True), ("form_range", "10-20", "21", False), ("form_range", "10-", "ten", False),
        ("form_equals", "yes", True, True), ("form_equals", "rent", "own", False),
        ("form_one_of", "rent,own", "own", True), ("form_one_of", "rent,own", ["own", "lent"], False),
        ("form_one_of", "rent,own", [], False),
    ],
)  # fmt: skip
def test_what_the_form_says_is_compared(counter, code, value, given, good):
    facts = checks.CaseFacts(counter.draft(), D(2026, 6, 1))
    facts.__dict__["answers"] = {"q": given}
    assert CHECKS[code].run(facts, "q", value).passed is good


def test_another_approved_case_counts_until_it_is_revoked(counter):
    counter.rules(HELD)
    with driven_clock(counter.now):
        clerk = counter.clerk
        other = factories.item(materials=0, review_steps=0)
        done = factories.accepted(clerk, counter.person, other)
        done = cases.take_step(clerk, done.pk, "approve", {"text": ""}, state_version=done.state_version)
    facts = checks.CaseFacts(counter.draft(), D(2026, 6, 2))
    assert CHECKS["approved_case"].run(facts, other.code, "30").passed
    assert not CHECKS["approved_case"].run(checks.CaseFacts(facts.case, D(2026, 9, 1)), other.code, "30").passed
    Case.objects.filter(pk=done.pk).update(state="revoked", revoked_on=D(2026, 6, 1))
    assert not CHECKS["approved_case"].run(facts, other.code, "30").passed


def test_the_register_asks_for_a_confirmed_legal_person(counter):
    firm = Organisation.objects.create(uscc="91110000600037341L", name="海州鲜味食品有限公司")
    member = Membership.objects.create(organisation=firm, user=counter.person, starts_on="2020-01-01")
    with driven_clock(counter.now):
        case = cases.start_draft(actor_of(counter.person), counter.item, organisation=firm)
        facts = checks.CaseFacts(case, D(2026, 6, 1))
        assert CHECKS["register"].run(facts, "", "").code == "not_confirmed"
        Membership.objects.filter(pk=member.pk).update(kind=Membership.Kind.LEGAL_PERSON)
        assert CHECKS["register"].run(facts, "", "").passed


def test_a_credit_record_leaves_it_to_a_person(counter):
    counter.certificate()
    counter.rules(HELD, {"check": "no_bar"})
    with driven_clock(counter.now):
        case = factories.submitted(counter.person, factories.item(materials=0))
    CreditRecord.objects.create(
        case=case, department=case.department, person=counter.person, subject_name="王丽娟", ground="commitment",
        facts="x", source="y", from_on=D(2026, 5, 1), until_on=D(2026, 12, 1),
    )  # fmt: skip
    assert failed(counter.decision(counter.file())) == ["barred"]


def test_every_finding_has_a_sentence():
    import inspect

    source = inspect.getsource(checks) + inspect.getsource(__import__("approvals.instant.evaluating", fromlist=["x"]))
    import re

    codes = set(re.findall(r'Found\((?:True|False|[^,]+), "(\w+)"', source)) | set(
        re.findall(r'"(\w+)" if found is None', source)
    )
    assert len(codes) > 15
    assert codes <= SENTENCES.keys()


# --- a broken check ---------------------------------------------------------------------------------------------------


def _broken(_facts, _subject, _value):
    raise SourceUnavailable("the register does not answer")


def test_a_check_that_breaks_switches_itself_off_loudly_and_people_take_over(counter, monkeypatch):
    counter.certificate()
    counter.rules(HELD, {"check": "no_bar"})
    monkeypatch.setitem(CHECKS, "no_bar", Check("no_bar", "x", "credit", _broken))
    case = counter.file()
    assert case.state == "submitted"
    assert failed(counter.decision(case)) == ["broke"]
    broken = BrokenCheck.objects.get()
    assert (broken.code, broken.on_at) == ("no_bar", None)
    assert "does not answer" in broken.error
    told = Notification.objects.filter(template="instant.broken").values_list("user", flat=True)
    assert {counter.boss.user_id, counter.supervisor.user_id} <= set(told)
    assert not {counter.clerk.user_id, counter.person.pk} & set(told)
    monkeypatch.undo()
    other = factories.citizen()
    counter.certificate(other)
    again = counter.file(other)
    assert failed(counter.decision(again)) == ["switched_off"]  # until a person switches it on
    with driven_clock(counter.now):
        with pytest.raises(NotAllowed):
            actions.switch_on(counter.head, broken.pk, note="x")
        with pytest.raises(Invalid):
            actions.switch_on(counter.boss, broken.pk, note=" ")
        actions.switch_on(counter.boss, broken.pk, note="接口已恢复")
        with pytest.raises(WrongState):
            actions.switch_on(counter.boss, broken.pk, note="x")
    third = factories.citizen()
    counter.certificate(third)
    assert counter.file(third).state == "approved"


def test_an_error_of_the_database_breaks_the_check_and_not_the_filing(counter, monkeypatch):
    def bad(_facts, _subject, _value):
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
        return Found(True, "no_bar")

    counter.certificate()
    counter.rules(HELD, {"check": "no_bar"})
    monkeypatch.setitem(CHECKS, "no_bar", Check("no_bar", "x", "credit", bad))
    case = counter.file()
    assert case.state == "submitted"
    assert BrokenCheck.objects.count() == 1


# --- rules --------------------------------------------------------------------------------------------------------------


def test_rules_are_written_tried_and_put_into_force_by_two(counter):
    with driven_clock(counter.now):
        with pytest.raises(NotAllowed):
            actions.write(counter.clerk, counter.item.pk, [HELD], ground="x")
        rules = actions.write(counter.boss, counter.item.pk, [HELD], ground="海政办〔2026〕3号")
        with pytest.raises(NotAllowed, match="second person"):
            actions.publish(counter.boss, rules.pk)
        with pytest.raises(WrongState, match="Try the rules"):
            actions.publish(counter.head, rules.pk)
        actions.try_out(counter.boss, rules.pk)
        rules = actions.publish(counter.head, rules.pk)
        assert (rules.state, len(rules.seed)) == ("in_force", 64)
        fresh = actions.write(counter.boss, counter.item.pk, [HELD, ALONE], ground="y")
        assert fresh.tried_at is None  # what changed is tried again
        actions.try_out(counter.boss, fresh.pk)
        actions.publish(counter.head, fresh.pk)
        rules.refresh_from_db()
    assert (rules.state, rules.checks) == ("retired", [HELD])


def test_rules_without_a_source_beside_the_form_do_not_come_into_force(counter):
    with driven_clock(counter.now):
        rules = actions.write(counter.boss, counter.item.pk, [ALONE, {"check": "age", "value": "60-"}], ground="x")
        actions.try_out(counter.boss, rules.pk)
        with pytest.raises(WrongState, match="source beside the form"):
            actions.publish(counter.head, rules.pk)


def test_rules_of_an_item_whose_guide_says_nothing_do_not_come_into_force():
    counter = Counter(instant=False)
    with driven_clock(counter.now):
        rules = actions.write(counter.boss, counter.item.pk, [HELD], ground="x")
        actions.try_out(counter.boss, rules.pk)
        with pytest.raises(WrongState, match="guide does not say"):
            actions.publish(counter.head, rules.pk)


def test_rules_for_a_version_that_is_over_do_not_come_into_force(counter):
    with driven_clock(counter.now):
        rules = actions.write(counter.boss, counter.item.pk, [HELD], ground="x")
        actions.try_out(counter.boss, rules.pk)
        RuleSet.objects.filter(pk=rules.pk).update(version=factories.item(materials=0).current)
        with pytest.raises(WrongState, match="new version"):
            actions.publish(counter.head, rules.pk)


@pytest.mark.parametrize(
    "line",
    [
        {"check": "magic"}, {"check": "form_equals", "subject": "nowhere", "value": "x"},
        {"check": "certificate", "subject": "NONE"}, {"check": "approved_case", "subject": "NONE"},
        {"check": "age", "value": "old"}, {"check": "age", "value": "60-18"}, {"check": "age", "value": "-"},
        {"check": "no_other_case", "value": "soon"},
    ],
)  # fmt: skip
def test_a_line_with_a_fault_is_named(counter, line):
    with driven_clock(counter.now), pytest.raises(Invalid) as refused:
        actions.write(counter.boss, counter.item.pk, [HELD, line], ground="x")
    assert set(refused.value.fields) == {"check-1"}


def test_a_trial_says_where_rules_and_people_differ(counter):
    with driven_clock(counter.now):
        held, lone = counter.person, factories.citizen()
        for person in (held, lone):
            case = factories.accepted(counter.clerk, person, counter.item)
            cases.propose(counter.clerk, case.pk, "refuse", {"grounds": "不符合"}, state_version=case.state_version)
            fresh = Case.objects.get(pk=case.pk)
            cases.decide_proposal(
                counter.head, fresh.proposals.get().pk, confirm=True, note="", state_version=fresh.state_version
            )
    counter.certificate(held)
    with driven_clock(counter.now):
        rules = actions.write(counter.boss, counter.item.pk, [HELD], ground="x")
        tried = actions.try_out(counter.boss, rules.pk).tried
    assert (tried["cases"], tried["approved"], tried["different"]) == (2, 1, 1)


# --- review -------------------------------------------------------------------------------------------------------------


def drawn_case(counter: Counter, *, share: float = 1.0) -> InstantDecision:
    with driven_clock(factories.moment("2026-05-30 09:00")):
        add_version(counter.boss, "instant.sample_share", value=share, valid_from=D(2026, 6, 1), source="试行")
    counter.certificate()
    counter.rules()
    return counter.decision(counter.file())


def test_a_drawn_approval_is_reviewed_once_and_by_a_reviewer(counter):
    decision = drawn_case(counter)
    assert (decision.review, decision.review_due_on) == ("waiting", D(2026, 6, 15))
    with driven_clock(counter.now):
        with pytest.raises(NotAllowed):
            actions.review(counter.clerk, decision.pk, right=True, finding="对")
        with pytest.raises(NotFound):
            actions.review(actor_of(factories.citizen()), decision.pk, right=True, finding="对")
        with pytest.raises(Invalid):
            actions.review(counter.reviewer, decision.pk, right=True, finding=" ")
        actions.review(counter.reviewer, decision.pk, right=True, finding="材料与电子证照一致。")
        with pytest.raises(WrongState, match="reviewed already"):
            actions.review(counter.reviewer, decision.pk, right=False, finding="x")


def test_what_was_not_drawn_is_not_reviewed_and_the_draw_replays(counter):
    decision = drawn_case(counter, share=0.0)
    assert decision.review == "none"
    assert actions.replay(decision)
    decision.draw += 1
    assert not actions.replay(decision)
    with driven_clock(counter.now), pytest.raises(WrongState, match="not drawn"):
        actions.review(counter.reviewer, decision.pk, right=True, finding="x")


def test_about_the_share_of_the_rule_is_drawn():
    numbers = [f"SP-SCJG-{n:06d}" for n in range(4000)]
    drawn = sum(deciding.drawn("seed", number) < deciding.DRAWN_OF * 0.05 for number in numbers)
    assert 150 <= drawn <= 250


def test_a_wrong_approval_is_revoked_by_two_people(counter):
    decision = drawn_case(counter)
    with driven_clock(counter.now):
        actions.review(counter.reviewer, decision.pk, right=False, finding="居住证已注销。")
        case = Case.objects.get(pk=decision.case_id)
        assert case.state == "approved"
        case = cases.decide_proposal(
            counter.head, case.proposals.get().pk, confirm=True, note="", state_version=case.state_version
        )
        work()
    assert case.state == "revoked"
    assert not CreditRecord.objects.exists()  # the portal's error is nobody's breach


def test_the_figures_add_up(counter):
    decision = drawn_case(counter)
    counter.file(factories.citizen())
    with driven_clock(counter.now):
        actions.review(counter.reviewer, decision.pk, right=True, finding="对")
        statistics.refresh_all()
        day = D(2026, 6, 1)
        sums = period(
            INSTANT_MEASURES, "item", day, day, figures=("approved", "to_person", "sampled", "right", "wrong")
        )
        assert sums[None] == {"approved": 1, "to_person": 1, "sampled": 1, "right": 1, "wrong": 0}
        assert [one for one in differences() if one.measure_set != "certificates"] == []  # made here by hand


def test_the_policies_say_what_the_querysets_find(counter):
    decision = drawn_case(counter)
    rules = RuleSet.objects.get()
    other = factories.department("RSJ", name="市人社局", short_name="市人社局")
    people = [
        counter.person, factories.citizen(), counter.clerk.user, counter.supervisor.user, counter.boss.user,
        factories.staff(Role.CLERK, other), factories.staff(Role.HALL_MANAGER),
    ]  # fmt: skip
    for person in people:
        assert policies.may_see(person, decision) == InstantDecision.objects.visible_to(person).exists()
        assert policies.may_see_rules(person, rules) == RuleSet.objects.visible_to(person).exists()


# --- races --------------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_filings_at_once_are_never_both_approved():
    """Both are looked at at the same moment by two workers: the check for other cases sees them one after the other."""
    counter = Counter()
    counter.certificate()
    counter.rules()
    ids = []
    with driven_clock(counter.now):
        for _n in range(2):
            draft = cases.start_draft(actor_of(counter.person), counter.item)
            cases.take_step(actor_of(counter.person), draft.pk, "submit", state_version=draft.state_version)
            ids.append(draft.pk)
    start = threading.Barrier(2)

    def look(case_id: int) -> None:
        from django.db import transaction

        try:
            start.wait()
            with driven_clock(counter.now), transaction.atomic():
                deciding.decide(case_id)
        finally:
            connection.close()

    threads = [threading.Thread(target=look, args=(pk,)) for pk in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert InstantDecision.objects.count() == 2
    assert Case.objects.filter(pk__in=ids, state="approved").count() <= 1
