"""Two windows at the same moment: one account, one intake, one receiver."""

import threading

import pytest
from django.db import connection, connections

from approvals.counter import actions
from approvals.counter.models import Intake, PaperReturn
from portal.core.errors import DomainError
from portal.people.models import Citizen
from tests import factories
from tests.counter.objects import as_clerk, clerk_at, filed, visitor, window
from tests.counter.test_papers import TAKING, ids

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


def at_once(*jobs):
    """Run the jobs in threads that start together; what each gave or the error it met."""
    gate, found = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place, job):
        gate.wait()
        try:
            found[place] = job()
        except DomainError as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, job)) for place, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert connection.vendor == "postgresql"
    return found


def test_the_same_stranger_at_two_windows_gets_one_account_and_one_intake():
    clerks = [clerk_at(window(f"A0{n}")) for n in range(4)]
    actors = [as_clerk(clerk) for clerk in clerks]
    found = at_once(*(lambda actor=actor: actions.begin_intake(actor, visitor()) for actor in actors))
    refused = [one for one in found if isinstance(one, DomainError)]
    assert len(refused) == 3 and {error.code for error in refused} == {"served_elsewhere"}
    assert Citizen.objects.count() == 1
    assert Intake.objects.count() == 1


def test_a_paper_goes_back_once():
    clerk = clerk_at()
    case = filed(clerk, factories.item(materials=1))
    actor, papers = as_clerk(clerk), ids(case)
    found = at_once(*[lambda: actions.give_back(actor, case.pk, papers, TAKING)] * 3)
    assert sum(isinstance(one, PaperReturn) for one in found) == 1
    assert PaperReturn.objects.count() == 1


def test_a_hand_over_is_decided_once():
    giver, receiver = clerk_at(), clerk_at()
    case = factories.accepted(as_clerk(giver))
    handover = actions.propose_handover(
        as_clerk(giver), department_id=case.department_id, giver_id=giver.pk, receiver_id=receiver.pk, reason="leave"
    )
    give, take = as_clerk(giver), as_clerk(receiver)
    found = at_once(
        lambda: actions.decide_handover(take, handover.pk, "accept", state_version=0),
        lambda: actions.decide_handover(give, handover.pk, "take_back", state_version=0),
    )
    assert sum(isinstance(one, DomainError) for one in found) == 1
    case.refresh_from_db()
    handover.refresh_from_db()
    assert (case.staff_id == receiver.pk) is (handover.state == "accepted")


def test_an_intake_is_filed_once_however_often_the_button_is_pressed():
    clerk = clerk_at()
    actor = as_clerk(clerk)
    begun = actions.begin_intake(actor, visitor())
    actions.choose_item(actor, begun.pk, factories.item(materials=0))
    found = at_once(*[lambda: actions.file_intake(actor, begun.pk, confirmation="paper", state_version=0)] * 3)
    assert len({case.number for case in found}) == 1
