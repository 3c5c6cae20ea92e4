"""What a policy allows to be seen is exactly what the queryset finds, for every role and every state."""

import pytest

from approvals.cases import policies as case_policies
from approvals.cases.models import Case
from approvals.packages import actions, policies
from approvals.packages.models import Package, PackageFiling
from portal.core.errors import Invalid, NotAllowed, WrongState
from portal.people.actors import actor_of
from portal.people.models import Membership, Organisation
from portal.people.roles import Role
from tests import factories
from tests.packages.crew import Crew, cases, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew():
    return Crew()


def people(crew):
    other = factories.department("JYJ")
    yield from (crew.person, factories.citizen(), crew.head_user, crew.reviewer_user)
    for role in Role:
        if role not in {Role.CITIZEN, Role.AGENT}:
            yield factories.staff(role, crew.department)
            yield factories.staff(role, other)
    for item in crew.items:  # those who decide a part
        yield factories.staff(Role.CLERK, item.department)
        yield factories.staff(Role.HALL_MANAGER, item.department)


def test_policy_and_queryset_of_filings_agree(crew):
    firm = Organisation.objects.create(name="海州建设有限公司", uscc="91350100M000100Y43")
    Membership.objects.create(user=crew.person, organisation=firm, starts_on="2020-01-01")
    colleague = factories.citizen()
    Membership.objects.create(user=colleague, organisation=firm, starts_on="2020-01-01")
    crew.actor = actor_of(type(crew.person).objects.get(pk=crew.person.pk))
    crew.filed()
    filing = fill(crew.actor, crew.begin(organisation=firm))
    actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    crew.begin()
    rows = list(PackageFiling.objects.all())
    assert len(rows) == 3
    for user in [*people(crew), colleague]:
        found = set(PackageFiling.objects.visible_to(user).values_list("pk", flat=True))
        assert {one.pk for one in rows if policies.may_see_filing(user, one)} == found
        at_work = set(PackageFiling.objects.seen_at_work(user).values_list("pk", flat=True))
        assert {one.pk for one in rows if policies.may_see_at_work(user, one)} == at_work
        own = set(PackageFiling.objects.of_applicant(user).values_list("pk", flat=True))
        assert {one.pk for one in rows if policies.is_applicant(user, one)} == own


def test_who_looks_at_the_other_parts_agrees_with_the_queryset(crew):
    filing = crew.filed()
    crew.begin()
    alone = factories.submitted(factories.citizen(), crew.items[0])
    rows = list(Case.objects.select_related("department"))
    assert alone in rows and len(rows) == 4
    for user in people(crew):
        found = set(Case.objects.looked_at_by(user).values_list("pk", flat=True))
        assert {one.pk for one in rows if case_policies.may_look_on(user, one)} == found
        assert alone.pk not in found
    clerk = factories.staff(Role.CLERK, crew.items[0].department)
    assert Case.objects.looked_at_by(clerk).count() == 3
    assert not Case.objects.looked_at_by(crew.person).exists()
    assert case_policies.openable(clerk, cases(filing)) == {case.pk for case in cases(filing)}


def test_policy_and_queryset_of_packages_agree(crew):
    crew.make(code="unpublished", published=False)
    suspended = crew.make(code="suspended")
    actions.suspend(crew.head, suspended.pk, ground="升级", revision=suspended.revision)
    rows = list(Package.objects.all())
    for user in people(crew):
        found = set(Package.objects.visible_to(user).values_list("code", flat=True))
        assert {one.code for one in rows if policies.may_see(user, one)} == found
        managed = set(Package.objects.managed_by(user).values_list("code", flat=True))
        assert {one.code for one in rows if policies.may_manage(user, one)} == managed


# --- writing packages -------------------------------------------------------------------------------------------------


def version_of(package):
    return package.versions.get(state="draft")


def test_two_people_publish_a_package(crew):
    package = crew.make(code="two", published=False)
    version = version_of(package)
    with pytest.raises(NotAllowed):
        actions.review(crew.head, version.pk, revision=1)
    with pytest.raises(NotAllowed):
        actions.publish(crew.head, version.pk, revision=1)
    actions.review(crew.reviewer, version.pk, revision=1)
    actions.edit_version(crew.head, version.pk, crew.contents(name="改过"), revision=1)
    with pytest.raises(NotAllowed):  # the approval before the change is void
        actions.publish(crew.head, version.pk, revision=2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"items": "ONE"}, "at least two items"),
        ({"promised_days": 13}, "one after another take only 12"),
        ({"visits": 1}, "more visits"),
        (
            {"questions": "card: 要吗？\n- yes: 要\n- no: 不\nx: 多余？\n- a: 甲\n- b: 乙"},
            "No item depends on the question",
        ),
    ],
)
def test_what_is_missing_keeps_a_package_from_approval(crew, change, said):
    from django.utils.translation import override

    if "items" in change:
        change = {"items": crew.items[0].code, "questions": ""}
    package = crew.make(code="lacks", published=False, **change)
    with override("en"), pytest.raises(Invalid) as error:
        actions.review(crew.reviewer, version_of(package).pk, revision=1)
    assert said in str(error.value.fields["version"])


def test_codes_that_stand_in_addresses_are_refused(crew):
    for code in ("desk", "track", "birth"):
        with pytest.raises(Invalid):
            crew.make(code=code, published=False)


def test_a_published_version_never_changes(crew):
    version = crew.package.current
    version.name = "改名"
    with pytest.raises(WrongState):
        version.save()
    with pytest.raises(WrongState):
        version.entries.first().delete()
    with pytest.raises(WrongState):
        actions.edit_version(crew.head, version.pk, crew.contents(), revision=crew.package.revision)


def test_another_departments_head_makes_no_package_here(crew):
    stranger = actor_of(factories.staff(Role.DEPARTMENT_HEAD, factories.department("JYJ")), Role.DEPARTMENT_HEAD)
    draft = actions.PackageDraft(code="x", department_id=crew.department.pk, audience="person", version=crew.contents())
    with pytest.raises(NotAllowed):
        actions.make_package(stranger, draft)


def test_a_discarded_draft_leaves_the_version_in_force(crew):
    version = actions.new_version(crew.head, crew.package.pk)
    assert list(version.entries.values_list("item_id", flat=True)) == [one.pk for one in crew.items]
    with pytest.raises(WrongState):
        actions.new_version(crew.head, crew.package.pk)
    revision = Package.objects.get(pk=crew.package.pk).revision
    actions.discard_version(crew.head, version.pk, revision=revision)
    assert Package.objects.get(pk=crew.package.pk).current.number == 1
    first = crew.make(code="first", published=False)
    with pytest.raises(WrongState):
        actions.discard_version(crew.head, version_of(first).pk, revision=1)
