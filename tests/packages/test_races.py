"""Two at once: a package is filed once, numbers are given once, and following a package loses no step of its parts."""

import datetime as dt

import pytest
from django.db import transaction

from approvals.cases import actions as case_actions
from approvals.cases.catalogue_memory import forget
from approvals.cases.models import Case
from approvals.cases.principals import Principal
from approvals.catalogue.models import Material
from approvals.packages import actions
from approvals.packages.actions import sent_in
from approvals.packages.draft import MATERIALS, Draft
from approvals.packages.models import PackageFiling, PackagePrincipal
from approvals.pledges.models import PromisedMaterial
from portal.core.actors import Actor
from portal.core.events import stream_of
from portal.core.models import StreamHead
from portal.core.numbers import next_number, next_numbers
from portal.core.time import today
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.cases.test_citizen_races import at_once
from tests.packages.crew import GOOD, Crew, again, cases, work

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def myself(crew: Crew):
    return actor_of(User.objects.get(pk=crew.person.pk))


def test_a_double_click_begins_one_draft() -> None:
    crew = Crew()
    found = at_once(5, lambda: actions.begin(myself(crew), crew.package.pk, {"card": "yes"}).pk)
    assert len(set(found)) == 1
    assert PackageFiling.objects.get().parts.count() == 3


def test_a_double_click_files_a_package_once() -> None:
    crew = Crew()
    filing = crew.filled()
    found = at_once(5, lambda: actions.submit(myself(crew), filing.pk, state_version=filing.state_version).number)
    assert found.count("stale") == 4
    assert Case.objects.count() == 3


def test_packages_filed_at_the_same_moment_get_numbers_of_their_own() -> None:
    crew = Crew()
    filings = []
    for _n in range(4):
        crew.person = factories.citizen(name="李四")
        crew.actor = actor_of(crew.person)
        filings.append((crew.person.pk, crew.filled().pk))
    left = iter(filings)

    def submit() -> str:
        person, pk = next(left)
        return str(actions.submit(actor_of(User.objects.get(pk=person)), pk, state_version=0).number)

    assert len(set(at_once(4, submit))) == 4
    assert len(set(Case.objects.values_list("number", flat=True))) == 12


def test_many_numbers_and_single_ones_wait_for_each_other_without_a_circle() -> None:
    pairs = [("SP", code) for code in ("A", "B", "C", "D")]
    turns = iter(range(8))

    def take() -> list[str]:
        turn = next(turns)
        with transaction.atomic():
            if turn % 4 == 0:
                return [next_number("SP", "C", today())]
            return next_numbers(pairs if turn % 2 else pairs[::-1], today())

    found = [number for numbers in at_once(8, take) for number in numbers]
    assert len(found) == len(set(found)) == 6 * 4 + 2


def test_departments_that_answer_at_the_same_moment_leave_the_package_right() -> None:
    crew = Crew()
    filing = crew.filed()
    work()
    teams = [(case.pk, case.state_version, crew.clerk_of(case)) for case in cases(filing)]
    left = iter(teams)

    def accept() -> None:
        pk, version, clerk = next(left)
        case_actions.take_step(clerk, pk, "accept", state_version=version)
        actions.follow_case_now(pk)

    at_once(3, accept)
    assert again(filing).state == "running"
    assert again(filing).due_on is not None
    head = StreamHead.objects.get(stream=stream_of(PackageFiling), stream_id=filing.pk)
    assert head.sequence == 2  # filed, all parts accepted


def test_a_withdrawal_and_an_acceptance_of_the_same_part_do_not_both_happen() -> None:
    crew = Crew()
    filing = crew.filed()
    case = cases(filing)[0]
    clerk, part = crew.clerk_of(case), case.package_part.pk
    turns = iter(("withdraw", "accept"))

    def act() -> str:
        if next(turns) == "withdraw":
            actions.withdraw(myself(crew), filing.pk, parts=[part], state_version=again(filing).state_version)
            return "withdrawn"
        return case_actions.take_step(clerk, case.pk, "accept", state_version=case.state_version).state

    found = at_once(2, act)
    state = Case.objects.get(pk=case.pk).state
    assert state == "withdrawn"  # after an acceptance it may still be withdrawn
    assert "withdrawn" in found and set(found) <= {"withdrawn", "accepted", "stale", "wrong_state"}


def test_a_system_that_sends_twice_with_one_key_files_once() -> None:
    """Lost answers and eager retries: every sending gets the same outcome, and the cases are made once."""
    from approvals.cases.actions.sent_in import Applicant
    from portal.people.access import Access
    from tests.api.objects import system

    crew = Crew()
    client = system(dept=crew.department)
    chosen = sent_in.choose(crew.package, {"card": "yes"})
    names = [one.code for page in chosen.form.definition.sections for one in page.fields]
    sending = actions.Sending(
        external_id="WS-1", package_code="birth", guide={"card": "yes"},
        applicant=Applicant(type="person", name="李四", phone="13800000000"),
        answers={name: GOOD[name.rpartition("_")[0]] for name in names if name.rpartition("_")[0] in GOOD},
        on_paper=[one.key for one in chosen.materials],
    )  # fmt: skip

    def send() -> str:
        account = User.objects.get(pk=client.user_id)
        account.__dict__["access"] = Access.of_client(client)
        actor = Actor(user=account, role="system", name=client.name)
        return str(actions.send_in(actor, sending, once_key="k-1")["number"])

    found = at_once(5, send)
    assert len(set(found)) == 1 and found[0].startswith("YJS-")
    assert (PackageFiling.objects.count(), Case.objects.count()) == (1, 3)


def test_two_clicks_at_the_window_file_once_and_end_the_intake() -> None:
    from tests.packages.test_window import Window

    window = Window()
    filing = window.ready()

    def submit() -> str:
        clerk = actor_of(User.objects.get(pk=window.clerk_user.pk), Role.CLERK)
        return str(actions.submit(clerk, filing.pk, state_version=filing.state_version, confirmation="paper").number)

    found = at_once(4, submit)
    assert sum(one.startswith("YJS-") for one in found) == 1
    assert Case.objects.count() == 3
    assert again(filing).intake.state == "filed"


def test_one_certificate_is_given_once_by_two_clicks() -> None:
    from approvals.packages.models import PackagePaper
    from tests.packages.test_given import Holder

    holder = Holder()
    filing = holder.begin()
    key = holder.key(filing)

    def give() -> int:
        return actions.give_certificate(myself(holder), filing.pk, holder.certificate.pk, key=key, consent=True).pk

    assert len(set(at_once(4, give))) == 1
    assert PackagePaper.objects.count() == 1


def test_a_promise_said_twice_at_once_is_one_and_none_is_lost_to_the_filing() -> None:
    """A double click on “promise it”, then the promise against the filing itself: either it counts, or nothing is filed."""
    crew = Crew()
    filing, key = promisable(crew)
    day = today() + dt.timedelta(days=1)
    at_once(4, lambda: actions.promise_later(myself(crew), filing.pk, day, key=key, agreed=True).pk)
    assert filing.papers.filter(follows_by__isnull=False).count() == 1
    actions.save_page(crew.actor, filing.pk, MATERIALS, {}, done=True)
    steps = iter(
        [
            lambda: actions.submit(myself(crew), filing.pk, state_version=0).number,
            lambda: actions.bring_at_once(myself(crew), filing.pk, key=key),
        ]
    )
    at_once(2, lambda: str(next(steps)()))
    kept = PromisedMaterial.objects.count()
    assert (kept, Case.objects.count()) in {(2, 3), (0, 0)}  # filed with both promises, or taken back and nothing filed


def test_one_draft_for_one_principal_at_however_many_clicks() -> None:
    crew = Crew()
    mother = Principal(
        name="王秀英", resident_number=factories.resident_number(900), phone="13711112222", relation="parent_child"
    )
    begin = lambda: actions.begin(myself(crew), crew.package.pk, {"card": "yes"}, principal=mother).pk  # noqa: E731
    assert len(set(at_once(4, begin))) == 1
    assert PackagePrincipal.objects.count() == 1


def promisable(crew: Crew) -> tuple[PackageFiling, str]:
    """A draft that lacks one material which may follow."""
    Material._base_manager.filter(code="birthcert").update(tolerable=True)
    forget()
    filing = crew.filled()
    key = next(one.key for one in Draft(filing).materials if one.material.code == "birthcert")
    for paper in filing.papers.filter(key=key):
        actions.remove_paper(crew.actor, filing.pk, paper.pk)
    return filing, key
