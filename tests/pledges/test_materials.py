"""Tolerant acceptance: what may follow, until when, what happens when it does not come."""

import datetime as dt

import pytest

from approvals.pledges import actions, policies
from approvals.pledges.models import CreditRecord, PromisedMaterial, ToleranceTerms
from approvals.pledges.terms import excused, latest_day
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.models import Document, Notification
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.pledges.objects import Lane, work

pytestmark = pytest.mark.django_db
D = dt.date


@pytest.fixture
def lane() -> Lane:
    return Lane(promised_days=10)


def paper(lane: Lane, name: str = "证明.pdf"):
    from portal.core.models import StoredFile

    return StoredFile.objects.create(
        sha256="0" * 64, size=10, name=name, mime="application/pdf", kind="cases.material",
        created_at=factories.moment("2026-06-01 09:00"), owner_user_id=lane.person.pk,
    )  # fmt: skip


def bring(lane: Lane, promise: PromisedMaterial, *, on_paper: bool = True) -> PromisedMaterial:
    with driven_clock(lane.now):
        return actions.bring(lane.clerk, promise.pk, [], on_paper=on_paper, state_version=promise.state_version)


def settle(lane: Lane, promise: PromisedMaterial) -> PromisedMaterial:
    with driven_clock(lane.now):
        done = actions.settle(lane.clerk, promise.pk, state_version=promise.state_version)
        work()
        return done


def test_a_promised_material_need_not_be_uploaded_and_counts_from_the_filing(lane):
    case = lane.draft()
    lane.promise(case)
    case.refresh_from_db()
    assert excused(case) == {lane.health.pk}
    lane.file(case)
    promise = PromisedMaterial.objects.get(case=case)
    assert (promise.state, promise.promised_on) == ("promised", D(2026, 6, 1))


def test_the_promise_is_at_most_as_long_as_the_item_takes():
    lane = Lane(promised_days=3)
    case = lane.draft()
    with driven_clock(lane.now):
        assert latest_day(case) == D(2026, 6, 4)
        with pytest.raises(Invalid, match="marked below") as refused:
            lane.promise(case, "2026-06-05")
    assert "Choose a day up to" in str(refused.value.fields["due_on"])


@pytest.mark.parametrize("day", ["2026-05-29", "2026-06-01"])
def test_a_promise_for_a_day_that_is_past_or_today_is_refused(lane, day):
    with pytest.raises(Invalid) as refused:
        lane.promise(lane.draft(), day)
    assert str(refused.value.fields["due_on"]) == "Choose a day after today."


def test_what_is_decided_at_once_leaves_no_time():
    lane = Lane(kind="immediate")
    with pytest.raises(WrongState, match="decided at once"):
        lane.promise(lane.draft())


def test_a_material_that_the_item_does_not_name_as_tolerable_is_refused(lane):
    case = lane.draft()
    with driven_clock(lane.now), pytest.raises(WrongState, match="may not follow later"):
        actions.promise_later(lane.applicant, case.pk, lane.main[0].pk, D(2026, 6, 10))


def test_nobody_promises_in_somebody_elses_draft(lane):
    case, stranger = lane.draft(), actor_of(factories.citizen())
    with driven_clock(lane.now), pytest.raises(NotFound):
        actions.promise_later(stranger, case.pk, lane.health.pk, D(2026, 6, 10))


def test_a_draft_that_waited_too_long_is_not_filed_with_a_day_that_is_over(lane):
    case = lane.draft()
    lane.promise(case, "2026-06-03")
    with lane.at("2026-06-08 09:00"), pytest.raises(WrongState, match="no longer fits"):
        lane.file(case)


def test_what_was_uploaded_after_all_is_no_promise(lane):
    case = lane.draft()
    lane.promise(case)
    case.materials.create(material=lane.health, title="x")
    lane.file(case)
    assert not PromisedMaterial.objects.filter(case=case).exists()


def test_no_approval_while_the_material_is_missing_and_none_is_lost_after(lane):
    promise = lane.promised()
    case = lane.step(promise.case, "accept")
    case = lane.step(case, "forward", opinion="")
    case = lane.step(case, "pass_review", lane.reviewer, opinion="同意")
    with pytest.raises(WrongState, match="The approval waits"):
        lane.step(case, "approve", lane.head, text="")
    promise = settle(lane, bring(lane, promise))
    assert promise.state == "settled"
    assert lane.step(case, "approve", lane.head, text="").state == "approved"


def test_an_item_that_decides_first_is_approved_and_the_material_follows(lane):
    lane.decides_first()
    promise = lane.promised()
    assert promise.decides_first
    case = lane.step(promise.case, "accept")
    case = lane.step(case, "forward", opinion="")
    case = lane.step(case, "pass_review", lane.reviewer, opinion="同意")
    assert lane.step(case, "approve", lane.head, text="").state == "approved"
    promise.refresh_from_db()
    assert promise.state == "promised"


def test_the_notice_of_acceptance_lists_what_follows(lane):
    case = lane.step(lane.promised().case, "accept")
    letter = Document.objects.get(stream_id=case.pk, occasion="accept")
    assert lane.health.name in letter.data
    assert "容缺受理" in letter.data


def test_a_clerk_notes_at_the_acceptance_what_the_applicant_promises(lane):
    case = lane.file(lane.draft())
    with driven_clock(lane.now):
        with pytest.raises(Invalid, match="marked") as refused:
            actions.tolerate(
                lane.clerk, case.pk, [lane.health.pk], D(2026, 6, 9), agreed=False, state_version=case.state_version
            )
        assert "agreed" in refused.value.fields
        made = actions.tolerate(
            lane.clerk, case.pk, [lane.health.pk], D(2026, 6, 9), agreed=True, state_version=case.state_version
        )
        with pytest.raises(Invalid):
            actions.tolerate(
                lane.clerk, case.pk, [lane.health.pk], D(2026, 6, 9), agreed=True, state_version=case.state_version
            )
    assert [one.at_window for one in made] == [True]
    assert Notification.objects.filter(user=lane.person, template="pledges.promised").count() == 1
    case = lane.step(case, "accept")
    with driven_clock(lane.now), pytest.raises(WrongState, match="until the application is accepted"):
        actions.tolerate(
            lane.clerk, case.pk, [lane.health.pk], D(2026, 6, 9), agreed=True, state_version=case.state_version
        )


def test_who_brings_is_the_applicant_and_who_looks_is_the_clerk(lane):
    promise = lane.promised()
    with driven_clock(lane.now):
        with pytest.raises(Invalid):
            actions.bring(lane.applicant, promise.pk, [], on_paper=True, state_version=promise.state_version)
        promise = actions.bring(lane.applicant, promise.pk, [paper(lane)], state_version=promise.state_version)
        with pytest.raises(NotAllowed):
            actions.settle(lane.applicant, promise.pk, state_version=promise.state_version)
        with pytest.raises(Stale):
            actions.settle(lane.clerk, promise.pk, state_version=promise.state_version - 1)
        stranger = actor_of(factories.citizen())
        with pytest.raises(NotFound):
            actions.bring(stranger, promise.pk, [paper(lane)], state_version=promise.state_version)
    assert promise.case.materials.filter(material=lane.health).count() == 1


def test_what_is_sent_back_waits_for_a_better_one_with_the_reason(lane):
    promise = bring(lane, lane.promised())
    with driven_clock(lane.now):
        with pytest.raises(Invalid):
            actions.send_back(lane.clerk, promise.pk, " ", state_version=promise.state_version)
        promise = actions.send_back(lane.clerk, promise.pk, "证明已过期", state_version=promise.state_version)
    assert (promise.state, promise.note) == ("promised", "证明已过期")
    assert not promise.case.materials.filter(material=lane.health, replaced_at__isnull=True).exists()


def test_reminded_two_working_days_before_and_on_the_day_and_lapsed_after_it(lane):
    promise = lane.promised("2026-06-10")
    for at, count in (
        ("2026-06-05 09:00", 0),
        ("2026-06-08 09:00", 1),
        ("2026-06-09 09:00", 0),
        ("2026-06-10 09:00", 1),
    ):
        with lane.at(at):
            assert actions.lapse_due() == 0
            assert actions.remind_due() == count
            assert actions.remind_due() == 0
    with lane.at("2026-06-11 00:20"):
        assert actions.lapse_due() == 1
        assert actions.lapse_due() == 0
    promise.refresh_from_db()
    assert (promise.state, promise.lapsed_on) == ("lapsed", D(2026, 6, 11))
    told = Notification.objects.filter(template__startswith="pledges.").values_list("template", flat=True)
    assert sorted(told) == ["pledges.due_soon"] * 2 + ["pledges.lapsed"] + ["pledges.lapsed_desk"]


def test_what_comes_late_is_taken_by_the_clerks_judgement_and_counts_as_late(lane):
    promise = lane.promised("2026-06-03")
    with lane.at("2026-06-05 09:00"):
        actions.lapse_due()
        promise.refresh_from_db()
        promise = settle(lane, bring(lane, promise))
    assert (promise.state, promise.brought_late) == ("settled", True)
    assert not CreditRecord.objects.exists()


def test_a_lapse_ends_the_proceedings_by_two_people_and_goes_on_record(lane):
    promise = lane.promised("2026-06-03")
    case = lane.step(promise.case, "accept")
    with lane.at("2026-06-05 09:00"):
        actions.lapse_due()
        lane.propose(case, "terminate", grounds="未按承诺补齐材料。")
        assert not CreditRecord.objects.exists()  # nobody is put on record by a clock
        case = lane.confirm(case)
    record = CreditRecord.objects.get()
    assert case.state == "terminated"
    assert (record.ground, record.person, record.from_on) == ("material", lane.person, D(2026, 6, 5))
    assert record.until_on == D(2026, 12, 2)
    assert lane.health.name in record.facts
    assert "终" in record.source
    promise.refresh_from_db()
    assert promise.state == "void"


def test_after_a_first_decision_a_lapse_revokes_it(lane):
    lane.decides_first()
    promise = lane.promised("2026-06-03")
    case = lane.step(promise.case, "accept")
    case = lane.step(case, "forward", opinion="")
    case = lane.step(case, "pass_review", lane.reviewer, opinion="同意")
    case = lane.step(case, "approve", lane.head, text="")
    with lane.at("2026-06-05 09:00"):
        actions.lapse_due()
        lane.propose(case, "revoke", cause="material", grounds="未按承诺补齐材料。")
        case = lane.confirm(case)
    assert (case.state, case.outcome, case.revoked_on) == ("revoked", "approved", D(2026, 6, 5))
    assert CreditRecord.objects.get().ground == "material"


def test_a_withdrawal_puts_nobody_on_record(lane):
    promise = lane.promised("2026-06-03")
    with lane.at("2026-06-05 09:00"):
        actions.lapse_due()
        lane.step(promise.case, "withdraw", lane.applicant, reason="")
    promise.refresh_from_db()
    assert promise.state == "void"
    assert not CreditRecord.objects.exists()


def test_a_new_version_of_the_item_voids_what_was_promised_for_the_old_one(lane):
    from approvals.cases import actions as cases

    case = lane.draft()
    lane.promise(case)
    old = lane.item.current
    other = factories.item("OTHER", materials=0)
    fresh = other.current
    type(fresh)._base_manager.filter(pk=fresh.pk).update(item=lane.item, number=2)
    lane.item.current_id = fresh.pk
    lane.item.save()
    with driven_clock(lane.now):
        cases.renew_draft(lane.applicant, case.pk)
    lane.file(case)
    assert old != fresh
    assert not PromisedMaterial.objects.filter(case=case).exists()


def test_terms_begin_tomorrow_with_their_ground_and_never_change_the_past(lane):
    with driven_clock(lane.now):
        with pytest.raises(NotAllowed):
            actions.set_terms(lane.clerk, lane.item.pk, decides_first=True, ground="x")
        with pytest.raises(Invalid):
            actions.set_terms(lane.head, lane.item.pk, decides_first=True, ground=" ")
        actions.set_terms(lane.head, lane.item.pk, decides_first=True, ground="海政办〔2026〕1号")
        with pytest.raises(Invalid):
            actions.set_terms(lane.head, lane.item.pk, decides_first=False, ground="y", valid_from=D(2026, 6, 1))
        later = actions.set_terms(lane.head, lane.item.pk, decides_first=False, ground="海政办〔2026〕2号")
    assert later.valid_from == D(2026, 6, 2)
    assert ToleranceTerms.objects.count() == 2


def test_the_policy_says_what_the_queryset_finds(lane):
    promise = lane.promised()
    colleague = factories.staff(Role.CLERK, factories.department("RSJ", name="市人社局", short_name="市人社局"))
    people = [lane.person, factories.citizen(), colleague, lane.clerk.user, lane.head.user, lane.supervisor.user]
    for person in people:
        found = PromisedMaterial.objects.visible_to(person).filter(pk=promise.pk).exists()
        assert policies.may_see(person, promise) == found
