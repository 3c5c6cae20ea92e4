"""Commitments (告知承诺) in a package: signed for the items that allow it, by the rules of a single case."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from approvals.cases.catalogue_memory import forget
from approvals.cases.models import CasePrincipal
from approvals.catalogue.models import Item, ItemVersion, Material
from approvals.counter import actions as counter
from approvals.instant.models import InstantDecision
from approvals.packages import actions, signing
from approvals.packages.draft import MATERIALS, Draft
from approvals.packages.models import PackageFiling, PackageSignature
from approvals.pledges import actions as pledges
from approvals.pledges.models import Commitment, CommitmentText, CreditRecord
from approvals.pledges.subjects import Barred
from portal.core.errors import Invalid, NotFound, Stale, WrongState
from portal.core.statistics import differences
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.counter.objects import visitor
from tests.instant.objects import Counter as Instant
from tests.packages.crew import Crew, cases, fill, work
from tests.packages.test_for_somebody import MOTHER
from tests.pledges.objects import WORDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew():
    with driven_clock(factories.moment("2026-06-01 09:00")):
        made = Crew()
        Material._base_manager.filter(version__item=made.items[0], code="birthcert").update(committable=True)
        forget()
        made.boss = made.administrator
        made.text = text(made, made.items[0])
        yield made


def text(crew, item, **words):
    second = actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
    made = pledges.write_text(crew.administrator, item.pk, {**WORDS, **words})
    return pledges.publish_text(second, made.pk)


def part_of(filing, item):
    return filing.parts.get(item=item)


def sign(crew, filing, actor=None, item=None, **more):
    item = item or crew.items[0]
    values = {"name": "李四", "read": True, "step": "password", **more}
    text_id = values.pop("text_id", None) or CommitmentText.objects.get(item=item, state="in_force").pk
    return actions.sign_commitment(actor or crew.actor, filing.pk, part_of(filing, item).pk, text_id, **values)


def only_first_wants_it(crew):
    """The second item no longer asks for the birth certificate: only the one that is committed to does."""
    Material._base_manager.filter(version__item=crew.items[1], code="birthcert").update(required=False)
    forget()


def without_certificate(crew, filing):
    filing = fill(crew.actor, filing)
    key = next(one.key for one in Draft(filing).materials if one.material.code == "birthcert")
    for paper in filing.papers.filter(key=key):
        actions.remove_paper(crew.actor, filing.pk, paper.pk)
    return actions.save_page(crew.actor, filing.pk, MATERIALS, {}, done=True)


def submit(crew, filing):
    filing = PackageFiling.objects.get(pk=filing.pk)
    return actions.submit(crew.actor, filing.pk, state_version=filing.state_version)


def test_what_is_signed_becomes_the_commitment_of_the_items_own_case(crew):
    only_first_wants_it(crew)
    filing = without_certificate(crew, crew.begin())
    assert [one.code for offer in signing.offers(Draft(filing)) for one in offer.covers] == ["birthcert"]
    with pytest.raises(WrongState):
        submit(crew, filing)  # neither brought nor signed
    sign(crew, filing)
    submit(crew, filing)
    case, *others = cases(filing)
    commitment = Commitment.objects.get()
    assert (commitment.case, commitment.text, commitment.signed_name) == (case, crew.text, "李四")
    assert case.pledged and not any(one.pledged for one in others)
    assert not PackageSignature.objects.exists()
    work()
    commitment.refresh_from_db()
    assert commitment.filed_on == dt.date(2026, 6, 1) and commitment.document is not None
    assert list(differences()) == []


def test_one_clerk_then_decides_that_part_at_once(crew):
    only_first_wants_it(crew)
    filing = without_certificate(crew, crew.begin())
    sign(crew, filing)
    submit(crew, filing)
    work()
    case = cases(filing)[0]
    pledges.decide_at_once(crew.clerk_of(case), Commitment.objects.get().pk, state_version=case.state_version)
    work()
    assert [one.outcome for one in cases(filing)] == ["approved", "", ""]
    assert Commitment.objects.get().state == "checking"


def test_a_material_that_another_part_requires_is_brought_all_the_same(crew):
    filing = without_certificate(crew, crew.begin())
    assert [one.covers for one in signing.offers(Draft(filing))] == [()]  # nothing is said to be spared
    sign(crew, filing)
    with pytest.raises(WrongState) as error:
        submit(crew, filing)
    assert error.value.code == "incomplete"


def test_a_commitment_counts_though_every_material_came(crew):
    filing = crew.filled()
    sign(crew, filing)
    submit(crew, filing)
    assert Commitment.objects.get().case == cases(filing)[0]


def test_the_name_is_ones_own_and_the_text_was_read(crew):
    filing = crew.begin()
    for wrong in ({"name": "李五"}, {"read": False}):
        with pytest.raises(Invalid):
            sign(crew, filing, **wrong)
    with pytest.raises(Stale):
        sign(crew, filing, text_id=crew.text.pk + 1000)
    with pytest.raises(WrongState):
        sign(crew, filing, item=crew.items[1], text_id=crew.text.pk)  # decided on no commitment
    with pytest.raises(NotFound):
        sign(crew, filing, actor=actor_of(factories.citizen()))
    assert not PackageSignature.objects.exists()


def test_signed_twice_is_one_signature_and_a_text_that_changed_is_signed_anew(crew):
    filing = crew.filled()
    first = sign(crew, filing)
    assert sign(crew, filing).pk == first.pk
    text(crew, crew.items[0], conditions="新的条件")
    with pytest.raises(WrongState) as error:
        submit(crew, filing)
    assert error.value.code == "commitment_text_changed"
    assert signing.offers(Draft(filing))[0].outdated
    sign(crew, filing)
    submit(crew, filing)
    assert Commitment.objects.get().text.number == 2


def test_a_signature_is_taken_back_and_goes_with_its_part(crew):
    filing = crew.begin()
    sign(crew, filing)
    actions.unsign_commitment(crew.actor, filing.pk, part_of(filing, crew.items[0]).pk)
    assert not PackageSignature.objects.exists()
    sign(crew, filing)
    actions.leave_out(crew.actor, filing.pk, part_of(filing, crew.items[0]).pk)
    assert not PackageSignature.objects.exists()


def test_a_credit_record_bars_the_signature_and_the_filing(crew):
    other = crew.filed()
    filing = crew.begin()
    sign(crew, filing)
    CreditRecord.objects.create(
        case=cases(other)[0], department=crew.department, person=crew.person, subject_name="李四",
        subject_number=crew.person.citizen.resident_number, ground="commitment", facts="不符", source="HZ-1",
        from_on=dt.date(2026, 5, 1), until_on=dt.date(2027, 5, 1),
    )  # fmt: skip
    with pytest.raises(Barred):
        submit(crew, crew.filled(filing))
    actions.unsign_commitment(crew.actor, filing.pk, part_of(filing, crew.items[0]).pk)
    with pytest.raises(Barred):
        sign(crew, filing)
    submit(crew, filing)


def test_an_agent_signs_nothing_for_the_principal(crew):
    filing = crew.begin(principal=MOTHER)
    assert signing.offers(Draft(filing)) == []
    with pytest.raises(WrongState):
        sign(crew, filing, name=MOTHER.name)
    assert not CasePrincipal.objects.exists()


def test_at_the_window_the_clerk_signs_nothing(crew):
    clerk = actor_of(factories.staff(Role.CLERK, crew.department), Role.CLERK)
    intake = counter.begin_intake(clerk, visitor())
    filing = actions.begin_at_window(clerk, intake.pk, crew.package.pk, {"card": "yes"})
    with pytest.raises(NotFound):
        sign(crew, filing, actor=clerk)
    with pytest.raises(NotFound):  # nor does the person at home, in what a clerk is taking in
        sign(crew, filing, actor=actor_of(intake.person), name=intake.person.name)


def test_what_the_portal_decides_by_itself_it_decides_in_a_package_too(crew):
    """The part with rules in force is approved by the job after the filing; the others wait for people."""
    item = crew.items[0]
    ItemVersion._base_manager.filter(item=item).update(instant=True)
    rules = Instant()
    rules.item, rules.head = (
        Item.objects.get(pk=item.pk),
        actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR),
    )
    rules.certificate(crew.person)
    rules.rules()
    filing = crew.filed()
    work()
    assert [one.outcome for one in cases(filing)] == ["approved", "", ""]
    decision = InstantDecision.objects.get(case=cases(filing)[0])
    assert (decision.outcome, decision.case.decided_on) == ("approved", dt.date(2026, 6, 1))


def test_a_signed_part_is_left_to_people_as_a_single_filing_is(crew):
    item = crew.items[0]
    ItemVersion._base_manager.filter(item=item).update(instant=True)
    rules = Instant()
    rules.item, rules.head = (
        Item.objects.get(pk=item.pk),
        actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR),
    )
    rules.certificate(crew.person)
    rules.rules()
    filing = crew.filled()
    sign(crew, filing)
    submit(crew, filing)
    work()
    decision = InstantDecision.objects.get(case=cases(filing)[0])
    assert decision.outcome == "person" and "pledged" in [one["found"] for one in decision.results]


# --- pages --------------------------------------------------------------------------------------------------------------


def page(crew, name, *args, post=None):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(crew.person)
    url = reverse(f"packages:{name}", args=args)
    return client.get(url) if post is None else client.post(url, post)


def test_the_page_of_materials_leads_to_the_text_and_the_signature_counts_there(crew):
    only_first_wants_it(crew)
    crew.person.set_password("Haizhou-2026")
    crew.person.save()
    filing = without_certificate(crew, crew.begin())
    part = part_of(filing, crew.items[0])
    asked = page(crew, "draft-papers", filing.pk).content.decode()
    assert "Sign instead of bringing" in asked and "Required, missing" in asked
    read = page(crew, "draft-sign", filing.pk, part.pk).content.decode()
    assert "Real premises." in read and "It counts for this part of the package alone." in read
    given = {"text": crew.text.pk, "read": "on", "name": "李四", "secret": "wrong"}
    refused = page(crew, "draft-sign", filing.pk, part.pk, post=given)
    assert refused.status_code == 422 and "This password is not right." in refused.content.decode()
    assert 'value="李四"' in refused.content.decode()
    signed = page(crew, "draft-sign", filing.pk, part.pk, post={**given, "secret": "Haizhou-2026"})
    assert signed.headers["Location"] == reverse("packages:draft-papers", args=[filing.pk])
    assert "Covered by your commitment" in page(crew, "draft-papers", filing.pk).content.decode()
    assert "Covered by your commitment" in page(crew, "draft-check", filing.pk).content.decode()
    assert page(crew, "draft-unsign", filing.pk, part.pk, post={}).status_code == 302
    assert not PackageSignature.objects.exists()


def test_a_part_that_is_decided_on_no_commitment_has_no_such_page(crew):
    filing = crew.begin()
    assert page(crew, "draft-sign", filing.pk, part_of(filing, crew.items[1]).pk).status_code == 404
