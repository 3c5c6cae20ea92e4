"""From the issuing of a case to the end of its certificate: issued, suspended, restored, revoked, expired, renewed."""

import datetime as dt

import pytest
from django.db import transaction

from approvals.cases import actions as cases
from approvals.certificates import actions
from approvals.certificates.actions import VersionDraft
from approvals.certificates.measures import CERTIFICATE_MEASURES
from approvals.certificates.models import Certificate, CertificateProposal, CertificateRenewal, Print
from approvals.delivery import actions as delivery
from approvals.delivery.models import Delivery
from approvals.delivery.receiving import Receiver
from portal.core import statistics
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.models import Document, Event, Notification
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.certificates.objects import Office, work

pytestmark = pytest.mark.django_db


def test_the_issuing_of_the_case_makes_the_certificate_with_its_paper():
    office = Office(fields=[])
    certificate = office.issue()
    assert certificate.number == f"海市场监管{office.kind.versions.get().word}〔2026〕1号"
    assert (certificate.state, certificate.holder_id) == ("issued", office.person.pk)
    assert certificate.holder_number == office.person.citizen.resident_number
    assert (certificate.valid_from, certificate.valid_until) == (dt.date(2026, 6, 1), dt.date(2029, 5, 31))
    document = Document.objects.get(pk=certificate.document_id)
    assert (document.number, document.check_code) == (certificate.number, certificate.check_code)
    assert document.is_ready and document.file.mime == "application/pdf"
    assert Notification.objects.filter(user=office.person, template="certificate.issued").count() == 1
    assert Event.objects.filter(stream="certificates.certificate", type="certificate.issued").count() == 1
    with driven_clock(office.now), transaction.atomic():
        assert actions.follow(certificate.case_id) is None  # the job again finds nothing to do
    assert Certificate.objects.count() == 1


def test_an_item_that_issues_no_type_makes_nothing():
    office = Office()
    office.item = factories.item(review_steps=0, materials=0)
    case = office.approved()
    with driven_clock(office.now):
        office.step(case, "issue", document_number="1")
        work()
    assert not Certificate.objects.exists()


def test_two_certificates_of_a_year_have_numbers_without_a_gap():
    office = Office()
    first, second = office.issue(), office.issue()
    assert [one.number.rsplit("〕")[-1] for one in (first, second)] == ["1号", "2号"]


def test_a_correction_withdraws_it_and_issuing_again_makes_another():
    office = Office()
    certificate = office.issue()
    with driven_clock(office.now):
        office.step(certificate.case, "correct", office.supervisor, reason="证号登记错误")
        work()
    certificate.refresh_from_db()
    assert certificate.state == "withdrawn"
    assert Document.objects.get(pk=certificate.document_id).state == "withdrawn"
    with driven_clock(office.now):
        office.step(certificate.case, "issue", document_number="海字2号")
        work()
    assert Certificate.objects.get(case=certificate.case, state="issued").pk != certificate.pk


def test_an_answer_names_the_last_day_and_a_missing_one_is_a_failed_job():
    office = Office(validity="answer", end_field="until")
    case = office.approved()
    with driven_clock(office.now):
        office.step(case, "issue", document_number="1")
        work()
    assert not Certificate.objects.exists()
    from portal.core.models.jobs import Job

    failed = Job.objects.get(name="certificates.follow", state="dead")
    assert failed.last_error


# --- two people -------------------------------------------------------------------------------------------------------


def test_a_suspension_needs_a_second_person_and_can_be_ended():
    office = Office()
    certificate = office.issue()
    with driven_clock(office.now):
        row = actions.propose(
            office.clerk, certificate.pk, "suspend", {"reason": "待核查"}, state_version=certificate.state_version
        )
        assert Certificate.objects.get().state == "issued"
        with pytest.raises(WrongState):
            actions.propose(
                office.head, certificate.pk, "revoke", {"reason": "x"}, state_version=certificate.state_version + 1
            )
        with pytest.raises(NotAllowed):
            actions.decide(office.clerk, row.pk, confirm=True)
        actions.decide(office.reviewer, row.pk, confirm=True)
        with pytest.raises(WrongState):
            actions.decide(office.head, row.pk, confirm=True)
    assert Certificate.objects.get().state == "suspended"
    assert Notification.objects.filter(user=office.person, template="certificate.suspended").count() == 1
    assert office.suspend(certificate, "restore").state == "issued"


def test_who_proposed_never_confirms_whatever_roles_they_hold():
    office = Office()
    certificate = office.issue()
    with driven_clock(office.now):
        row = actions.propose(
            office.reviewer, certificate.pk, "revoke", {"reason": "骗取许可"}, state_version=certificate.state_version
        )
        with pytest.raises(NotAllowed):
            actions.decide(office.reviewer, row.pk, confirm=True)
        actions.decide(office.head, row.pk, confirm=False, note="证据不足")
    assert Certificate.objects.get().state == "issued"
    assert CertificateProposal.objects.get().outcome == "rejected"


def test_a_proposal_is_refused_without_reason_when_stale_or_for_strangers():
    office = Office()
    certificate = office.issue()
    seen = certificate.state_version
    other = actor_of(factories.staff(Role.CLERK, factories.department("RSJ", name="市人社局")), Role.CLERK)
    with driven_clock(office.now):
        with pytest.raises(Invalid):
            actions.propose(office.clerk, certificate.pk, "suspend", {"reason": " "}, state_version=seen)
        with pytest.raises(Stale):
            actions.propose(office.clerk, certificate.pk, "suspend", {"reason": "x"}, state_version=seen + 7)
        with pytest.raises(NotFound):
            actions.propose(other, certificate.pk, "suspend", {"reason": "x"}, state_version=seen)
        with pytest.raises(NotAllowed):
            actions.propose(office.holder, certificate.pk, "suspend", {"reason": "x"}, state_version=seen)
        with pytest.raises(NotFound):
            actions.propose(office.clerk, certificate.pk, "expire", {"reason": "x"}, state_version=seen)


def test_a_revoked_one_never_comes_back_and_its_paper_ends():
    office = Office()
    certificate = office.suspend(office.issue(), "revoke", "骗取许可")
    assert (certificate.state, certificate.revoked_on) == ("revoked", dt.date(2026, 6, 1))
    assert Document.objects.get(pk=certificate.document_id).state == "revoked"
    with driven_clock(office.now), pytest.raises(WrongState):
        actions.propose(
            office.clerk, certificate.pk, "restore", {"reason": "x"}, state_version=certificate.state_version
        )


# --- time -------------------------------------------------------------------------------------------------------------


def test_reminders_go_out_once_for_each_limit_and_then_it_expires():
    office = Office(years=1)
    certificate = office.issue()
    last = certificate.valid_until
    assert last == dt.date(2027, 5, 31)

    def sweep(days_before: int) -> tuple[int, int]:
        day = last - dt.timedelta(days=days_before)
        with office.at(f"{day:%Y-%m-%d} 00:15"):
            return actions.remind_due(), actions.expire_due()

    assert [sweep(n) for n in (91, 90, 89, 30, 30, 7, 0)] == [
        (0, 0), (1, 0), (0, 0), (1, 0), (0, 0), (1, 0), (0, 0),
    ]  # fmt: skip
    assert sweep(-1) == (0, 1)
    assert sweep(-2) == (0, 0)
    assert Certificate.objects.get().state == "expired"
    assert Notification.objects.filter(user=office.person, template="certificate.expiring").count() == 3


def test_a_portal_that_slept_reminds_once_of_the_nearest_limit_only():
    office = Office(years=1)
    office.issue()
    with office.at("2027-05-28 00:15"):
        assert actions.remind_due() == 1
        assert actions.remind_due() == 0


def test_a_renewal_takes_the_place_of_the_old_one_from_the_day_after_its_end():
    office = Office(years=1)
    old = office.issue()
    with office.at("2027-05-04 09:00"):
        draft = actions.renew(office.holder, old.pk)
        assert actions.renew(office.holder, old.pk).pk == draft.pk  # a second click
        case = cases.take_step(office.holder, draft.pk, "submit", state_version=draft.state_version)
        with pytest.raises(WrongState):
            actions.renew(office.holder, old.pk)
        with pytest.raises(NotFound):
            actions.renew(actor_of(factories.citizen()), old.pk)
    assert CertificateRenewal.objects.get().certificate_id == old.pk
    new = office.issue(case)
    old.refresh_from_db()
    assert (old.state, old.replaced_by_id) == ("replaced", new.pk)
    assert (new.valid_from, new.valid_until) == (dt.date(2027, 6, 1), dt.date(2028, 5, 31))
    with driven_clock(office.now):  # the step was a mistake: the old one holds again
        office.step(case, "correct", office.supervisor, reason="误操作")
        work()
    old.refresh_from_db()
    assert (old.state, old.replaced_by_id) == ("issued", None)


# --- printing -----------------------------------------------------------------------------------------------------------


def test_nothing_is_handed_over_or_posted_before_it_is_printed():
    office = Office(fields=[])
    certificate = office.issue()
    with driven_clock(office.now):
        row = Delivery.objects.get(case=certificate.case)
        receiver = Receiver(office.person.name, office.person.citizen.resident_number, signed=True)
        for hand_out in (
            lambda: delivery.make_ready(office.clerk, row.pk, state_version=row.state_version),
            lambda: delivery.post(
                office.clerk, row.pk, carrier="ems", tracking_number="EA123456785CN", state_version=row.state_version
            ),
        ):
            with pytest.raises(WrongState) as refused:
                hand_out()
            assert refused.value.code == "unprinted"
        actions.mark_printed(office.clerk, certificate.pk)
        row = delivery.make_ready(office.clerk, row.pk, state_version=row.state_version)
        handed = delivery.hand_over(office.clerk, row.pk, receiver, state_version=row.state_version)
    assert handed.state == "delivered"


def test_a_blank_form_is_used_once_and_a_spoiled_one_stays_on_record():
    office = Office(numbered_forms=True)
    first, second = office.issue(), office.issue()
    with driven_clock(office.now):
        with pytest.raises(Invalid):
            actions.mark_printed(office.clerk, first.pk, form_number="")
        with pytest.raises(NotAllowed):
            actions.mark_printed(office.head, first.pk, form_number="HZ0000001")
        actions.mark_printed(office.clerk, first.pk, form_number="hz0000001 ")
        with pytest.raises(WrongState):
            actions.mark_printed(office.clerk, first.pk, form_number="HZ0000002")
        with pytest.raises(Invalid) as refused:
            actions.mark_printed(office.clerk, second.pk, form_number="HZ0000001")
        assert "form_number" in refused.value.fields
        actions.mark_spoiled(office.clerk, first.pk, reason="卡纸")
        assert Certificate.objects.to_print().count() == 2
        with pytest.raises(Invalid):
            actions.mark_printed(office.clerk, first.pk, form_number="HZ0000001")
        actions.mark_printed(office.clerk, first.pk, form_number="HZ0000002")
    assert Print.objects.count() == 2
    assert Certificate.objects.get(pk=first.pk).printed_on == dt.date(2026, 6, 1)


def test_who_wants_it_electronically_leaves_nothing_to_print():
    office = Office()
    office.way = "electronic"
    certificate = office.issue()
    assert not certificate.wants_paper and not Certificate.objects.to_print().exists()
    with driven_clock(office.now):
        actions.mark_printed(office.clerk, certificate.pk)  # and can have it printed all the same
    assert Certificate.objects.get().printed_on


# --- types --------------------------------------------------------------------------------------------------------------


def test_a_version_holds_from_its_day_and_changes_nothing_that_was_issued():
    office = Office()
    first = office.issue()
    boss = actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
    with driven_clock(office.now):
        with pytest.raises(Invalid):
            actions.add_version(boss, office.kind.pk, VersionDraft(valid_from=dt.date(2026, 5, 31), word="新"))
        with pytest.raises(NotAllowed):
            actions.add_version(office.clerk, office.kind.pk, VersionDraft(valid_from=dt.date(2026, 6, 2), word="新"))
        actions.add_version(boss, office.kind.pk, VersionDraft(valid_from=dt.date(2026, 6, 2), word="新"))
    with office.at("2026-06-02 09:00"):
        second = office.issue()
    assert (first.version.number, second.version.number) == (1, 2)
    assert second.valid_until is None
    with driven_clock(office.now):
        actions.close_type(boss, office.kind.pk)
        case = office.approved()
        office.step(case, "issue", document_number="1")
        work()
    assert Certificate.objects.count() == 2


@pytest.mark.parametrize(
    ("links", "field"),
    [
        ({"items": ["NOWHERE"], "materials": []}, "items"),
        ({"items": [], "materials": [("NOWHERE", "m0")]}, "materials"),
    ],
)
def test_links_name_only_what_exists(links, field):
    office = Office()
    boss = actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
    with pytest.raises(Invalid) as refused:
        actions.set_links(boss, office.kind.pk, **links)
    assert field in refused.value.fields


def test_the_figures_are_what_the_rows_say():
    office = Office()
    office.suspend(office.issue())
    with driven_clock(office.now):
        actions.mark_printed(office.clerk, office.issue().pk)
        statistics.refresh_all()
    assert list(statistics.differences()) == []
    day = office.now.date()
    sums = statistics.period(CERTIFICATE_MEASURES, "type", day, day)[None]
    assert {name: sums[name] for name in ("issued", "suspended", "printed", "revoked")} == {
        "issued": 2, "suspended": 1, "printed": 1, "revoked": 0,
    }  # fmt: skip
