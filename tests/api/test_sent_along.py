"""What comes with a single case of a department's system: files, an agent's principal, a promise."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.cases import actions as cases
from approvals.cases.models import Case, CaseMaterial
from approvals.pledges.models import CreditRecord, PromisedMaterial
from portal.core.statistics import differences
from tests import factories
from tests.api.objects import api, system
from tests.packages.crew import pdf
from tests.pledges.objects import Lane, work

pytestmark = pytest.mark.django_db
URL = "/api/v1/cases"
WHO = {"type": "person", "name": "李四", "phone": "13800000000", "resident_number": factories.resident_number(700)}
MOTHER = {
    "name": "王秀英", "resident_number": factories.resident_number(900), "phone": "13711112222",
    "relation": "parent_child",
}  # fmt: skip
HELD = ["m0", "m1", "lease"]


@pytest.fixture
def lane(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    made = Lane()
    made.system = system(dept=made.item.department)
    made.api = api(client=made.system)
    with made.at("2026-06-01 09:00"):
        yield made


@pytest.fixture
def agent():
    """Somebody with a verified account; as the API names them."""
    known = factories.citizen(name="李四")
    type(known.citizen).objects.update(verified_at=factories.moment("2026-01-05 09:00"))
    return {**WHO, "resident_number": known.citizen.resident_number}


def upload(lane, name="委托书.pdf", through=None):
    file = SimpleUploadedFile(name, pdf(), content_type="application/pdf")
    return (through or lane.api).post("/api/v1/uploads", {"file": file}, format="multipart").json()["id"]


def send(lane, key="", **more):
    body = {"external_id": "OA-1", "item": lane.item.code, "applicant": WHO, "on_paper": [*HELD, "health"], **more}
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    return lane.api.post(URL, body, format="json", **headers)


def pointers(answer):
    assert answer.status_code == 422, answer.json()
    return {one["pointer"] for one in answer.json()["errors"]}


def test_a_file_stands_for_a_material_of_the_case(lane):
    scans = [upload(lane, "体检一.pdf"), upload(lane, "体检二.pdf")]
    answer = send(lane, files={"health": scans}, on_paper=HELD)
    assert answer.status_code == 201, answer.json()
    rows = CaseMaterial.objects.filter(material=lane.health).select_related("file").order_by("pk")
    assert [row.title for row in rows] == ["体检一.pdf", "体检二.pdf"]
    assert all(row.file.stream_id == row.case_id == answer.json()["id"] for row in rows)
    assert CaseMaterial.objects.filter(on_paper=True).count() == 3


def test_a_file_that_is_no_upload_of_this_system_is_named(lane):
    own, strange = upload(lane), upload(lane, through=api())
    assert pointers(send(lane, files={"health": [own, strange]}, on_paper=HELD)) == {"#/files/health/1"}
    assert pointers(send(lane, files={"nothing": [own]})) == {"#/files/nothing"}
    assert pointers(send(lane, files={}, on_paper=HELD)) == {"#/on_paper"}
    assert not Case.objects.exists()


def test_an_agent_files_for_somebody_with_a_power_of_attorney(lane, agent):
    answer = send(lane, applicant=agent, principal={**MOTHER, "power_of_attorney": [upload(lane)]})
    assert answer.status_code == 201, answer.json()
    case = Case.objects.get()
    assert (case.applicant_name, case.applicant.name) == (MOTHER["name"], "李四")
    assert case.principal.resident_number == case.content.resident_number == MOTHER["resident_number"]
    assert (case.content.phone, case.principal.relation) == (MOTHER["phone"], "parent_child")
    authority = case.materials.get(power_of_attorney=True)
    assert (authority.file.name, authority.title) == ("委托书.pdf", "授权委托书")
    work()  # receipts and notices: nothing stumbles over a person without an account
    assert list(differences()) == []


def test_a_principal_needs_a_known_agent_a_scan_and_a_number_of_their_own(lane, agent):
    good = {**MOTHER, "power_of_attorney": [upload(lane)]}
    assert pointers(send(lane, principal=good)) == {"#/applicant/resident_number"}  # no verified account
    assert pointers(send(lane, applicant=agent, principal={**good, "power_of_attorney": []})) == {
        "#/principal/power_of_attorney"
    }
    assert pointers(send(lane, applicant={**agent, "name": "李五"}, principal=good)) == {"#/applicant/name"}
    same = {**good, "resident_number": agent["resident_number"]}
    assert pointers(send(lane, applicant=agent, principal=same)) == {"#/principal/resident_number"}
    firm = {"type": "organisation", "name": "海州建设有限公司", "uscc": "91350100M000100Y43", "phone": "13800000000"}
    assert pointers(send(lane, applicant=firm, principal=good)) == {"#/principal"}
    assert not Case.objects.exists()


def later(**more):
    return {"later": [{"material": "health", "due_on": "2026-06-10", "agreed": True, **more}], "on_paper": HELD}


def test_a_material_follows_with_the_applicants_word(lane):
    assert send(lane, **later()).status_code == 201
    promise = PromisedMaterial.objects.select_related("case", "made_by").get()
    assert (promise.due_on, promise.promised_on, promise.at_window) == (dt.date(2026, 6, 10), dt.date(2026, 6, 1), True)
    assert promise.case.pledged and promise.made_by.access.system == lane.system.code
    work()
    assert PromisedMaterial.objects.get().state == "promised"
    assert list(differences()) == []


def test_a_promise_in_a_draft_counts_from_the_filing_on(lane):
    made = send(lane, submit=False, **later()).json()
    assert PromisedMaterial.objects.get().promised_on is None
    case = Case.objects.get(pk=made["id"])
    lane.api.post(
        f"{URL}/{case.pk}/transitions/submit", {}, format="json", HTTP_IF_MATCH=f'"{case.state_version}"'
    ).json()
    work()
    assert Case.objects.get().state == "submitted"
    assert PromisedMaterial.objects.get().promised_on == dt.date(2026, 6, 1)


def test_a_promise_that_cannot_be_given_says_what_is_wrong(lane):
    assert pointers(send(lane, **later(due_on="2026-06-01"))) == {"#/later/0/due_on"}
    assert pointers(send(lane, **later(due_on="2027-06-01"))) == {"#/later/0/due_on"}
    assert "#/later/0/agreed" in pointers(send(lane, **later(agreed=False)))
    assert "#/later/0/material" in pointers(send(lane, **later(material="nothing")))
    assert "#/later/0/material" in pointers(send(lane, **later(material="m0")))  # is there, and may not follow
    assert pointers(send(lane, **{**later(), "on_paper": [*HELD, "health"]})) == {"#/later/0/material"}
    twice = later()["later"] * 2
    assert pointers(send(lane, later=twice, on_paper=HELD)) == {"#/later/1/material"}
    assert not Case.objects.exists()


def test_a_credit_record_bars_the_promise_and_not_the_filing(lane):
    assert send(lane, external_id="OA-0").status_code == 201
    CreditRecord.objects.create(
        case=Case.objects.first(), department=lane.item.department, subject_name="李四",
        subject_number=WHO["resident_number"], ground="material", facts="未补齐", source="HZ-1",
        from_on=dt.date(2026, 5, 1), until_on=dt.date(2027, 5, 1),
    )  # fmt: skip
    answer = send(lane, **later())
    assert (answer.status_code, answer.json()["code"]) == (409, "barred_by_credit_record")
    assert send(lane).status_code == 201


def test_what_the_agent_promises_binds_the_principal_and_is_decided_by_people(lane, agent):
    given = {"applicant": agent, "principal": {**MOTHER, "power_of_attorney": [upload(lane)]}}
    CreditRecord.objects.create(
        case=cases.start_draft(lane.applicant, lane.item), department=lane.item.department, subject_name=MOTHER["name"],
        subject_number=MOTHER["resident_number"], ground="material", facts="未补齐", source="HZ-1",
        from_on=dt.date(2026, 5, 1), until_on=dt.date(2027, 5, 1),
    )  # fmt: skip
    assert send(lane, **given, **later()).json()["code"] == "barred_by_credit_record"
    assert send(lane, applicant=agent, **later()).status_code == 201  # for oneself nothing stands against it


def test_what_comes_along_belongs_to_the_promise_of_the_key(lane, agent):
    given = {"applicant": agent, "principal": {**MOTHER, "power_of_attorney": [upload(lane)]}, **later()}
    first, again = send(lane, "k-9", **given), send(lane, "k-9", **given)
    assert (first.status_code, again.json()) == (201, first.json())
    assert PromisedMaterial.objects.count() == Case.objects.count() == 1
    other = {**given["principal"], "phone": "13711113333"}
    assert send(lane, "k-9", **{**given, "principal": other}).json()["code"] == "idempotency_key_reused"
    assert send(lane, "k-9", **{**given, **later(due_on="2026-06-09")}).json()["code"] == "idempotency_key_reused"
