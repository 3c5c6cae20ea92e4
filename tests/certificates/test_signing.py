"""The signature: valid by an independent path, broken by every change; keys that are missing, locked or out of date."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.core.documents import authority, make_again, signing, validating
from portal.core.documents.checking import by_file
from portal.core.jobs import run_due_jobs
from portal.core.models import Document
from portal.core.time import driven_clock
from tests.certificates.conftest import name_key
from tests.certificates.objects import Office, work

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ENGLISH = {"accept-language": "en"}


def content_of(document: Document) -> bytes:
    document.refresh_from_db()
    from portal.core.files import open_file

    with open_file(document.file) as file:
        return file.read()


def upload(content: bytes) -> str:
    file = SimpleUploadedFile("a.pdf", content, content_type="application/pdf")
    return Client(headers=ENGLISH).post(reverse("core:check-file"), {"file": file}).content.decode()


def verdict(content: bytes) -> str:
    return by_file(SimpleUploadedFile("a.pdf", content), sender="test").verdict


def test_the_paper_is_signed_and_openssl_like_validation_agrees(signed, signers):
    """Checked by pyHanko's own validator with a context built here, and the digest of the signed bytes by hand."""
    from asn1crypto import pem, x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    certificate = Office().issue()
    content = content_of(certificate.document)
    root = x509.Certificate.load(pem.unarmor((signers / "root.pem").read_bytes())[2])
    signature = PdfFileReader(io.BytesIO(content)).embedded_signatures[0]
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[root], allow_fetching=False))
    assert status.bottom_line and status.intact and status.trusted
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.sig_object["/Reason"] == certificate.number
    assert certificate.document.signed_by.startswith(authority.SIGNER_NAME)


def test_the_notices_of_the_case_are_signed_too(signed):
    case = Office().approved()
    work()
    papers = Document.objects.filter(stream="cases.case", stream_id=case.pk, making="ready")
    assert papers and all(paper.signed_by for paper in papers)


def test_signed_once_the_bytes_stay(signed):
    certificate = Office().issue()
    before = content_of(certificate.document)
    from portal.core.documents import make_now

    assert make_now(Document.objects.all()) == 0
    run_due_jobs()
    assert content_of(certificate.document) == before


def test_a_file_is_recognised_and_every_altered_one_found_out(signed):
    certificate = Office().issue()
    content = content_of(certificate.document)
    assert verdict(content) == "identical"
    for place in (200, len(content) // 3, len(content) // 2, len(content) - 700):
        altered = bytearray(content)
        altered[place] ^= 1
        assert verdict(bytes(altered)) != "identical"
    appended = content + b"\n1 0 obj\n<<>>\nendobj\n"
    found = by_file(SimpleUploadedFile("a.pdf", appended), sender="test")
    assert (found.verdict, found.document) == ("altered", certificate.document)
    assert verdict(b"%PDF-1.7 nothing") in {"unknown", "unreadable"}
    assert verdict(b"a letter") == "unreadable"


def test_a_forger_with_a_key_of_the_same_name_is_not_us(signed, settings, tmp_path):
    certificate = Office().issue()
    content = content_of(certificate.document)
    forger = tmp_path / "forger"
    forger.mkdir()
    authority.write(forger)
    ours = settings.SIGNING_KEY_FILE, settings.SIGNING_KEY_PASS
    settings.SIGNING_KEY_FILE = str(forger / "signer.p12")
    settings.SIGNING_KEY_PASS = (forger / "passphrase").read_text()
    forged = signing.sign(plain(content), reason=certificate.number, place="海州市").content
    settings.SIGNING_KEY_FILE, settings.SIGNING_KEY_PASS = ours
    found = validating.examine(forged)
    assert (found.verdict, found.signer) == ("foreign", authority.SIGNER_NAME)
    assert verdict(forged) == "foreign"


def plain(content: bytes) -> bytes:
    """The PDF before it was signed: everything up to the first end mark."""
    return content[: content.index(b"%%EOF") + 6]


def test_our_own_signature_on_a_file_that_is_not_on_record_is_not_believed(signed):
    certificate = Office().issue()
    again = signing.sign(plain(content_of(certificate.document)), reason="x", place="y").content
    assert validating.examine(again).verdict == "valid"
    assert verdict(again) == "altered"


def test_the_page_says_what_became_of_it_and_shows_no_name(signed):
    office = Office()
    certificate = office.issue()
    content = content_of(certificate.document)
    page = upload(content)
    assert "identical with the one that was issued" in page and "leads to our authority" in page and "Valid" in page
    assert "王丽娟" not in page and "王*" in page
    office.suspend(certificate)
    page = upload(content)
    assert "Suspended" in page and "经营场所已变更" not in page
    office.suspend(certificate, "restore")
    with office.at("2031-01-01 09:00"):
        assert "It was valid until 31 May 2029" in upload(content)
    checked = Client(headers=ENGLISH).get(
        reverse("core:checked", args=[certificate.document_id, certificate.check_code])
    )
    assert certificate.number in checked.content.decode()


def test_files_are_examined_at_a_measured_pace(settings):
    for _n in range(30):
        upload(b"a letter")
    assert "Too many files" in upload(b"a letter")


# --- keys ---------------------------------------------------------------------------------------------------------------


def test_without_a_key_papers_are_unsigned_and_health_says_so():
    certificate = Office().issue()
    assert certificate.document.is_ready and certificate.document.signed_by == ""
    assert signing.reading() == (True, "papers are unsigned: no signing key is named")
    assert "carries no digital signature" in upload(content_of(certificate.document))


def expired_key(folder):
    folder.mkdir()
    now = dt.datetime.now(dt.UTC)
    authority.write(folder, begin=now - dt.timedelta(days=400), end=now - dt.timedelta(days=1))
    return folder


@pytest.mark.parametrize("fault", ["missing", "locked", "expired", "nonsense"])
def test_a_key_that_cannot_sign_stops_the_paper_with_a_clear_word(settings, signers, tmp_path, fault):
    name_key(settings, signers if fault != "expired" else expired_key(tmp_path / "old"))
    if fault == "missing":
        settings.SIGNING_KEY_FILE = str(tmp_path / "nowhere.p12")
    elif fault == "locked":
        settings.SIGNING_KEY_PASS = "wrong"
    elif fault == "nonsense":
        (tmp_path / "x.p12").write_bytes(b"nonsense")
        settings.SIGNING_KEY_FILE = str(tmp_path / "x.p12")
    office = Office()
    certificate = office.issue()
    document = Document.objects.get(pk=certificate.document_id)
    assert (document.making, certificate.state) == ("failed", "issued")
    assert document.problem and "Traceback" not in document.problem
    ok, detail = signing.reading()
    assert not ok and "no paper can be made" in detail
    name_key(settings, signers)  # the key is renewed
    with driven_clock(office.now):
        make_again(office.clerk, document.pk)
        work()
    assert Document.objects.get(pk=document.pk).signed_by


def test_health_warns_before_the_certificate_of_the_key_expires(settings, tmp_path):
    soon = tmp_path / "soon"
    soon.mkdir()
    authority.write(soon, end=dt.datetime.now(dt.UTC) + dt.timedelta(days=10))
    name_key(settings, soon)
    assert signing.reading()[0] is False


def test_a_demonstration_founds_one_authority(settings, tmp_path):
    first, second = (authority.found(tmp_path / "authority") for _n in range(2))
    assert first == second and first.key_file.stat().st_mode & 0o077 == 0
