"""A certificate in place of a material of a package (免证办): asked once, given for every part, each use on record."""

import pytest
from django.test import Client
from django.urls import reverse

from approvals.cases.models import CaseMaterial
from approvals.certificates import actions as certificates
from approvals.certificates.models import Certificate, CertificateUse
from approvals.packages import actions, given
from approvals.packages.draft import MATERIALS, Draft
from approvals.packages.models import PackageFiling, PackagePaper
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.models import Event
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.certificates.objects import Office
from tests.packages.crew import Crew, cases, fill, work

pytestmark = pytest.mark.django_db


class Holder(Crew):
    """The crew's package, filed by somebody who holds a certificate that stands in for the identity card everywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office()
        self.person, self.actor = self.office.person, self.office.holder
        boss = actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
        self.link(boss, self.items)
        self.certificate = self.office.issue()

    def link(self, boss, items):
        pairs = [(item.code, "idc") for item in items]
        certificates.set_links(boss, self.office.kind.pk, items=[self.office.item.code], materials=pairs)

    def key(self, filing):
        return next(one.key for one in Draft(filing).materials if one.material.code == "idc")

    def give(self, filing, **more):
        values = {"key": self.key(filing), "consent": True, **more}
        return actions.give_certificate(self.actor, filing.pk, self.certificate.pk, **values)

    def only_with_it(self):
        """A whole draft in which the certificate stands for the identity card."""
        filing = fill(self.actor, self.begin())
        for paper in filing.papers.filter(key=self.key(filing)):
            actions.remove_paper(self.actor, filing.pk, paper.pk)
        self.give(filing)
        actions.save_page(self.actor, filing.pk, MATERIALS, {}, done=True)
        return PackageFiling.objects.get(pk=filing.pk)


@pytest.fixture
def holder():
    return Holder()


def test_one_consent_spares_the_paper_in_every_part_and_each_use_is_on_record(holder):
    filing = holder.only_with_it()
    actions.submit(holder.actor, filing.pk, state_version=filing.state_version)
    uses = list(CertificateUse.objects.order_by("pk"))
    assert [one.case for one in uses] == cases(filing)
    assert {one.authorised_by for one in uses} == {holder.person}
    assert all(one.case_material.material.code == "idc" for one in uses)
    assert len({one.department for one in uses}) == 3
    files = {row.file.sha256 for row in CaseMaterial.objects.filter(material__code="idc")}
    assert files == {Certificate.objects.get().document.file.sha256}
    work()
    assert all(one.used_on == one.case.submitted_on for one in CertificateUse.objects.select_related("case"))
    told = Event.objects.filter(type="certificate.used", stream_id=holder.certificate.pk).count()
    assert told == 3


def test_nothing_is_given_without_consent_and_nobody_else_gives_it(holder):
    filing = holder.begin()
    with pytest.raises(Invalid):
        holder.give(filing, consent=False)
    stranger = actor_of(factories.citizen())
    with pytest.raises(NotFound):
        actions.give_certificate(stranger, filing.pk, holder.certificate.pk, key=holder.key(filing), consent=True)
    other = next(one.key for one in Draft(filing).materials if one.material.code == "birthcert")
    with pytest.raises(NotFound):  # the type does not stand in for a birth certificate
        holder.give(filing, key=other)
    assert not PackagePaper.objects.exists()


def test_a_second_click_gives_it_once(holder):
    filing = holder.begin()
    assert holder.give(filing) == holder.give(filing)
    assert Event.objects.filter(type="certificate.given").count() == 1


def test_it_stands_in_only_where_every_part_takes_it(holder):
    boss = actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
    holder.link(boss, holder.items[:2])  # social security wants to see the card itself
    assert given.offers(Draft(holder.begin())) == {}
    without = holder.begin(without=[holder.items[2].code])
    assert list(given.offers(Draft(without))) == [holder.key(without)]


def test_one_that_ended_before_the_filing_stops_it_and_says_why(holder):
    filing = holder.only_with_it()
    holder.office.suspend(holder.certificate)
    with pytest.raises(WrongState) as error:
        actions.submit(holder.actor, filing.pk, state_version=filing.state_version)
    assert error.value.code == "certificate_ended"
    assert not CertificateUse.objects.exists()
    offer = given.offers(Draft(filing))[holder.key(filing)][0]
    assert offer.attached and offer.reason


def test_the_pages_offer_ask_and_take_it_out_again(holder):
    client = Client()
    client.force_login(holder.person, backend="portal.people.backends.AccountBackend")
    filing = holder.begin()
    papers = reverse("packages:draft-papers", args=[filing.pk])
    address = reverse("packages:draft-certificate", args=[filing.pk, holder.key(filing), holder.certificate.pk])
    assert address in client.get(papers).content.decode()
    page = client.get(address).content.decode()
    for item in holder.items:
        assert item.department.display_name in page  # to whom it goes
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"consent": "on"})["Location"] == papers
    assert address not in client.get(papers).content.decode()
    client.post(papers, {"remove": str(PackagePaper.objects.get().pk)})
    assert not PackagePaper.objects.exists()


def test_a_filing_with_a_certificate_costs_a_fixed_number_of_queries_more(holder, django_assert_max_num_queries):
    filing = holder.only_with_it()
    with django_assert_max_num_queries(31):
        actions.submit(holder.actor, filing.pk, state_version=filing.state_version)
