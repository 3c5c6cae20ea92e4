"""Two people at once: on PostgreSQL, with real connections."""

import threading

import pytest
from django.db import connection, transaction

from approvals.certificates import actions
from approvals.certificates.models import Certificate, CertificateProposal, CertificateUse, Print
from portal.core.errors import DomainError
from portal.core.time import driven_clock
from tests.certificates.objects import Office, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def together(moment, jobs):
    """Run all jobs at once; their results or domain errors in order."""
    start, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(number, job):
        try:
            with driven_clock(moment):
                start.wait(timeout=120)
                results[number] = job()
        except DomainError as refused:
            results[number] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, job)) for number, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return results


def followed(case_id):
    with transaction.atomic():
        return actions.follow(case_id)


def test_two_clerks_issue_the_same_case_and_eight_workers_follow_it():
    office = Office()
    case = office.approved()
    steps = together(office.now, [lambda: office.step(case, "issue", document_number="1")] * 2)
    assert sum(isinstance(one, DomainError) for one in steps) == 1
    made = together(office.now, [lambda: followed(case.pk)] * 8)
    assert sum(isinstance(one, Certificate) for one in made) == 1
    with driven_clock(office.now):
        work()
    assert Certificate.objects.count() == 1
    assert Certificate.objects.get().number.endswith("1号")


def test_two_reviewers_decide_one_proposal_and_eight_windows_print_on_one_form():
    office = Office(numbered_forms=True)
    first, rows = office.issue(), [office.issue() for _n in range(4)]
    with driven_clock(office.now):
        row = actions.propose(office.clerk, first.pk, "revoke", {"reason": "x"}, state_version=first.state_version)
    decided = together(
        office.now,
        [
            lambda: actions.decide(office.reviewer, row.pk, confirm=True),
            lambda: actions.decide(office.head, row.pk, confirm=False),
        ],
    )
    assert sum(isinstance(one, DomainError) for one in decided) == 1
    assert CertificateProposal.objects.get().outcome in {"confirmed", "rejected"}
    together(office.now, [lambda pk=one.pk: printed(office.clerk, pk) for one in rows])
    assert Print.objects.count() == 1


def printed(clerk, pk):
    from django.db import IntegrityError

    try:
        return actions.mark_printed(clerk, pk, form_number="HZ0000001")
    except IntegrityError:
        return None


def test_a_certificate_is_given_once_however_often_the_button_is_pressed():
    office = Office()
    certificate = office.issue()
    item, material = office.second_item()
    case = office.draft(item)
    together(office.now, [lambda: actions.use(office.holder, certificate.pk, case.pk, material.pk, consent=True)] * 6)
    assert CertificateUse.objects.count() == 1
