"""Originals at the window: kept, given back against signature to a checked person, and a lamp for the forgotten ones."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.cases import actions as case_actions
from approvals.cases.models import Case
from approvals.counter import actions
from approvals.counter.models import LeftPaper, PaperReturn
from approvals.counter.policies import may_keep_papers
from approvals.counter.querysets import papers_for, to_give_back
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.cases.filing_objects import signed_in
from tests.counter.objects import as_clerk, clerk_at, department, filed, window

pytestmark = pytest.mark.django_db
TAKING = actions.Taking(taker="applicant", name="王小明", identity_checked=True, signature="paper")


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


def ids(case: Case) -> list[int]:
    return list(case.left_papers.values_list("pk", flat=True))


def test_papers_go_back_with_a_numbered_proof_that_says_who_took_them():
    clerk = clerk_at()
    case = filed(clerk, factories.item(materials=2))
    proof = actions.give_back(as_clerk(clerk), case.pk, ids(case), TAKING)
    assert proof.document.number and "王小明" in proof.document.data and "材料0" in proof.document.data
    assert not LeftPaper.objects.filter(handed_back__isnull=True).exists()
    with pytest.raises(WrongState):
        actions.give_back(as_clerk(clerk), case.pk, ids(case), TAKING)
    assert PaperReturn.objects.count() == 1


def test_nothing_goes_to_somebody_whose_card_nobody_looked_at():
    clerk = clerk_at()
    case = filed(clerk, factories.item(materials=1))
    data = {"papers": ids(case), "taker": "other", "taker_name": "王5", "signature": "paper", "give": "1"}
    answer = signed_in(clerk).post(reverse("counter:case-papers", args=[case.number]), data)
    assert answer.status_code == 422
    assert "identity_checked" in answer.context["back"].errors
    assert answer.context["back"]["taker_name"].value() == "王5"
    wrong = actions.Taking(taker="x", name="5", identity_checked=False, signature="")
    with pytest.raises(Invalid) as refused:
        actions.give_back(as_clerk(clerk), case.pk, [], wrong)
    assert set(refused.value.fields) == {"taker", "taker_name", "identity_checked", "signature", "papers"}


def test_a_withdrawn_case_with_its_papers_here_is_a_lamp_on_the_desk():
    clerk = clerk_at()
    case = filed(clerk, factories.item(materials=1))
    client = signed_in(clerk)
    assert "papers" not in "".join(client.get(reverse("cases:desk")).context["panels"])
    assert not to_give_back(User.objects.get(pk=clerk.pk)).exists()
    case_actions.take_step(actor_of(case.applicant), case.pk, "withdraw", {"reason": ""}, state_version=1)
    assert "/desk/papers/" in "".join(client.get(reverse("cases:desk")).context["panels"])
    assert case.number in client.get(reverse("counter:papers")).content.decode()
    actions.give_back(as_clerk(clerk), case.pk, ids(case), TAKING)
    assert case.number not in client.get(reverse("counter:papers")).content.decode()


def test_who_keeps_papers_is_who_sees_them():
    other = department("ZJJ")
    desk = window("A01", other)
    front = clerk_at(desk)
    case = filed(front, factories.item(dept=other, materials=1), window_id=desk.pk)
    people = [front, clerk_at(desk), clerk_at(dept=other), clerk_at(dept=department("RSJ", name="人社局"))]
    people += [factories.staff(Role.DEPARTMENT_HEAD, other), case.applicant]
    for person in people:
        fresh = User.objects.get(pk=person.pk)
        assert may_keep_papers(fresh, case) == papers_for(fresh).filter(case=case).exists(), person
    with pytest.raises(NotFound):
        actions.leave_paper(as_clerk(people[3]), case.pk, name="x", is_original=True)
    with pytest.raises(NotAllowed):
        head = factories.staff(Role.DEPARTMENT_HEAD, other)
        actions.leave_paper(actor_of(head, Role.DEPARTMENT_HEAD), case.pk, name="x", is_original=True)


def test_one_more_paper_can_be_kept_and_a_wrong_number_is_said_beside_its_field():
    clerk = clerk_at()
    case = filed(clerk, factories.item(materials=0))
    client, address = signed_in(clerk), reverse("counter:case-papers", args=[case.number])
    data = {"leave": "1", "leave-name": "不动产权证书", "leave-is_original": "yes", "leave-copies": "x"}
    answer = client.post(address, data)
    assert answer.status_code == 422 and "copies" in answer.context["leave"].errors
    assert client.post(address, {**data, "leave-copies": "2"}).status_code == 302
    assert LeftPaper.objects.get(case=case).copies == 2


def test_the_list_of_papers_costs_the_same_whatever_its_length():
    clerk, item = clerk_at(), factories.item(materials=2)
    client = signed_in(clerk)
    counted = []
    for serials in (range(510, 512), range(520, 526)):
        for serial in serials:
            filed(clerk, item, serial=serial)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("counter:papers"), {"tab": "all"}).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
