"""Who looks on at a case of a project or of a package: drawn at random, the rule and the queryset agree, and both agree
with what the postings and the parts say.

What ought to be seen is reckoned here once more, in plain Python over the rows: a department looks on when it has a part
in the same project (it leads it, was asked, or has a task of a meeting) or decides a part of the same package. Its
clerks, reviewers and heads see the case then, from the filing on, unless it is their own matter. Nobody else does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals.cases import policies
from approvals.cases.models import Case
from approvals.packages import actions as packages
from approvals.packages.models import PackageFiling, PackagePart
from approvals.packages.policies import may_see_at_work, may_see_filing
from approvals.projects import policies as project_policies
from approvals.projects.models import Project, ProjectCase, ProjectParty
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Department, Membership, Posting, User
from portal.people.roles import Role
from tests import factories
from tests.packages.crew import Crew, cases
from tests.projects.objects import BEGUN, Town, work

pytestmark = pytest.mark.django_db
WORKING = {Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD}
STAFF = [role for role in Role if role not in {Role.CITIZEN, Role.AGENT}]
WHERE = ("lead", "asked", "decides", "part", "leads the package", "elsewhere")


@dataclass
class Matters:
    """Two projects and a package with their cases, a case that belongs to nothing, and a draft."""

    town: Town = field(init=False)
    crew: Crew = field(init=False)

    def __post_init__(self) -> None:
        self.town = town = Town()
        self.crew = crew = Crew()
        with driven_clock(BEGUN):
            town.plans()
            asking, registered = town.opened("planning").project, town.project()
        self.filing = crew.filed()
        crew.begin()
        self.alone = factories.submitted(factories.citizen(), factories.item(dept=town.building))
        self.linked = [self._linked(asking, town.building), self._linked(registered, town.defence)]
        self.departments = {
            "lead": town.lead, "asked": town.fire, "decides": town.building, "part": crew.items[0].department,
            "leads the package": crew.department, "elsewhere": factories.department("JYJ"),
        }  # fmt: skip

    def _linked(self, project: Project, department: Department) -> Case:
        """A case of the builder, decided by `department`, that is named for the project."""
        case = factories.submitted(self.town.agent_user, factories.item(dept=department))
        Case.objects.filter(pk=case.pk).update(organisation=self.town.builder)
        ProjectCase.objects.create(
            project=project, case=case, linked_by=self.town.agent_user, linked_at=factories.moment("2026-06-02 09:00")
        )
        return case

    # --- what ought to be ---

    def ought(self, user: User) -> set[int]:
        """The cases that the person looks on at, reckoned from postings, parties and parts."""
        mine = {
            posting.department_id
            for posting in user.postings.all()
            if posting.role in WORKING and posting.department_id is not None
        }
        seen = set()
        for case in Case.objects.exclude(state="draft"):
            own = case.applicant_id == user.pk or any(
                one.organisation_id == case.organisation_id for one in user.memberships.all()
            )
            if not own and mine & self.sharing(case):
                seen.add(case.pk)
        return seen

    @staticmethod
    def sharing(case: Case) -> set[int]:
        found = set()
        for link in ProjectCase.objects.filter(case=case):
            found |= {party.department_id for party in ProjectParty.objects.filter(project=link.project_id)}
        for part in PackagePart.objects.filter(case=case):
            siblings = PackagePart.objects.filter(filing=part.filing_id, case__isnull=False)
            found |= {one.case.department_id for one in siblings.select_related("case")}
            found.add(PackageFiling.objects.get(pk=part.filing_id).department_id)
        return found

    def fixed_people(self) -> Iterator[User]:
        """Those who have something of their own here, and those who have nothing."""
        yield from (self.town.agent_user, self.crew.person, factories.citizen(), self.town.runner.user)
        both = factories.staff(Role.CLERK, self.town.fire)  # works in a department that was asked, and for the builder
        Membership.objects.create(user=both, organisation=self.town.builder, starts_on="2020-01-01")
        yield User.objects.get(pk=both.pk)


@pytest.fixture
def matters() -> Matters:
    return Matters()


def agree(matters: Matters, user: User) -> None:
    """Rule, queryset and plain reckoning give the same, case for case."""
    rows = list(Case.objects.select_related("department"))
    by_rule = {one.pk for one in rows if policies.may_look_on(user, one)}
    by_queryset = set(Case.objects.looked_at_by(user).values_list("pk", flat=True))
    assert by_rule == by_queryset == matters.ought(user), user.username
    visible = set(Case.objects.visible_to(user).values_list("pk", flat=True))
    assert {one.pk for one in rows if policies.may_see(user, one)} == visible, user.username
    filings = list(PackageFiling.objects.all())
    assert {one.pk for one in filings if may_see_filing(user, one)} == set(
        PackageFiling.objects.visible_to(user).values_list("pk", flat=True)
    )
    assert {one.pk for one in filings if may_see_at_work(user, one)} == set(
        PackageFiling.objects.seen_at_work(user).values_list("pk", flat=True)
    )
    seen = set(Project.objects.visible_to(user).values_list("pk", flat=True))
    assert {one.pk for one in Project.objects.all() if project_policies.may_see(user, one)} == seen, user.username


def test_whoever_has_something_of_their_own_here_sees_it_as_their_own(matters):
    for user in matters.fixed_people():
        agree(matters, user)
    assert not Case.objects.looked_at_by(matters.town.agent_user).exists()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(jobs=st.lists(st.tuples(st.sampled_from(STAFF), st.sampled_from(WHERE)), min_size=1, max_size=3, unique=True))
def test_rule_and_queryset_agree_for_every_kind_of_person(matters, jobs):
    """Any role in any of the departments, up to three postings at once."""
    (role, where), *more = jobs
    user = factories.staff(role, matters.departments[where])
    for role, where in more:
        Posting.objects.create(user=user, role=role, department=matters.departments[where], starts_on="2020-01-01")
    agree(matters, User.objects.get(pk=user.pk))


def test_every_role_in_every_department_once(matters):
    """The drawing above may miss one; this does not."""
    reached = set()
    for role in STAFF:
        for where, department in matters.departments.items():
            if role not in WORKING and where not in {"lead", "part"}:
                continue
            user = factories.staff(role, department)
            agree(matters, user)
            if Case.objects.looked_at_by(user).exists():
                reached.add((role, where))
    assert {role for role, _where in reached} == WORKING  # no other role looks on anywhere
    assert "elsewhere" not in {where for _role, where in reached}


def test_the_page_opens_for_those_and_for_nobody_else(matters):
    case = Case.objects.get(pk=matters.linked[0].pk)
    for where, department in matters.departments.items():
        user = factories.staff(Role.REVIEWER, department)
        client = Client()
        client.force_login(user, backend="portal.people.backends.AccountBackend")
        page = client.get(reverse("cases:desk-case", args=[case.number]))
        opens = policies.may_look_on(user, case) or policies.may_see(user, case)
        assert (page.status_code == 200) == opens, where
        assert page.status_code in {200, 404}


def test_what_ends_the_part_ends_the_looking(matters):
    """A party that goes, or a case that is taken out of its project, takes the looking along."""
    fire = factories.staff(Role.CLERK, matters.town.fire)
    assert Case.objects.looked_at_by(fire).filter(pk=matters.linked[0].pk).exists()
    ProjectCase.objects.filter(case=matters.linked[0]).delete()
    agree(matters, fire)
    assert not Case.objects.looked_at_by(fire).filter(pk=matters.linked[0].pk).exists()
    assert cases(matters.filing)
    clerk = factories.staff(Role.CLERK, matters.crew.items[1].department)
    packages.withdraw(actor_of(matters.crew.person), matters.filing.pk, state_version=matters.filing.state_version)
    work()
    agree(matters, clerk)
