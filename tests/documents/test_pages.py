"""The pages: who opens a paper, the access log, the lists on both pages, sending again, and what people are told."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from approvals.cases.models import Case
from approvals.cases.papers import policies
from portal.core import documents
from portal.core.documents import may_read
from portal.core.events import events_of
from portal.core.jobs import run_due_jobs
from portal.core.models import AccessLog, Document, DocumentCopy, Notification
from portal.people.models import Membership, Organisation
from portal.people.roles import Role
from tests import factories
from tests.documents.objects import filed, paper, permit, step

pytestmark = pytest.mark.django_db


def browser(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="portal.people.backends.AccountBackend")
    return client


@pytest.fixture
def person():
    return factories.citizen()


@pytest.fixture
def case(people, person) -> Case:
    return step(people.clerk, filed(permit(people.department), person), "accept")


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.DEMO = True


def test_the_applicant_opens_and_downloads_the_paper_and_it_is_logged(case, person):
    run_due_jobs()
    document = paper(case, "acceptance")
    shown = browser(person).get(reverse("core:document", args=[document.pk]))
    assert shown["Content-Type"] == "application/pdf" and shown["Content-Disposition"].startswith("inline")
    content = b"".join(shown.streaming_content)
    saved = browser(person).get(reverse("core:document", args=[document.pk]), {"download": ""})
    assert saved["Content-Disposition"].startswith("attachment")
    assert content.startswith(b"%PDF-1.7") and "private" in shown["Cache-Control"]
    logged = AccessLog.objects.filter(what="paper", stream="cases.case", stream_id=case.pk)
    assert [entry.purpose for entry in logged] == [document.number] * 2


def test_until_it_is_made_the_page_says_so_and_looks_again(case, person):
    document = paper(case, "acceptance")
    page = browser(person).get(reverse("core:document", args=[document.pk]))
    assert page.status_code == 200 and 'http-equiv="refresh"' in page.content.decode()
    Document.objects.filter(pk=document.pk).update(making="failed", problem="the reason")
    page = browser(person).get(reverse("core:document", args=[document.pk])).content.decode()
    assert "refresh" not in page and "the reason" not in page  # what went wrong inside is for those who mend it


def test_the_reading_copy_is_asked_for_and_opened(case, person):
    document = paper(case, "acceptance")
    client = browser(person)
    assert client.get(reverse("core:document-copy", args=[document.pk])).status_code == 404
    answer = client.post(reverse("core:document-copy-ask", args=[document.pk]))
    assert answer.url == reverse("core:document-copy", args=[document.pk])
    run_due_jobs()
    shown = client.get(answer.url)
    assert shown["Content-Type"] == "application/pdf"
    assert DocumentCopy.objects.get().is_ready


def everybody(case: Case, person) -> list:
    department = case.department
    return [
        person,
        factories.citizen(),
        *(factories.staff(role, department) for role in Role if role not in {Role.CITIZEN, Role.AGENT}),
        *(factories.staff(role, factories.department(code="ELSE")) for role in (Role.CLERK, Role.DEPARTMENT_HEAD)),
    ]


def test_who_may_read_is_the_same_rule_as_the_query(people, person):
    organisation = Organisation.objects.create(name="海州市鲜味食品有限公司", uscc="91350100M000100Y43")
    agent = factories.citizen()
    Membership.objects.create(organisation=organisation, user=agent, starts_on=dt.date(2020, 1, 1))
    own = filed(permit(people.department), person)
    firms = filed(permit(people.department))
    Case.objects.filter(pk=firms.pk).update(organisation=organisation)
    rows = [paper(one, "receipt") for one in (own, firms)]
    seen = 0
    for user in [*everybody(own, person), agent]:
        for document in rows:
            in_query = Document.objects.visible_to(user).filter(pk=document.pk).exists()
            assert may_read(user, document) == in_query, (user, document)
            case = Case.objects.get(pk=document.stream_id)
            assert policies.may_read(user, case) == in_query
            seen += in_query
    assert 0 < seen < 2 * len(everybody(own, person))


def test_a_paper_of_nobodys_stream_is_nobodys(case, person):
    document = paper(case, "acceptance")
    Document.objects.filter(pk=document.pk).update(stream="unknown.thing")
    assert browser(person).get(reverse("core:document", args=[document.pk])).status_code == 404
    assert not Document.objects.visible_to(person).filter(pk=document.pk).exists()


def test_the_applicants_page_lists_the_papers_with_links(case, person):
    page = browser(person).get(reverse("cases:detail", args=[case.number])).content.decode()
    for document in Document.objects.all():
        assert document.number in page and reverse("core:document", args=[document.pk]) in page
    assert "Notice of acceptance" in page and reverse("core:check") in page


def test_the_public_tracking_page_shows_no_links_to_papers(case):
    page = Client().post(reverse("cases:track"), {"number": case.number, "code": case.query_code}).content.decode()
    assert case.number in page
    assert all(reverse("core:document", args=[one.pk]) not in page for one in Document.objects.all())


def test_the_desk_lists_papers_with_their_state_and_withdrawn_ones_say_so(people, case):
    step(people.supervisor, case, "correct", reason="点错了")
    page = browser(people.clerk.user).get(reverse("cases:desk-case", args=[case.number])).content.decode()
    assert "Being made" in page and "Withdrawn" in page
    overseer = browser(people.supervisor.user).get(reverse("cases:desk-case", args=[case.number])).content.decode()
    document = paper(case, "acceptance")
    assert document.number in overseer and reverse("core:document", args=[document.pk]) not in overseer


def test_the_lists_cost_the_same_for_any_number_of_papers(people, case, person):
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from approvals.cases.papers import Handed, receipt_of_materials

    pages = (
        (browser(person), reverse("cases:detail", args=[case.number])),
        (browser(people.clerk.user), reverse("cases:desk-case", args=[case.number])),
    )

    def asked() -> list[int]:
        found = []
        for client, address in pages:
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    few = asked()
    for n in range(8):
        with transaction.atomic():
            receipt_of_materials(case, people.clerk, [Handed(f"材料{n}")])
    assert asked() == few


def test_a_clerk_sends_a_paper_again_and_the_trail_says_so(people, case, person):
    document = paper(case, "acceptance")
    answer = browser(people.clerk.user).post(reverse("cases:paper-send", args=[case.number, document.pk]))
    assert answer.status_code == 302
    note = Notification.objects.filter(user=person, template="case.paper_sent").get()
    assert document.number in str(note.context) and note.path.endswith("#papers")
    assert events_of(case)[-1].data["paper"] == document.number


def test_a_withdrawn_paper_is_not_sent_again_and_a_foreign_one_neither(people, case):
    document = paper(case, "acceptance")
    other = filed(permit(people.department))
    client = browser(people.clerk.user)
    assert client.post(reverse("cases:paper-send", args=[other.number, document.pk])).status_code == 404
    step(people.supervisor, case, "correct", reason="点错了")
    assert client.post(reverse("cases:paper-send", args=[case.number, document.pk])).status_code == 409


def test_a_failed_one_is_made_again_from_the_desk(people, case):
    document = paper(case, "acceptance")
    Document.objects.filter(pk=document.pk).update(making="failed", problem="缺字")
    client = browser(people.clerk.user)
    page = client.get(reverse("cases:desk-case", args=[case.number])).content.decode()
    address = reverse("cases:paper-again", args=[case.number, document.pk])
    assert "缺字" in page and address in page
    assert client.post(address).status_code == 302
    run_due_jobs()
    document.refresh_from_db()
    assert document.is_ready


def test_the_message_about_a_step_names_its_paper_and_leads_to_it(case, person):
    run_due_jobs()
    document = paper(case, "acceptance")
    note = Notification.objects.filter(user=person, template="case.accept").get()
    assert note.path == f"{reverse('cases:detail', args=[case.number])}#papers"
    with translation.override("en"):
        page = browser(person).get(reverse("core:notifications")).content.decode()
    assert f"Notice of acceptance {document.number}" in page


def test_the_file_of_a_paper_is_guarded_by_the_same_policy(case, person):
    run_due_jobs()
    document = paper(case, "acceptance")
    address = reverse("core:file", args=[document.file_id])
    assert browser(person).get(address).status_code == 200
    assert browser(factories.citizen()).get(address).status_code == 404
    assert documents.may_read(person, document)
