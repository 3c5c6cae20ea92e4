"""A department's own system files a package for whoever came there, through the interface for programs."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.cases.catalogue_memory import forget
from approvals.cases.models import Case, CaseMaterial
from approvals.catalogue.models import Material
from approvals.packages.models import PackageFiling
from approvals.pledges.models import CreditRecord, PromisedMaterial
from portal.core.models import Notification, StoredFile
from portal.core.statistics import differences
from portal.core.time import driven_clock
from tests import factories
from tests.api.objects import api, system
from tests.packages.crew import GOOD, Crew, cases, pdf, work

pytestmark = pytest.mark.django_db
URL, GUIDE = "/api/v1/package-filings", "/api/v1/packages/birth/guide"
WHO = {"type": "person", "name": "李四", "phone": "13800000000", "resident_number": factories.resident_number(700)}


class Sender(Crew):
    """The same package; its leading department has a system of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.system = system(dept=self.department)
        self.api = api(client=self.system)

    def body(self, guide=None, **more):
        picked = self.api.post(GUIDE, {"guide": guide or {"card": "yes"}}, format="json").json()
        names = list(picked["form_schema"]["properties"])
        answers = {name: GOOD[name.rpartition("_")[0]] for name in names if name.rpartition("_")[0] in GOOD}
        values = {
            "external_id": "WS-1", "package": "birth", "guide": guide or {"card": "yes"}, "applicant": WHO,
            "answers": answers, "on_paper": [one["key"] for one in picked["materials"]],
        }  # fmt: skip
        return {**values, **more}

    def send(self, key="", **more):
        headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
        return self.api.post(URL, self.body(**more), format="json", **headers)


@pytest.fixture
def sender():
    return Sender()


def test_the_list_and_the_guide_say_what_is_asked_once(sender):
    assert [one["code"] for one in sender.api.get("/api/v1/packages").json()["results"]] == ["birth"]
    one = sender.api.get("/api/v1/packages/birth").json()
    assert [entry["condition"] for entry in one["items"]] == [[], [], [{"question": "card", "values": ["yes"]}]]
    picked = sender.api.post(GUIDE, {"guide": {"card": "no"}}, format="json").json()
    assert [entry["filed"] for entry in picked["items"]] == [True, True, False]
    assert len(picked["form_schema"]["properties"]) == 3  # name, telephone and the child's name, each once
    assert sorted(one["name"] for one in picked["materials"]) == ["出生医学证明", "居民身份证"]
    assert sender.api.post(GUIDE, {"guide": {}}, format="json").status_code == 422
    assert sender.api.get("/api/v1/packages/nowhere").status_code == 404


def test_a_filing_becomes_a_case_for_each_item(sender):
    answer = sender.send()
    assert answer.status_code == 201, answer.json()
    made = answer.json()
    filing = PackageFiling.objects.get()
    found = cases(filing)
    assert [part["number"] for part in made["parts"]] == [case.number for case in found]
    assert {case.source for case in found} == {sender.system.code}
    assert [case.external_id for case in found] == ["WS-1/1", "WS-1/2", "WS-1/3"]
    assert {(case.channel, case.applicant_id, case.applicant_name) for case in found} == {("counter", None, "李四")}
    assert CaseMaterial.objects.filter(on_paper=True).count() == 5
    assert found[0].content.resident_number == WHO["resident_number"]
    work()
    assert not Notification.objects.filter(template="package.filed").exists()  # nobody here to tell
    assert list(differences()) == []
    status = sender.api.get(answer["Location"]).json()
    assert [part["state"] for part in status["parts"]] == ["submitted"] * 3
    listed = sender.api.get(URL, {"external_id": "WS-1", "package": "birth"}).json()["results"]
    assert [row["id"] for row in listed] == [filing.pk]


def test_a_verified_account_finds_it_again(sender):
    known = factories.citizen(name="李四")
    number = known.citizen.resident_number
    type(known.citizen).objects.update(verified_at=factories.moment("2026-01-05 09:00"))
    assert sender.send(applicant={**WHO, "resident_number": number}).status_code == 201
    assert PackageFiling.objects.of_applicant(known).count() == 1
    assert {case.applicant for case in Case.objects.all()} == {known}


def test_sent_twice_files_once(sender):
    first, again = sender.send("k-1"), sender.send("k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Case.objects.count() == 3
    assert sender.send("k-1", without=[sender.items[1].code]).status_code in {409, 422}  # the key with other content
    other = sender.send("k-2")
    assert (other.status_code, other.json()["code"]) == (409, "external_id_taken")


def test_all_or_none_with_the_place_of_every_fault(sender):
    answer = sender.send(answers={"nonsense": 1}, on_paper=["nothing"], external_id="WS-2")
    assert answer.status_code == 422
    assert {one["pointer"].split("/")[1] if "pointer" in one else "" for one in answer.json()["errors"]} >= {"answers"}
    assert Case.objects.count() == PackageFiling.objects.count() == 0


def test_another_departments_system_files_and_sees_nothing(sender):
    sender.send()
    stranger = api(client=system(dept=factories.department("JYJ")))
    assert stranger.post(URL, sender.body(external_id="X"), format="json").status_code == 403
    assert stranger.get(URL).json()["results"] == []
    assert stranger.get(f"{URL}/{PackageFiling.objects.get().pk}").status_code == 404
    reader = api("catalogue:read", client=sender.system)
    assert reader.post(URL, sender.body(), format="json").status_code == 403
    assert reader.get(URL).status_code == 403


def test_the_department_that_decides_a_part_reads_how_far_the_others_are(sender):
    sender.send()
    police = api(client=system(dept=sender.items[0].department))
    status = police.get(f"{URL}/{PackageFiling.objects.get().pk}")
    assert status.status_code == 200 and len(status.json()["parts"]) == 3
    assert "李四" not in status.content.decode()


def test_an_organisation_is_filed_for_by_its_code(sender):
    firm = {"type": "organisation", "name": "海州建设有限公司", "uscc": "91350100M000100Y43", "phone": "13800000000"}
    assert sender.send(applicant=firm).status_code == 201
    assert {case.organisation.uscc for case in Case.objects.select_related("organisation")} == {firm["uscc"]}
    assert sender.send(applicant={**firm, "uscc": "1"}, external_id="WS-3").status_code == 422


def test_filing_costs_the_same_for_any_number_of_parts(sender, django_assert_max_num_queries):
    body = sender.body()
    with django_assert_max_num_queries(32):
        assert sender.api.post(URL, body, format="json").status_code == 201


# --- what comes along: files, an agent's principal, what follows later --------------------------------------------------

MOTHER = {
    "name": "王秀英", "resident_number": factories.resident_number(900), "phone": "13711112222",
    "relation": "parent_child",
}  # fmt: skip


def upload(sender, name="委托书.pdf", through=None):
    file = SimpleUploadedFile(name, pdf(), content_type="application/pdf")
    return (through or sender.api).post("/api/v1/uploads", {"file": file}, format="multipart")


def keys(sender):
    picked = sender.api.post(GUIDE, {"guide": {"card": "yes"}}, format="json").json()
    return {one["name"]: one for one in picked["materials"]}


def pointers(answer):
    assert answer.status_code == 422, answer.json()
    return {one["pointer"] for one in answer.json()["errors"]}


@pytest.fixture
def agent():
    """Somebody with a verified account; as the API names them."""
    known = factories.citizen(name="李四")
    type(known.citizen).objects.update(verified_at=factories.moment("2026-01-05 09:00"))
    return {**WHO, "resident_number": known.citizen.resident_number}


def test_files_go_to_every_case_that_asks_for_them(sender):
    made = upload(sender, "出生证.pdf")
    assert made.status_code == 201, made.json()
    asked = keys(sender)
    birth = asked["出生医学证明"]["key"]
    others = [one["key"] for one in asked.values() if one["key"] != birth]
    assert sender.send(files={birth: [made.json()["id"]]}, on_paper=others).status_code == 201
    brought = CaseMaterial.objects.filter(file__isnull=False).select_related("file", "case")
    assert {(row.title, row.file.sha256) for row in brought} == {("出生证.pdf", made.json()["sha256"])}
    assert len(brought) == len(asked["出生医学证明"]["items"])
    assert all(row.file.stream_id == row.case_id for row in brought)


def test_an_upload_serves_its_own_system_and_its_own_days(sender):
    own, strange = upload(sender).json()["id"], upload(sender, through=api()).json()["id"]
    birth = keys(sender)["出生医学证明"]["key"]
    assert pointers(sender.send(files={birth: [own, strange]})) == {f"#/files/{birth}/1"}
    assert pointers(sender.send(files={"nothing": [own]})) == {"#/files/nothing"}
    StoredFile.objects.update(created_at=factories.moment("2020-01-01 09:00"))
    assert pointers(sender.send(files={birth: [own]})) == {f"#/files/{birth}/0"}
    assert api("cases:read").post("/api/v1/uploads", {}, format="multipart").status_code == 403
    assert pointers(sender.api.post("/api/v1/uploads", {}, format="multipart")) == {"#/file"}


def test_an_agent_files_for_somebody_with_a_power_of_attorney(sender, agent):
    scan = upload(sender).json()["id"]
    answer = sender.send(applicant=agent, principal={**MOTHER, "power_of_attorney": [scan]})
    assert answer.status_code == 201, answer.json()
    for case in cases(PackageFiling.objects.get()):
        assert (case.applicant_name, case.applicant.name) == (MOTHER["name"], "李四")
        assert case.principal.resident_number == case.content.resident_number == MOTHER["resident_number"]
        assert case.materials.get(power_of_attorney=True).file.name == "委托书.pdf"
    filing = PackageFiling.objects.get()
    assert (filing.applicant_name, filing.principal.relation) == (MOTHER["name"], "parent_child")
    work()


def test_a_principal_needs_a_known_agent_a_scan_and_a_number_of_their_own(sender, agent):
    scan = upload(sender).json()["id"]
    good = {**MOTHER, "power_of_attorney": [scan]}
    assert pointers(sender.send(principal=good)) == {"#/applicant/resident_number"}  # no verified account
    assert pointers(sender.send(applicant=agent, principal={**good, "power_of_attorney": []})) == {
        "#/principal/power_of_attorney"
    }
    assert pointers(sender.send(applicant={**agent, "name": "李五"}, principal=good)) == {"#/applicant/name"}
    same = {**good, "resident_number": agent["resident_number"]}
    assert pointers(sender.send(applicant=agent, principal=same)) == {"#/principal/resident_number"}
    firm = {"type": "organisation", "name": "海州建设有限公司", "uscc": "91350100M000100Y43", "phone": "13800000000"}
    assert pointers(sender.send(applicant=firm, principal=good)) == {"#/principal"}
    assert pointers(sender.send(applicant=agent, principal={**good, "relation": "friend", "phone": "1"})) >= {
        "#/principal/relation"
    }
    assert Case.objects.count() == 0


@pytest.fixture
def tolerant():
    with driven_clock(factories.moment("2026-06-01 09:00")):
        sender = Sender()
        Material._base_manager.filter(code="birthcert").update(tolerable=True)
        forget()
        yield sender


def test_a_material_follows_where_every_item_lets_it_follow(tolerant):
    asked = keys(tolerant)
    birth, others = asked["出生医学证明"], [one["key"] for one in asked.values() if one["name"] != "出生医学证明"]
    assert birth["follows_until"] == "2026-06-04"  # the police promise three days, the health insurance four
    assert all(asked[name]["follows_until"] is None for name in asked if name != "出生医学证明")
    promise = {"key": birth["key"], "due_on": "2026-06-03", "agreed": True}
    answer = tolerant.send(later=[promise], on_paper=others)
    assert answer.status_code == 201, answer.json()
    rows = PromisedMaterial.objects.select_related("case__item")
    assert {(str(row.due_on), row.at_window, row.made_by.access.system) for row in rows} == {
        ("2026-06-03", True, tolerant.system.code)
    }
    assert len(rows) == len(birth["items"]) == Case.objects.filter(pledged=True).count()
    work()
    assert list(differences()) == []


def test_a_promise_that_cannot_be_given_says_what_is_wrong(tolerant):
    asked = keys(tolerant)
    birth, others = asked["出生医学证明"]["key"], [one["key"] for one in asked.values() if not one["follows_until"]]
    good = {"key": birth, "due_on": "2026-06-03", "agreed": True}

    def faults(*promises, on_paper=others):
        return pointers(tolerant.send(later=list(promises), on_paper=on_paper))

    assert faults({**good, "due_on": "2026-06-05"}) == {"#/later/0/due_on"}
    assert faults({**good, "due_on": "2026-06-01"}) == {"#/later/0/due_on"}
    assert faults({**good, "agreed": False}) == {"#/later/0/agreed"}
    assert faults({**good, "key": "nothing"}, good) == {"#/later/0/key"}
    assert faults({**good, "key": others[0]}, good, on_paper=others[1:]) == {"#/later/0/key"}
    assert faults(good, on_paper=[*others, birth]) == {"#/later/0/key"}
    assert faults(good, good) == {"#/later/1/key"}
    assert Case.objects.count() == 0


def test_a_credit_record_bars_a_promise_of_somebody_without_an_account_too(tolerant):
    assert tolerant.send(external_id="WS-0").status_code == 201
    CreditRecord.objects.create(
        case=Case.objects.first(), department=tolerant.department, subject_name="李四",
        subject_number=WHO["resident_number"], ground="material", facts="未补齐", source="HZ-1",
        from_on=dt.date(2026, 5, 1), until_on=dt.date(2027, 5, 1),
    )  # fmt: skip
    asked = keys(tolerant)
    others = [one["key"] for one in asked.values() if not one["follows_until"]]
    promise = {"key": asked["出生医学证明"]["key"], "due_on": "2026-06-03", "agreed": True}
    answer = tolerant.send(later=[promise], on_paper=others)
    assert (answer.status_code, answer.json()["code"]) == (409, "barred_by_credit_record")
    assert tolerant.send().status_code == 201  # with all materials it goes


def test_what_comes_along_belongs_to_the_promise_of_the_key(sender, agent):
    scan = upload(sender).json()["id"]
    given = {"applicant": agent, "principal": {**MOTHER, "power_of_attorney": [scan]}}
    first, again = sender.send("k-9", **given), sender.send("k-9", **given)
    assert (first.status_code, again.json()) == (201, first.json())
    other = {**given["principal"], "phone": "13711113333"}
    assert sender.send("k-9", **{**given, "principal": other}).json()["code"] == "idempotency_key_reused"


def test_what_comes_along_costs_the_same_for_any_number_of_parts(sender, agent, django_assert_max_num_queries):
    scan = upload(sender).json()["id"]
    body = sender.body(applicant=agent, principal={**MOTHER, "power_of_attorney": [scan]})
    with django_assert_max_num_queries(38):
        assert sender.api.post(URL, body, format="json").status_code == 201
