"""A commitment in a package at the window: printed, signed before the clerk's eyes, scanned, certified."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from approvals.cases.catalogue_memory import forget
from approvals.cases.models import CaseMaterial
from approvals.catalogue.models import Material
from approvals.counter import actions as counter
from approvals.packages import actions, policies, signing
from approvals.packages.draft import MATERIALS, Draft
from approvals.packages.models import PackageFiling, PackageSignature
from approvals.packages.registrations import FILE_KIND
from approvals.pledges import actions as pledges
from approvals.pledges import terms
from approvals.pledges.models import Commitment, CreditRecord
from approvals.pledges.subjects import Barred
from portal.core import files
from portal.core.errors import Invalid, NotFound, Stale, WrongState
from portal.core.models import Document, Event, StoredFile
from portal.core.statistics import differences
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Membership, Organisation
from portal.people.roles import Role
from tests import factories
from tests.counter.objects import visitor
from tests.packages.crew import CONTENT, cases, fill, work
from tests.packages.test_for_somebody import MOTHER
from tests.packages.test_signing import text
from tests.packages.test_window import Window

pytestmark = pytest.mark.django_db
USCC = "91110000600037341L"


class Paper(Window):
    """The window, with a package of which the first part is decided on a commitment in place of the birth certificate."""

    def __init__(self) -> None:
        super().__init__()
        of = Material._base_manager.filter(code="birthcert")
        of.filter(version__item=self.items[0]).update(committable=True)
        of.filter(version__item=self.items[1]).update(required=False)
        forget()
        self.words = text(self, self.items[0])
        self.person = self.intake.person
        self.filing = self.begin_here()

    @property
    def part(self):
        return self.filing.parts.get(item=self.items[0])

    def scan(self, actor=None):
        return files.store(SimpleUploadedFile("承诺书.pdf", CONTENT), owner=actor or self.clerk, kind=FILE_KIND)

    def certify(self, actor=None, **more):
        values = {"name": self.person.name, "before_my_eyes": True, **more}
        words = values.pop("words", self.words)
        who = actor or self.clerk
        return actions.certify_commitment(who, self.filing.pk, self.part.pk, words.pk, self.scan(who), **values)

    def without_certificate(self):
        """Everything else is filled in and scanned."""
        filing = fill(self.clerk, self.filing)
        key = next(one.key for one in Draft(filing).materials if one.material.code == "birthcert")
        for paper in filing.papers.filter(key=key):
            actions.remove_paper(self.clerk, filing.pk, paper.pk)
        return actions.save_page(self.clerk, filing.pk, MATERIALS, {}, done=True)

    def submit(self):
        seen = PackageFiling.objects.get(pk=self.filing.pk).state_version
        return actions.submit(self.clerk, self.filing.pk, state_version=seen, confirmation="paper")

    def url(self, name):
        return reverse(f"packages:{name}", args=[self.filing.pk, self.part.pk])


@pytest.fixture
def paper():
    with driven_clock(factories.moment("2026-06-01 09:00")):
        yield Paper()


def test_what_is_signed_on_paper_becomes_the_commitment_of_the_items_own_case(paper):
    paper.without_certificate()
    with pytest.raises(WrongState) as error:
        paper.submit()  # neither brought nor signed
    assert error.value.code == "incomplete"
    signature = paper.certify()
    assert (signature.certified_by, signature.signed_by) == (paper.clerk_user, paper.person)
    assert signature.digest == terms.digest_of(signature.words, paper.person.name, signature.signed_at)
    scan = signature.scan
    paper.submit()
    case, *others = cases(paper.filing)
    commitment = Commitment.objects.get()
    assert (commitment.case, commitment.text, commitment.signed_with) == (case, paper.words, "paper")
    assert (commitment.certified_by, commitment.signed_by) == (paper.clerk_user, paper.person)
    assert case.pledged and not any(one.pledged for one in others)
    hung = CaseMaterial.objects.get(title="告知承诺书（签名扫描件）")
    assert (hung.case, hung.file_id, hung.material) == (case, commitment.scan_id, None)
    assert hung.file.sha256 == scan.sha256 and hung.file.stream_id == case.pk
    assert not PackageSignature.objects.exists() and not StoredFile.objects.filter(pk=scan.pk).exists()
    work()
    commitment.refresh_from_db()
    assert commitment.filed_on == dt.date(2026, 6, 1)
    issued = Document.objects.get(pk=commitment.document_id)
    assert "在纸质承诺书上签名" in issued.data and paper.clerk_user.name in issued.data
    assert list(differences()) == []


def test_one_clerk_then_decides_that_part_at_once(paper):
    paper.without_certificate()
    paper.certify()
    paper.submit()
    work()
    case = cases(paper.filing)[0]
    pledges.decide_at_once(paper.clerk_of(case), Commitment.objects.get().pk, state_version=case.state_version)
    work()
    assert [one.outcome for one in cases(paper.filing)] == ["approved", "", ""]


def test_it_is_on_record_who_saw_the_signature(paper):
    signature = paper.certify()
    event = Event.objects.get(type="intake.commitment_certified")
    assert event.stream_id == paper.intake.pk and event.actor_id == paper.clerk_user.pk
    assert signature.digest in event.body and paper.items[0].code in event.body


def test_only_the_clerk_of_the_intake_certifies_and_never_in_an_own_matter(paper):
    colleague = actor_of(factories.staff(Role.CLERK, paper.department), Role.CLERK)
    for stranger in (colleague, actor_of(paper.head_user), actor_of(paper.person)):
        with pytest.raises(NotFound):
            paper.certify(stranger)
    firm = Organisation.objects.create(uscc=USCC, name="海州茶业有限公司")
    PackageFiling.objects.filter(pk=paper.filing.pk).update(organisation=firm)
    Membership.objects.create(user=paper.clerk_user, organisation=firm, starts_on=dt.date(2020, 1, 1))
    filing = PackageFiling.objects.get(pk=paper.filing.pk)
    acting = type(paper.clerk_user).objects.get(pk=paper.clerk_user.pk)
    assert policies.takes_in(acting, filing) and not policies.may_certify(acting, filing)
    assert not PackageSignature.objects.exists()


def test_nothing_is_certified_after_the_filing(paper):
    fill(paper.clerk, paper.filing)
    paper.submit()
    with pytest.raises((NotFound, WrongState)):
        paper.certify()


@pytest.mark.parametrize("wrong", [{"name": "别人"}, {"before_my_eyes": False}])
def test_another_name_or_unseen_is_no_signature(paper, wrong):
    with translation.override("en"), pytest.raises(Invalid) as error:
        paper.certify(**wrong)
    assert set(error.value.fields) == set(wrong)
    assert not PackageSignature.objects.exists()


def test_for_an_organisation_the_person_at_the_window_signs(paper):
    counter.drop_intake(paper.clerk, paper.intake.pk)
    of_the_firm = visitor(620, name="赵经理", uscc=USCC, organisation="海州茶业有限公司", authority_seen=True)
    paper.intake = counter.begin_intake(paper.clerk, of_the_firm)
    paper.person = paper.intake.person
    paper.filing = paper.begin_here()
    with pytest.raises(Invalid):
        paper.certify(name="海州茶业有限公司")
    assert paper.certify().signed_name == paper.person.name


def test_a_text_that_changed_since_it_was_printed_is_signed_anew(paper):
    first = paper.certify()
    new = text(paper, paper.items[0], conditions="新的条件")
    assert signing.offers(Draft(paper.filing))[0].outdated
    with pytest.raises(Stale):
        paper.certify()
    second = paper.certify(words=new)
    assert PackageSignature.objects.get() == second
    assert not StoredFile.objects.filter(pk=first.scan_id).exists()  # the paper before counts no longer
    paper.without_certificate()
    paper.submit()
    assert Commitment.objects.get().text == new


def test_taken_back_left_out_or_dropped_the_scan_goes_along(paper):
    def gone(signature):
        return not PackageSignature.objects.exists() and not StoredFile.objects.filter(pk=signature.scan_id).exists()

    signature = paper.certify()
    actions.unsign_commitment(paper.clerk, paper.filing.pk, paper.part.pk)
    assert gone(signature)
    signature = paper.certify()
    actions.leave_out(paper.clerk, paper.filing.pk, paper.part.pk)
    assert gone(signature)
    actions.answer_guide(paper.clerk, paper.filing.pk, {"card": "yes"})
    signature = paper.certify()
    counter.drop_intake(paper.clerk, paper.intake.pk)
    work()
    assert gone(signature) and not PackageFiling.objects.exists()


def test_the_person_takes_nothing_back_that_was_signed_at_the_window(paper):
    paper.certify()
    with pytest.raises(NotFound):
        actions.unsign_commitment(actor_of(paper.person), paper.filing.pk, paper.part.pk)
    assert PackageSignature.objects.exists()


def test_a_credit_record_bars_it(paper):
    paper.certify()
    other = paper.filed()
    CreditRecord.objects.create(
        case=cases(other)[0], department=paper.department, person=paper.person, subject_name=paper.person.name,
        subject_number=paper.person.citizen.resident_number, ground="commitment", facts="不符", source="HZ-1",
        from_on=dt.date(2026, 5, 1), until_on=dt.date(2027, 5, 1),
    )  # fmt: skip
    with pytest.raises(Barred):
        paper.certify()
    fill(paper.clerk, paper.filing)
    with pytest.raises(Barred):
        paper.submit()
    with translation.override("en"):
        page = paper.client().get(paper.url("draft-certify")).content.decode()
    assert "No commitment can be signed" in page


def test_an_agent_signs_nothing_for_the_principal(paper):
    again = counter.begin_intake(paper.clerk, visitor(621))
    paper.filing = actions.begin_at_window(
        paper.clerk, again.pk, paper.package.pk, {"card": "yes"}, principal=MOTHER
    )  # fmt: skip
    assert signing.offers(Draft(paper.filing)) == []
    with pytest.raises(WrongState):
        paper.certify(name=MOTHER.name)


def test_the_database_knows_no_paper_without_scan_and_clerk(paper):
    signature = paper.certify()
    for wrong in ({"certified_by": None}, {"scan": None}, {"certified_by": paper.person}, {"signed_with": "password"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PackageSignature.objects.filter(pk=signature.pk).update(**wrong)


# --- pages --------------------------------------------------------------------------------------------------------------


def test_the_form_to_print_says_the_text_and_leaves_a_line(paper):
    answer = paper.client().get(paper.url("draft-commitment-form"))
    assert answer["Content-Type"] == "application/pdf"
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).replace("\n", "")
    for words in ("经营场所真实合法", "承诺人（签名）", paper.person.name, paper.items[0].department.name):
        assert words in said


def test_the_pages_at_the_window_lead_to_it_and_refuse_with_words(paper):
    paper.without_certificate()
    client, address = paper.client(), paper.url("draft-certify")
    papers = reverse("packages:draft-papers", args=[paper.filing.pk])
    before = client.get(papers).content.decode()
    assert address in before and "Required, missing" in before
    assert "signs here on paper" in before and "Read and sign" not in before
    assert "It counts for this part of the package alone." in client.get(address).content.decode()
    data = {"text": paper.words.pk, "name": paper.person.name, "before_my_eyes": "on"}
    assert client.post(address, data).status_code == 422  # without the scan
    bad = client.post(address, {**data, "scan": SimpleUploadedFile("x.pdf", b"MZ\x00\x00")})
    assert bad.status_code == 422 and paper.person.name in bad.content.decode()  # a program that calls itself a PDF
    assert not PackageSignature.objects.exists()
    good = client.post(address, {**data, "scan": SimpleUploadedFile("x.pdf", CONTENT)})
    assert good["Location"] == papers
    assert "Covered by the commitment" in client.get(papers).content.decode()
    assert (
        "Covered by the commitment"
        in client.get(reverse("packages:draft-check", args=[paper.filing.pk])).content.decode()
    )
    signed = client.get(address).content.decode()
    assert "The commitment is signed" in signed and "Take the signature back" in signed
    assert client.get(reverse("core:file", args=[PackageSignature.objects.get().scan_id])).status_code == 200
    assert client.post(paper.url("draft-unsign"))["Location"] == papers
    assert not PackageSignature.objects.exists()


def test_at_home_the_person_finds_no_way_to_sign_what_is_taken_in(paper):
    client = paper.client(paper.person)
    page = client.get(reverse("packages:draft-papers", args=[paper.filing.pk]))
    assert page.status_code == 200 and "commitment/" not in page.content.decode()
    for name in ("draft-sign", "draft-certify", "draft-commitment-form"):
        assert client.get(paper.url(name)).status_code == 404
