"""The pages: who sees what, how many queries a list costs, and what is refused without losing what was typed."""

import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.certificates import policies
from approvals.certificates.models import Certificate, CertificateType
from portal.core.models import AccessLog, Document
from portal.core.time import driven_clock
from portal.people.models import Membership, Organisation
from portal.people.roles import Role
from tests import factories
from tests.certificates.objects import Office
from tests.permissions import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def office() -> Office:
    return Office()


def signed_in(role: str, user=None):
    cast = Cast()
    if user is not None:
        cast._people[role] = user
    client = cast.client(role)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def everybody(office: Office) -> list:
    other = factories.department("RSJ", name="市人社局")
    people = [office.person, factories.citizen(), office.clerk.user, office.head.user, office.supervisor.user]
    people += [factories.staff(role, other) for role in (Role.CLERK, Role.DEPARTMENT_HEAD, Role.PROCUREMENT_OFFICER)]
    return people + [factories.staff(role) for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.HALL_MANAGER)]


def test_what_a_policy_lets_see_is_what_the_queryset_finds(office):
    person = office.issue()
    firm = Organisation.objects.create(name="海州市鲜味食品有限公司", uscc="91350100M000100Y43")
    agent = factories.citizen()
    Membership.objects.create(organisation=firm, user=agent, starts_on=office.now.date())
    of_firm = office.issue()
    Certificate.objects.filter(pk=of_firm.pk).update(organisation=firm, holder=None)
    withdrawn = office.issue()
    with driven_clock(office.now):
        office.step(withdrawn.case, "correct", office.supervisor, reason="误操作")
        from tests.certificates.objects import work

        work()
        for user, row in itertools.product([*everybody(office), agent], Certificate.objects.all()):
            for policy, rows in (
                (policies.may_see, Certificate.objects.visible_to(user)),
                (policies.may_see_personal, Certificate.objects.readable_by(user)),
                (policies.is_holder, Certificate.objects.held_by(user)),
            ):
                assert policy(user, row) == rows.filter(pk=row.pk).exists(), (user, row.pk, policy.__name__)
            paper = Document.objects.get(pk=row.document_id)
            assert (
                policies.may_see_personal(user, row) == Document.objects.visible_to(user).filter(pk=paper.pk).exists()
            )
        for user, kind in itertools.product(everybody(office), CertificateType.objects.all()):
            seen = CertificateType.objects.visible_to(user).filter(pk=kind.pk).exists()
            assert policies.may_see_type(user, kind) == seen
    assert person.pk


@pytest.mark.parametrize(
    ("name", "role"),
    [("mine", "citizen"), ("register", "clerk"), ("queue", "clerk"), ("types", "administrator")],
)
def test_a_list_costs_the_same_however_long_it_is(office, name, role):
    user = {"citizen": office.person, "clerk": office.clerk.user}.get(role)
    counts = []
    for rows in (1, 3):
        while Certificate.objects.count() < rows:
            office.issue()
        client = signed_in(role, user)
        with driven_clock(office.now):
            client.get(reverse(f"certificates:{name}"))
            with CaptureQueriesContext(connection) as asked:
                assert client.get(reverse(f"certificates:{name}")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 16


def test_the_register_finds_by_number_by_holder_and_by_case(office):
    certificate, client = office.issue(), signed_in("clerk", office.clerk.user)
    with driven_clock(office.now):
        for text in (
            certificate.number, certificate.number.replace("〔", "(").replace("〕", ")"),
            office.person.citizen.resident_number, certificate.case.number,
        ):  # fmt: skip
            page = client.get(reverse("certificates:register"), {"q": text}).content.decode()
            assert certificate.number in page, text
        for nonsense in ("海〔2020〕9号", "'; --", "x" * 200):
            page = client.get(reverse("certificates:register"), {"q": nonsense}).content.decode()
            assert certificate.number not in page
    assert office.person.name not in page and office.person.citizen.resident_number not in page


def test_seeing_a_holder_is_logged_and_the_holder_sees_by_whom(office):
    certificate = office.issue()
    with driven_clock(office.now):
        page = signed_in("clerk", office.clerk.user).get(reverse("certificates:certificate", args=[certificate.pk]))
        assert office.person.name in page.content.decode()
        assert AccessLog.objects.filter(stream="certificates.certificate", stream_id=certificate.pk).count() == 1
        masked = signed_in("supervisor", office.supervisor.user).get(
            reverse("certificates:certificate", args=[certificate.pk])
        )
        assert office.person.name not in masked.content.decode()
        own = signed_in("citizen", office.person).get(reverse("certificates:mine-one", args=[certificate.pk]))
    assert "No official has opened it" not in own.content.decode()


def test_a_refused_proposal_keeps_what_was_typed(office):
    certificate, client = office.issue(), signed_in("clerk", office.clerk.user)
    url = reverse("certificates:propose", args=[certificate.pk, "suspend"])
    with driven_clock(office.now):
        answer = client.post(url, {"suspend-reason": "待核查经营场所", "suspend-state_version": "9"})
        assert answer.status_code == 422 and "待核查经营场所" in answer.content.decode()
        assert client.post(url, {"suspend-reason": "", "suspend-state_version": "0"}).status_code == 422
        unknown = reverse("certificates:propose", args=[certificate.pk, "vanish"])
        assert client.post(unknown, {"vanish-reason": "x", "vanish-state_version": "0"}).status_code == 404
        assert client.post(url, {"suspend-reason": "x", "suspend-state_version": "0"}).status_code == 302


def test_the_printer_asks_for_the_number_of_the_form_and_leads_to_the_delivery():
    office = Office(numbered_forms=True)
    certificate, client = office.issue(), signed_in("clerk", office.clerk.user)
    url = reverse("certificates:print-act", args=[certificate.pk, "printed"])
    with driven_clock(office.now):
        assert certificate.number in client.get(reverse("certificates:queue")).content.decode()
        refused = client.post(url, {"form_number": "?"})
        assert refused.status_code == 422 and "digits and letters" in refused.content.decode()
        assert client.post(url, {"form_number": "HZ0000009"}).status_code == 302
        page = client.get(reverse("certificates:print", args=[certificate.pk])).content.decode()
        assert reverse("delivery:delivery", args=[certificate.case.delivery.pk]) in page
        assert certificate.number not in client.get(reverse("certificates:queue")).content.decode()
        again = client.post(url, {"form_number": "HZ0000010"})
        assert again.status_code == 422 and "printed already" in again.content.decode()


def test_a_type_is_made_and_linked_on_its_pages(office):
    client = signed_in("administrator")
    data = {
        "code": "yljg", "name": "医疗机构执业许可证", "name_en": "Medical institution licence",
        "department": factories.department().pk, "valid_from": "2026-06-01", "word": "医", "validity": "years",
        "years": "", "layout": "portrait", "fields_text": "scope | 诊疗科目 | Scope",
    }  # fmt: skip
    with driven_clock(office.now):
        refused = client.post(reverse("certificates:type-new"), data)
        assert refused.status_code == 422 and "诊疗科目" in refused.content.decode()
        answer = client.post(reverse("certificates:type-new"), {**data, "years": "5"})
        kind = CertificateType.objects.get(code="YLJG")
        assert answer.url == reverse("certificates:type", args=[kind.pk])
        links = reverse("certificates:type-links", args=[kind.pk])
        taken = client.post(links, {"links-items": office.item.code, "links-materials": ""})
        assert taken.status_code == 422 and "issues another type already" in taken.content.decode()
        other = factories.item(materials=1)
        assert (
            client.post(links, {"links-items": other.code, "links-materials": f"{other.code} / m0"}).status_code == 302
        )
        assert client.post(links, {"links-items": "", "links-materials": "nonsense"}).status_code == 422
    assert kind.versions.get().fields == [{"source": "scope", "label": "诊疗科目", "label_en": "Scope"}]


def test_renewing_leads_to_the_draft_and_says_why_not(office):
    certificate, client = office.issue(), signed_in("citizen", office.person)
    url = reverse("certificates:renew", args=[certificate.pk])
    with driven_clock(office.now):
        assert "/draft" in client.post(url).url or "/apply" in client.post(url).url
        revoked = office.suspend(office.issue(), "revoke")
        answer = client.post(reverse("certificates:renew", args=[revoked.pk]), follow=True)
    assert "can no longer be renewed" in answer.content.decode()


def test_the_english_reading_copy_can_be_made(office, settings):
    from portal.core import documents

    certificate = office.issue()
    from tests.certificates.objects import work

    with driven_clock(office.now):
        documents.ask_copy(office.holder, certificate.document_id, "en")
        work()
    copy = certificate.document.copies.get()
    assert copy.is_ready and copy.signed_by == ""
