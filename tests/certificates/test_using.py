"""免证办: a held certificate in place of a material, by consent, once; and what cannot be used says why."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.cases import actions as cases
from approvals.cases import draft
from approvals.cases.models import Case, CaseMaterial
from approvals.certificates import actions
from approvals.certificates.measures import USE_MEASURES
from approvals.certificates.models import Certificate, CertificateUse
from portal.core import statistics
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.models import Document, Event
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from tests import factories
from tests.certificates.objects import Office, work

pytestmark = pytest.mark.django_db


class Applying:
    """Somebody who holds a certificate and applies for something that asks for it."""

    def __init__(self) -> None:
        self.office = Office()
        self.certificate = self.office.issue()
        self.item, self.material = self.office.second_item()
        self.case = self.office.draft(self.item)

    def use(self, *, actor=None, consent=True, certificate=None) -> CertificateUse:
        pk = (certificate or self.certificate).pk
        with driven_clock(self.office.now):
            return actions.use(actor or self.office.holder, pk, self.case.pk, self.material.pk, consent=consent)

    def submit(self) -> Case:
        with driven_clock(self.office.now):
            case = Case.objects.get(pk=self.case.pk)
            filed = cases.take_step(self.office.holder, case.pk, "submit", state_version=case.state_version)
            work()
        return filed


def test_with_consent_the_certificate_stands_for_the_material():
    applying = Applying()
    made = applying.use()
    row = CaseMaterial.objects.get(case=applying.case)
    assert (made.case_material, row.material) == (row, applying.material)
    assert row.file.sha256 == applying.certificate.document.sha256  # the very paper, signed as it is
    assert applying.use().pk == made.pk  # a second click gives nothing twice
    assert not any(one.missing for one in draft.brought(applying.case))
    assert made.used_on is None
    applying.submit()
    made.refresh_from_db()
    assert made.used_on == dt.date(2026, 6, 1)
    told = Event.objects.filter(stream="certificates.certificate", stream_id=applying.certificate.pk)
    assert {"certificate.given", "certificate.used"} <= set(told.values_list("type", flat=True))
    with driven_clock(applying.office.now):
        statistics.refresh_all()
    day = applying.office.now.date()
    assert statistics.period(USE_MEASURES, "type", day, day)[None] == {"uses": 1}
    assert list(statistics.differences()) == []


def test_without_consent_nothing_is_given():
    applying = Applying()
    with pytest.raises(Invalid) as refused:
        applying.use(consent=False)
    assert "consent" in refused.value.fields
    assert not CertificateUse.objects.exists()


def test_nobody_gives_a_certificate_that_is_not_theirs():
    applying = Applying()
    stranger = actor_of(factories.citizen())
    with pytest.raises(NotFound):
        applying.use(actor=stranger)
    foreign = Office("OTHER", person=factories.citizen()).issue()
    with pytest.raises(NotFound):
        applying.use(certificate=foreign)
    unrelated = Office("THIRD", person=applying.office.person).issue()  # held, but of another type
    with pytest.raises(NotFound):
        applying.use(certificate=unrelated)


@pytest.mark.parametrize("fault", ["suspended", "revoked", "expired"])
def test_one_that_does_not_hold_is_refused_with_the_reason(fault):
    applying = Applying()
    office = applying.office
    if fault == "expired":
        office.now = factories.moment("2029-06-01 09:00")  # before the nightly sweep
    else:
        office.suspend(applying.certificate, {"suspended": "suspend", "revoked": "revoke"}[fault])
    with pytest.raises(WrongState) as refused:
        applying.use()
    assert applying.certificate.number in refused.value.message
    assert not CaseMaterial.objects.exists()


def test_one_that_ends_before_filing_is_not_filed_with():
    applying = Applying()
    applying.use()
    applying.office.suspend(applying.certificate)
    with pytest.raises(WrongState) as refused:
        applying.submit()
    assert refused.value.code == "certificate_ended"
    row = CaseMaterial.objects.get()
    with driven_clock(applying.office.now):
        cases.remove_material(applying.office.holder, applying.case.pk, row.pk)
    assert CertificateUse.objects.get().was_taken_back  # the consent stays on record
    assert Document.objects.get(pk=applying.certificate.document_id).file is not None


def test_a_thrown_away_draft_leaves_the_consent_on_record():
    applying = Applying()
    applying.use()
    with driven_clock(applying.office.now):
        cases.discard_draft(applying.office.holder, applying.case.pk)
    kept = CertificateUse.objects.get()
    assert kept.case is None and kept.was_taken_back


def test_the_page_of_materials_offers_it_and_the_consent_page_gives_it(client):
    applying = Applying()
    client.force_login(applying.office.person, backend="portal.people.backends.AccountBackend")
    page_url = reverse("cases:draft-materials", args=[applying.case.pk])
    use_url = reverse("certificates:use", args=[applying.case.pk, applying.material.pk, applying.certificate.pk])
    with driven_clock(applying.office.now):
        assert use_url in client.get(page_url).content.decode()
        assert client.get(use_url).status_code == 200
        assert client.post(use_url, {}).status_code == 422
        assert client.post(use_url, {"consent": "on"}).url == page_url
        page = client.get(page_url).content.decode()
    assert use_url not in page and applying.certificate.number in page


def test_a_suspended_one_is_shown_with_its_reason_and_not_offered(client):
    applying = Applying()
    applying.office.suspend(applying.certificate)
    client.force_login(applying.office.person, backend="portal.people.backends.AccountBackend")
    with driven_clock(applying.office.now):
        page = client.get(reverse("cases:draft-materials", args=[applying.case.pk])).content.decode()
    assert applying.certificate.number in page and "/certificates/use/" not in page


def test_what_was_given_is_seen_by_the_department_and_every_opening_is_logged(client):
    from portal.core.models import AccessLog

    applying = Applying()
    applying.use()
    applying.submit()
    row = CaseMaterial.objects.select_related("file").get()
    from approvals.cases import policies
    from portal.people.roles import Role

    clerk = factories.staff(Role.CLERK, applying.item.department)
    assert policies.may_see_personal(clerk, Case.objects.get(pk=applying.case.pk))
    from tests.permissions import Cast

    cast = Cast()
    cast._people["clerk"] = clerk
    answer = cast.client("clerk").get(reverse("core:file", args=[row.file_id]))
    assert answer.status_code == 200
    assert AccessLog.objects.filter(actor_user_id=clerk.pk).exists()
    assert Certificate.objects.visible_to(clerk).count() == 0  # the snapshot only, not the register of others
