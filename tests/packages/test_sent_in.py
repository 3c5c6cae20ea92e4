"""A department's own system files a package for whoever came there, through the interface for programs."""

import pytest

from approvals.cases.models import Case, CaseMaterial
from approvals.packages.models import PackageFiling
from portal.core.models import Notification
from portal.core.statistics import differences
from tests import factories
from tests.api.objects import api, system
from tests.packages.crew import GOOD, Crew, cases, work

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
