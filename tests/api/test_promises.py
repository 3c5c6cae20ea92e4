"""What was promised for later is supplied by a system: the department's own, or the one that sent the filing in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.cases.models import Case, CaseMaterial
from approvals.pledges import actions
from approvals.pledges.models import PromisedMaterial
from portal.core.models import StoredFile
from tests import factories
from tests.api.objects import api, system
from tests.packages.crew import pdf
from tests.pledges.objects import Lane

pytestmark = pytest.mark.django_db


@pytest.fixture
def lane(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    made = Lane()
    made.own = api(client=system(dept=made.item.department))
    with made.at("2026-06-02 09:00"):
        yield made


def address(promise, end="/bring"):
    return f"/api/v1/cases/{promise.case_id}/promises/{promise.pk}{end}"


def bring(caller, promise, *names, key="", **fields):
    some = [SimpleUploadedFile(name, pdf(), content_type="application/pdf") for name in names]
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    return caller.post(address(promise), {**fields, **({"file": some} if some else {})}, format="multipart", **headers)


def test_the_list_says_what_is_to_follow_and_by_when(lane):
    promise = lane.promised()
    rows = lane.own.get(f"/api/v1/cases/{promise.case_id}/promises").json()["results"]
    assert [(row["id"], row["material"], row["due_on"], row["state"]) for row in rows] == [
        (promise.pk, "health", "2026-06-10", "promised")
    ]


def test_a_wish_of_a_draft_is_no_promise_yet(lane):
    promise = lane.promise(lane.draft())
    assert lane.own.get(f"/api/v1/cases/{promise.case_id}/promises").status_code == 404
    assert bring(lane.own, promise, "体检.pdf").status_code == 404


def test_the_departments_system_brings_it_with_all_its_files(lane):
    promise = lane.promised()
    answer = bring(lane.own, promise, "体检一.pdf", "体检二.pdf")
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["state"], answer.json()["brought_on"]) == ("brought", "2026-06-02")
    rows = CaseMaterial.objects.filter(case=promise.case_id, material=lane.health).select_related("file")
    assert [row.file.name for row in rows.order_by("pk")] == ["体检一.pdf", "体检二.pdf"]
    assert all(row.file.stream_id == promise.case_id for row in rows)
    assert bring(lane.own, promise, "体检三.pdf").status_code == 409  # it is not awaited any more


def test_what_lies_with_the_department_on_paper_needs_no_file(lane):
    promise = lane.promised()
    answer = bring(lane.own, promise)
    assert [one["pointer"] for one in answer.json()["errors"]] == ["#/file"]
    assert bring(lane.own, promise, on_paper="true").json()["state"] == "brought"
    assert CaseMaterial.objects.get(case=promise.case_id, material=lane.health).on_paper


def test_brought_twice_with_one_key_is_brought_once(lane):
    promise = lane.promised()
    first, again = (bring(lane.own, promise, "体检.pdf", key="k-1") for _try in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert CaseMaterial.objects.filter(case=promise.case_id, material=lane.health).count() == 1
    other = bring(lane.own, promise, "另一份.pdf", key="k-1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_who_sent_the_filing_in_brings_it_wherever_it_is_decided(lane):
    promise = lane.promised()
    sender = system(dept=factories.department("JYJ"))
    assert bring(api(client=sender), promise, "体检.pdf").status_code == 404
    Case.objects.filter(pk=promise.case_id).update(source=sender.code)
    assert bring(api(client=sender), promise, "体检.pdf").status_code == 200


def test_another_departments_system_finds_nothing_and_a_reader_brings_nothing(lane):
    promise, other = lane.promised(), lane.promised()
    before = StoredFile.objects.count()
    assert bring(api(client=system(dept=factories.department("JYJ"))), promise, "体检.pdf").status_code == 404
    reader = api("cases:read", client=system(dept=lane.item.department))
    assert bring(reader, promise, "体检.pdf").status_code == 403
    promise.case_id = other.case_id  # the address of one case with the promise of another
    assert bring(lane.own, promise, "体检.pdf").status_code == 404
    assert StoredFile.objects.count() == before
    assert PromisedMaterial.objects.get(pk=promise.pk).state == "promised"


def test_what_was_sent_back_is_brought_anew(lane):
    promise = lane.promised()
    bring(lane.own, promise, "体检.pdf")
    seen = PromisedMaterial.objects.get(pk=promise.pk).state_version
    actions.send_back(lane.clerk, promise.pk, "看不清", state_version=seen)
    row = lane.own.get(f"/api/v1/cases/{promise.case_id}/promises").json()["results"][0]
    assert (row["state"], row["note"]) == ("promised", "看不清")
    assert bring(lane.own, promise, "体检清.pdf").json()["state"] == "brought"
