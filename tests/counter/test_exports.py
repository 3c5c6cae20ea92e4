"""Papers and hand-overs as files: the rows of the pages."""

import pytest
from django.urls import reverse

from approvals.counter import actions
from portal.people.roles import Role
from tests import factories
from tests.counter.objects import as_clerk, clerk_at, department, filed
from tests.exports.lists import exported

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


def test_papers_are_those_that_the_clerk_keeps():
    clerk = clerk_at()
    case = filed(clerk, factories.item(materials=2))
    url = reverse("counter:papers")
    assert exported(clerk, url, "counter.papers", rows="rows") == []  # nothing belongs back yet
    rows = exported(clerk, url + "?tab=all", "counter.papers", rows="rows")
    assert {row["Case number"] for row in rows} == {case.number} and len(rows) == 2
    stranger = factories.staff(Role.CLERK, department("WJW"))
    assert exported(stranger, url + "?tab=all", "counter.papers", rows="rows") == []


def test_hand_overs_are_those_of_giver_receiver_and_head():
    giver, receiver = clerk_at(), clerk_at()
    factories.accepted(as_clerk(giver))
    actions.propose_handover(
        as_clerk(giver), department_id=factories.department().pk, giver_id=giver.pk, receiver_id=receiver.pk,
        reason="leave",
    )  # fmt: skip
    url = reverse("counter:handovers")
    for person in (giver, receiver, factories.staff(Role.DEPARTMENT_HEAD)):
        rows = exported(person, url, "counter.handovers", rows="rows")
        assert [(row["From"], row["To"], row["Cases"]) for row in rows] == [(giver.name, receiver.name, 1)]
    assert exported(clerk_at(), url, "counter.handovers", rows="rows") == []
