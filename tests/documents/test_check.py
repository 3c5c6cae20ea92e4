"""The public check: what it shows, what it hides, what it says of a file, and that nobody guesses."""

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from approvals.cases.models import Case
from portal.core import documents
from portal.core.actors import Actor
from portal.core.documents.checking import TRIES
from portal.core.jobs import run_due_jobs
from portal.core.models import Document, StoredFile
from tests import factories
from tests.documents.objects import filed, paper, permit, step

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def document(people) -> Document:
    person = factories.citizen(name="欧阳修远")
    case = step(people.clerk, filed(permit(people.department), person), "accept")
    run_due_jobs()
    return paper(case, "acceptance")


def typed(number: str, code: str, client: Client | None = None):
    return (client or Client(headers=ENGLISH)).post(reverse("core:check"), {"number": number, "code": code})


def page_of(document: Document, **more):
    return Client(headers=ENGLISH).get(reverse("core:checked", args=[document.pk, document.check_code]), **more)


def test_number_and_code_as_printed_lead_to_the_paper(document):
    code = document.check_code
    for written in (document.number, document.number.replace("〔", "(").replace("〕", ")")):
        for shown in (code, f"{code[:4]}-{code[4:]}", f" {code.lower()} "):
            answer = typed(written, shown)
            assert answer.url == reverse("core:checked", args=[document.pk, code])


def test_it_shows_what_the_paper_says_with_the_name_masked(document):
    page = page_of(document).content.decode()
    for words in (document.number, document.title_en, document.subject_en, "In force", "欧阳*"):
        assert words in page
    assert "欧阳修远" not in page
    for label in ("Accepted on", "Decision promised by"):  # an altered day is seen at once
        assert label in page


def test_an_organisation_is_named(people):
    from portal.people.models import Organisation

    case = filed(permit(people.department))
    firm = Organisation.objects.create(name="海州市鲜味食品有限公司", uscc="91350100M000100Y43")
    Case.objects.filter(pk=case.pk).update(organisation=firm, applicant_name=firm.name)
    case.refresh_from_db()
    step(people.clerk, case, "accept")
    assert firm.name in page_of(paper(case, "acceptance")).content.decode()


def test_an_unknown_number_and_a_wrong_code_get_the_same_answer(document):
    wrong = typed(document.number, "AAAAAAAA")
    unknown = typed("海试受〔2026〕99号", document.check_code)
    by_code = Client(headers=ENGLISH).get(reverse("core:checked", args=[document.pk, "AAAAAAAA"]))
    no_such = Client(headers=ENGLISH).get(reverse("core:checked", args=[2**40, document.check_code]))
    for answer in (wrong, unknown, by_code, no_such):
        assert answer.status_code == 422
        assert "Number and check code do not go together" in answer.content.decode()
    assert document.number in wrong.content.decode()  # what was typed is kept


@pytest.mark.parametrize("number", ["\0", "x" * 100, "'; --", "〔〕"])
def test_nonsense_is_answered_like_an_unknown_number(document, number):
    assert typed(number, "A").status_code == 422


def test_a_non_ascii_code_is_just_wrong(document):
    assert typed(document.number, "核验码核验码").status_code == 422


def test_guessing_is_stopped_by_sender_and_by_paper(document):
    for _n in range(TRIES):
        assert typed(document.number, "AAAAAAAA").status_code == 422
    assert typed(document.number, document.check_code).status_code == 429
    cache.delete("check:ip:127.0.0.1")
    assert typed(document.number, document.check_code).status_code == 429  # the paper rests, whoever asks
    cache.clear()
    assert typed(document.number, document.check_code).status_code == 302


def test_right_tries_count_for_nothing(document):
    for _n in range(TRIES + 5):
        assert typed(document.number, document.check_code).status_code == 302


@pytest.mark.parametrize("end,words", [("withdraw", "Withdrawn"), ("revoke", "Revoked")])
def test_a_paper_that_no_longer_holds_says_so(document, end, words):
    getattr(documents, end)(document, Actor.system("test"), reason="内部原因")
    page = page_of(document).content.decode()
    assert words in page and "It has not been in force since" in page
    assert "内部原因" not in page


def test_a_corrected_step_is_seen_on_the_check_page(people):
    case = step(people.clerk, filed(permit(people.department)), "accept")
    document = paper(case, "acceptance")
    step(people.supervisor, case, "correct", reason="点错了")
    assert "Withdrawn" in page_of(document).content.decode()


def send(document: Document, content: bytes):
    file = SimpleUploadedFile("a.pdf", content, content_type="application/pdf")
    address = reverse("core:checked", args=[document.pk, document.check_code])
    return Client(headers=ENGLISH).post(address, {"file": file}).content.decode()


def test_the_issued_file_is_recognised_and_an_altered_one_too(document):
    assert document.file is not None
    content = default_storage.open(document.file.path).read()
    assert "identical with the one that was issued" in send(document, content)
    assert "has been altered or is not ours" in send(document, content[:-1] + b"X")
    assert "has been altered or is not ours" in send(document, b"something else")


def test_the_reading_copy_is_recognised_as_such(document, people):
    copy = documents.ask_copy(people.clerk, document.pk, "en")
    run_due_jobs()
    copy.refresh_from_db()
    assert "English reading copy" in send(document, default_storage.open(copy.file.path).read())


def test_the_file_is_kept_nowhere(document):
    before = StoredFile.objects.count()
    send(document, b"something else")
    assert StoredFile.objects.count() == before


def test_without_a_made_pdf_nothing_is_claimed(people):
    case = filed(permit(people.department))
    assert "no file to compare with yet" in send(paper(case, "receipt"), b"x")


def test_no_file_is_asked_for_in_words(document):
    address = reverse("core:checked", args=[document.pk, document.check_code])
    answer = Client(headers=ENGLISH).post(address)
    assert answer.status_code == 422 and "Error:" in answer.content.decode()


def test_the_check_costs_few_queries(document, django_assert_max_num_queries):
    client = Client(headers=ENGLISH)
    with django_assert_max_num_queries(2):
        client.get(reverse("core:checked", args=[document.pk, document.check_code]))
