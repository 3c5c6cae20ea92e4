"""A commitment signed on paper at the window: printed, signed before the clerk's eyes, scanned, certified."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from approvals.cases.registrations import FILE_KIND
from approvals.counter import actions as counter
from approvals.pledges import actions, terms
from approvals.pledges.models import Commitment
from portal.core import files
from portal.core.errors import Invalid, NotFound, Stale, WrongState
from portal.core.models import Document
from portal.core.statistics.verify import differences
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.counter.objects import visitor
from tests.packages.crew import CONTENT
from tests.pledges.objects import Lane, work

pytestmark = pytest.mark.django_db


class Paper(Lane):
    """The lane, with somebody at the window."""

    def __init__(self) -> None:
        super().__init__(promised_days=10)
        with driven_clock(self.now):
            self.words = self.text()
            self.intake = counter.begin_intake(self.clerk, visitor())
            self.intake = counter.choose_item(self.clerk, self.intake.pk, self.item)
        self.case = self.intake.case
        self.name = self.intake.person.name

    def scan(self, actor=None):
        upload = SimpleUploadedFile("承诺书.pdf", CONTENT)
        return files.store(upload, owner=actor or self.clerk, kind=FILE_KIND)

    def certify(self, actor=None, **more):
        values = {"name": self.name, "before_my_eyes": True, **more}
        with driven_clock(self.now):
            text = values.pop("text", self.words).pk
            return actions.certify_paper(actor or self.clerk, self.case.pk, text, self.scan(actor), **values)

    def client(self, user=None):
        client = Client()
        client.force_login(user or self.clerk.user, backend="portal.people.backends.AccountBackend")
        return client


@pytest.fixture
def paper() -> Paper:
    return Paper()


def test_it_has_the_effects_of_a_signature_in_the_account(paper):
    commitment = paper.certify()
    paper.case.refresh_from_db()
    assert terms.excused(paper.case) == {paper.lease.pk}
    assert (commitment.certified_by, commitment.signed_by) == (paper.clerk.user, paper.intake.person)
    assert commitment.digest == terms.digest_of(commitment.words, paper.name, commitment.signed_at)
    with driven_clock(paper.now):
        counter.note_materials(
            paper.clerk, paper.intake.pk,
            {one.pk: counter.Noted("copy") for one in (*paper.main, paper.health)},
        )  # fmt: skip
        case = paper.case
        counter.file_intake(paper.clerk, paper.intake.pk, confirmation="paper", state_version=case.state_version)
        work()
        commitment.refresh_from_db()
        case.refresh_from_db()
        actions.decide_at_once(paper.clerk, commitment.pk, state_version=case.state_version)
        work()
        assert list(differences()) == []
    commitment.refresh_from_db()
    assert commitment.state == "checking" and commitment.due_on is not None
    issued = Document.objects.get(pk=commitment.document_id)
    assert "在纸质承诺书上签名" in issued.data and paper.clerk.user.name in issued.data
    assert "不是以数字证书" not in issued.data


def test_only_the_clerk_who_takes_it_in_certifies_and_only_a_draft(paper):
    colleague = actor_of(factories.staff(Role.CLERK), Role.CLERK)
    for stranger in (colleague, paper.reviewer, actor_of(paper.intake.person)):
        with pytest.raises((NotFound, WrongState)):
            paper.certify(stranger)
    assert not Commitment.objects.exists()


@pytest.mark.parametrize("wrong", [{"name": "别人"}, {"before_my_eyes": False}])
def test_another_name_or_unseen_is_no_signature(paper, wrong):
    with pytest.raises(Invalid):
        paper.certify(**wrong)
    assert not Commitment.objects.exists()


def test_a_text_that_changed_since_it_was_printed_is_signed_anew(paper):
    new = paper.text(conditions="新的条件")
    with pytest.raises(Stale):
        paper.certify()
    first = paper.certify(text=new)
    second = paper.certify(text=new)  # the scan was crooked: the newer one counts
    assert Commitment.objects.get() == second != first


def test_the_form_to_print_says_the_text_and_leaves_a_line(paper):
    with driven_clock(paper.now):
        answer = paper.client().get(reverse("pledges:form", args=[paper.case.pk]))
    assert answer["Content-Type"] == "application/pdf"
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    for words in ("经营场所真实合法", "承诺人（签名）", paper.name):
        assert words in said.replace("\n", "")


def test_the_page_at_the_window_refuses_with_words_and_keeps_what_is_good(paper):
    client, address = paper.client(), reverse("pledges:certify", args=[paper.case.pk])
    with driven_clock(paper.now):
        screen = client.get(reverse("counter:intake", args=[paper.intake.pk])).content.decode()
        assert address in screen
        assert client.get(address).status_code == 200
        data = {"text": paper.words.pk, "name": paper.name, "before_my_eyes": "on"}
        assert client.post(address, data).status_code == 422  # without the scan
        bad = client.post(address, {**data, "scan": SimpleUploadedFile("x.exe", b"MZ\x00\x00")})
        assert bad.status_code == 422 and paper.name in bad.content.decode()
        good = client.post(address, {**data, "scan": SimpleUploadedFile("x.pdf", CONTENT)})
        assert good["Location"] == address
        assert client.get(address).status_code == 200
        assert paper.client(factories.staff(Role.CLERK)).get(address).status_code == 404
    assert Commitment.objects.get().signed_with == "paper"
