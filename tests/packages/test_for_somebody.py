"""A package filed for another person: the power of attorney goes to every department, nothing of the agent's does."""

import pytest
from django.test import Client
from django.urls import reverse

from approvals.cases.models import Case, CaseMaterial, CasePrincipal
from approvals.cases.principals import Principal
from approvals.counter import actions as counter
from approvals.packages import actions, given
from approvals.packages.draft import Draft, known_facts
from approvals.packages.merging import AUTHORITY
from approvals.packages.models import PackageFiling, PackagePaper, PackagePrincipal
from portal.core.errors import Invalid, NotFound, WrongState
from portal.people.actors import actor_of
from portal.people.models import Membership, Organisation
from tests import factories
from tests.counter.objects import visitor
from tests.packages.crew import Crew, cases, fill, stored, work
from tests.packages.test_window import Window

pytestmark = pytest.mark.django_db
MOTHER = Principal(
    name="王秀英", resident_number=factories.resident_number(900), phone="13711112222", relation="parent_child"
)
POSTED = {
    "applicant": "somebody", "principal_name": MOTHER.name, "principal_resident_number": MOTHER.resident_number,
    "principal_phone": MOTHER.phone, "principal_relation": MOTHER.relation,
}  # fmt: skip


@pytest.fixture
def window():
    return Window()


def filled_for(window, principal=MOTHER):
    filing = window.begin_here(principal=principal)
    return fill(window.clerk, filing)


def authorise(actor, filing):
    return actions.add_paper(actor, filing.pk, stored(actor, "委托书.pdf"), key=AUTHORITY.key)


def submit(window, filing):
    fresh = PackageFiling.objects.get(pk=filing.pk)
    return actions.submit(window.clerk, filing.pk, state_version=fresh.state_version, confirmation="paper")


def test_every_case_has_the_principal_and_the_power_of_attorney(window):
    filing = filled_for(window)
    authorise(window.clerk, filing)
    submit(window, filing)
    found = cases(filing)
    assert len(found) == 3
    for case in found:
        assert (case.applicant_name, case.applicant) == (MOTHER.name, window.intake.person)
        assert (case.principal.name, case.principal.resident_number) == (MOTHER.name, MOTHER.resident_number)
        assert case.principal.relation == "parent_child"
        assert case.content.resident_number == MOTHER.resident_number
        assert case.materials.get(power_of_attorney=True).file is not None
    assert PackageFiling.objects.get().applicant_name == MOTHER.name
    work()  # receipts, notices, promises: nothing stumbles over a person without an account


def test_without_the_power_of_attorney_nothing_is_filed(window):
    filing = filled_for(window)
    with pytest.raises(WrongState) as error:
        submit(window, filing)
    assert "Materials" in error.value.message  # the page that is not finished
    assert Case.objects.count() == 0
    row = Draft(PackageFiling.objects.get(pk=filing.pk)).rows()[0]
    assert row.is_authority and row.missing and len(row.items) == 3


def test_a_power_of_attorney_is_scanned_and_never_only_noted(window):
    filing = filled_for(window)
    with pytest.raises(Invalid):
        actions.keep_paper(window.clerk, filing.pk, key=AUTHORITY.key, kept="original")
    own = window.begin()
    with pytest.raises(NotFound):  # where nobody is filed for there is none
        actions.add_paper(window.actor, own.pk, stored(window.actor), key=AUTHORITY.key)


def test_the_form_is_filled_with_the_principals_facts_and_none_of_the_agents(window):
    filing = window.begin_here(principal=MOTHER)
    facts = known_facts(filing, window.intake.person)
    assert facts == {"name": MOTHER.name, "phone": MOTHER.phone, "resident_number": MOTHER.resident_number}


def test_the_agents_certificates_are_never_offered_for_somebody_else(window):
    filing = actions.begin(window.actor, window.package.pk, {"card": "yes"}, principal=MOTHER)
    assert not given.held_by_applicant(PackageFiling.objects.get(pk=filing.pk)).exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "principal_name"),
        ({"resident_number": "110101190001010000"}, "principal_resident_number"),
        ({"phone": "12"}, "principal_phone"),
        ({"relation": "boss"}, "principal_relation"),
    ],
)
def test_what_is_wrong_with_the_principal_is_named_and_nothing_is_begun(window, change, field):
    facts = {name: getattr(MOTHER, name) for name in ("name", "resident_number", "phone", "relation")}
    with pytest.raises(Invalid) as error:
        window.begin_here(principal=Principal(**{**facts, **change}))
    assert set(error.value.fields) == {field}
    assert not PackageFiling.objects.exists() and not PackagePrincipal.objects.exists()


def test_nobody_gives_a_power_of_attorney_to_oneself_or_for_a_firm(window):
    own = window.intake.person.citizen.resident_number
    facts = {"name": "王小明", "phone": "13711112222", "relation": "other"}
    with pytest.raises(Invalid) as error:
        window.begin_here(principal=Principal(resident_number=own, **facts))
    assert "principal_resident_number" in error.value.fields
    firm = Organisation.objects.create(name="海州建设有限公司", uscc="91350100M000100Y43")
    Membership.objects.create(user=window.person, organisation=firm, starts_on="2020-01-01")
    actor = actor_of(type(window.person).objects.get(pk=window.person.pk))
    with pytest.raises(Invalid):
        actions.begin(actor, window.package.pk, {"card": "yes"}, organisation=firm, principal=MOTHER)


def test_drafts_for_oneself_and_for_each_principal_stand_beside_each_other():
    crew = Crew()
    father = Principal(
        name="李大山", resident_number=factories.resident_number(901), phone="13711113333", relation="parent_child"
    )
    own = crew.begin()
    first = crew.begin(principal=MOTHER)
    second = crew.begin(principal=father)
    assert len({own.pk, first.pk, second.pk}) == 3
    assert crew.begin(principal=MOTHER).pk == first.pk and crew.begin().pk == own.pk
    assert PackageFiling.objects.get(pk=own.pk).applicant_name == crew.person.name


def test_the_pages_ask_for_whom_and_keep_what_was_typed(window):
    client = window.client()
    begin = f"{reverse('packages:window', args=[window.intake.pk, 'birth'])}?q-card=yes"
    parts = [one.code for one in window.items]
    wrong = client.post(begin, {"parts": parts, **POSTED, "principal_phone": "12"})
    page = wrong.content.decode()
    assert wrong.status_code == 422 and MOTHER.name in page and 'value="12"' in page
    went = client.post(begin, {"parts": parts, **POSTED})
    filing = PackageFiling.objects.get()
    assert went["Location"] == reverse("packages:draft", args=[filing.pk])
    papers = client.get(reverse("packages:draft-papers", args=[filing.pk])).content.decode()
    assert "Add files for “Power of attorney”" in papers
    assert "Add files for “Power of attorney” <span" not in papers  # not called optional: it is asked for in the end
    fill(window.clerk, filing)
    refused = client.post(reverse("packages:draft-papers", args=[filing.pk]), {})
    assert refused.status_code == 422
    authorise(window.clerk, filing)
    check = client.get(reverse("packages:draft-check", args=[filing.pk])).content.decode()
    assert MOTHER.name in check and window.intake.person.name in check


def test_a_person_begins_at_home_for_somebody_else():
    crew = Crew()
    client = Client(headers={"accept-language": "en"})
    client.force_login(crew.person, backend="portal.people.backends.AccountBackend")
    address = f"{reverse('packages:guide', args=['birth'])}?q-card=yes"
    assert "principal_name" in client.get(address).content.decode()
    client.post(address, {"parts": [one.code for one in crew.items], **POSTED})
    filing = fill(crew.actor, PackageFiling.objects.get())
    authorise(crew.actor, filing)
    actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    assert CasePrincipal.objects.count() == 3
    assert CaseMaterial.objects.filter(power_of_attorney=True).count() == 3
    assert {case.applicant_name for case in cases(filing)} == {MOTHER.name}


def test_six_departments_or_three_cost_the_same_number_of_statements(django_assert_max_num_queries):
    crew = Crew()
    filing = fill(crew.actor, crew.begin(principal=MOTHER))
    authorise(crew.actor, filing)
    with django_assert_max_num_queries(
        27 + 2
    ):  # two more than for oneself: the principal is read, and a row for each case written
        actions.submit(crew.actor, filing.pk, state_version=filing.state_version)


def test_the_draft_of_a_dropped_intake_goes_with_the_principal(window):
    filing = filled_for(window)
    authorise(window.clerk, filing)
    counter.drop_intake(window.clerk, window.intake.pk)
    work()
    assert not PackagePrincipal.objects.exists() and not PackagePaper.objects.exists()


def test_two_people_at_two_windows_file_for_the_same_principal(window):
    """Each has a power of attorney: they are two filings, as two single cases would be."""
    filled_for(window)
    other = counter.begin_intake(window.clerk, visitor(777))
    second = actions.begin_at_window(window.clerk, other.pk, window.package.pk, {"card": "yes"}, principal=MOTHER)
    assert second.applicant == other.person and PackageFiling.objects.count() == 2
