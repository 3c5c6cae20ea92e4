"""The papers of a case by program: listed, downloaded as people get them, with the viewing in the log."""

import hashlib

import pytest
from django.test.utils import CaptureQueriesContext

from portal.core.documents import make_now
from portal.core.jobs import run_due_jobs
from portal.core.models import AccessLog, Document
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.api.objects import api, system
from tests.api.test_cases import CASES
from tests.api.test_tokens import problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    item = factories.item()
    return factories.accepted(actor_of(factories.staff(Role.CLERK), Role.CLERK), factories.citizen(), item)


def test_the_papers_are_listed_with_title_and_number(case):
    url = f"{CASES}/{case.pk}/documents"
    problem(api("cases:read").get(url), 403)
    rows = api("documents:read").get(url).json()["results"]
    papers = list(Document.objects.order_by("-pk"))
    assert [row["code"] for row in rows] == [f"paper-{one.pk}" for one in papers]
    assert all(one.number in row["title"] and row["made_at"] is None for row, one in zip(rows, papers, strict=True))
    assert not AccessLog.objects.exists()  # a list of numbers shows nothing personal


def test_the_list_costs_the_same_for_any_number_of_papers(case):
    from django.db import connection

    client, url = api("documents:read"), f"{CASES}/{case.pk}/documents"
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for row in Document.objects.all()[:2]:
        row.pk, row.number, row.key, row._state.adding = None, f"{row.number}bis", f"{row.key}:bis", True
        row.save()
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(url).json()["results"]) == 4
    assert len(many) == len(few) <= 8


def test_the_pdf_is_the_one_that_people_get_and_the_viewing_is_logged(case):
    run_due_jobs()
    row, client = Document.objects.latest("pk"), system()
    url = f"{CASES}/{case.pk}/documents/paper-{row.pk}"
    problem(api("cases:read", client=client).get(url), 403)
    answer = api("documents:read", client=client).get(url)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert hashlib.sha256(answer.content).hexdigest() == row.sha256
    assert "no-store" in answer["Cache-Control"]
    (viewed,) = AccessLog.objects.filter(what="paper")
    assert (viewed.stream, viewed.stream_id, viewed.actor_user_id) == ("cases.case", case.pk, client.user_id)
    assert row.number in viewed.purpose


def test_a_pdf_that_is_not_made_yet_is_asked_for(case):
    row = Document.objects.latest("pk")
    Document.objects.update(making="on_request")
    client, url = api("documents:read"), f"{CASES}/{case.pk}/documents/paper-{row.pk}"
    assert problem(client.get(url), 409)["code"] == "document_not_made"
    row.refresh_from_db()
    assert row.making == "waiting" and not AccessLog.objects.exists()
    make_now(Document.objects.filter(pk=row.pk))
    assert client.get(url).status_code == 200
    Document.objects.filter(pk=row.pk).update(making="failed", file=None)
    problem(client.get(url), 409)


def test_papers_of_another_case_and_of_another_department_are_missing(case):
    run_due_jobs()
    row = Document.objects.latest("pk")
    other = factories.submitted(on=case.item)
    problem(api().get(f"{CASES}/{other.pk}/documents/paper-{row.pk}"), 404)
    there = api(client=system(dept=factories.department("ZJJ")))
    problem(there.get(f"{CASES}/{case.pk}/documents/paper-{row.pk}"), 404)
