"""Files: what is taken, what is refused and why, how it is kept, who gets it."""

import io
import os
import socket
import struct
import threading
import time
import tracemalloc
import zipfile
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from docx import Document
from openpyxl import Workbook
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from portal.core import files, tasks
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.files.names import clean_name
from portal.core.models import Scan, StoredFile
from portal.core.time import driven_clock, now

SYSTEM = Actor.system("test")


@pytest.fixture(autouse=True)
def storage(settings, tmp_path, db):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
    settings.VIRUS_SCANNER = ""
    return tmp_path


def pdf(change=None):
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(kind, size=(40, 30), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "#0B5CAD").save(out, kind, **options)
    return out.getvalue()


def docx():
    out, document = io.BytesIO(), Document()
    document.add_paragraph("营业执照申请")
    document.save(out)
    return out.getvalue()


def xlsx():
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def package(entries, comment=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in entries:
            z.writestr(name, data)
        z.comment = comment
    return out.getvalue()


def ofd():
    return package([("OFD.xml", "<ofd:OFD/>"), ("Doc_0/Document.xml", "<ofd:Document/>")])


def send(name, data, kind="test.material", owner=SYSTEM):
    return files.store(SimpleUploadedFile(name, data), owner=owner, kind=kind)


GOOD = {
    "执照.pdf": (pdf, "application/pdf"),
    "照片.jpg": (lambda: picture("JPEG"), "image/jpeg"),
    "照片.JPEG": (lambda: picture("JPEG"), "image/jpeg"),
    "扫描.png": (lambda: picture("PNG"), "image/png"),
    "章程.docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "清单.xlsx": (xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "公文.ofd": (ofd, "application/ofd"),
}


@pytest.mark.parametrize("name", GOOD)
def test_the_six_types_are_taken_and_come_back_unchanged(name):
    make, mime = GOOD[name]
    data = make()
    kept = send(name, data)
    assert (kept.mime, kept.size, kept.scan) == (mime, len(data), Scan.NOT_SCANNED)
    assert kept.sha256 == sha256(data).hexdigest()
    with files.open_file(StoredFile.objects.get(pk=kept.pk)) as content:
        assert content.read() == data


def action(kind, **more):
    return DictionaryObject({NameObject("/S"): NameObject(kind), **{NameObject(k): v for k, v in more.items()}})


def with_root(key, value):
    def change(writer):
        writer._root_object[NameObject(key)] = value

    return change


def hidden_script(writer):
    writer._add_object(action("/JavaScript", **{"/JS": TextStringObject("app.alert(1)")}))


def named_script(writer):
    script = action("/JavaScript", **{"/JS": TextStringObject("app.alert(1)")})
    names = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a"), script])})
    with_root("/Names", DictionaryObject({NameObject("/JavaScript"): names}))(writer)


def script_annotation(writer):
    note = DictionaryObject(
        {
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/A"): action("/Launch", **{"/F": TextStringObject("x")}),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([note])


BAD = {
    "an empty file": ("a.pdf", lambda: b"", "file_empty"),
    "HTML": ("a.html", lambda: b"<html><script>alert(1)</script></html>", "file_type"),
    "HTML named as a picture": ("a.jpg", lambda: b"<html><body>hi</body></html>", "file_type"),
    "SVG": ("a.svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "file_type"),
    "a program named as a PDF": ("a.pdf", lambda: b"MZ" + bytes(500), "file_type"),
    "plain text": ("a.txt", lambda: "您好".encode(), "file_type"),
    "a ZIP of nothing known": ("a.zip", lambda: package([("a.txt", "x")]), "file_type"),
    "a PDF named as a picture": ("a.jpg", pdf, "file_misnamed"),
    "a picture named as another": ("a.png", lambda: picture("JPEG"), "file_misnamed"),
    "a table named as a document": ("a.docx", xlsx, "file_misnamed"),
    "a PDF that does not start at its start": ("a.pdf", lambda: b"GIF89a" + pdf(), "file_type"),
    "a PDF with a ZIP behind it": ("a.pdf", lambda: pdf() + docx(), "file_hidden_content"),
    "a PDF with markup behind it": ("a.pdf", lambda: pdf() + b"<script>alert(1)</script>", "file_hidden_content"),
    "a PDF cut off": ("a.pdf", lambda: pdf()[:-40], "file_damaged"),
    "a PDF that is only its frame": ("a.pdf", lambda: b"%PDF-1.4\n" + b"x" * 200 + b"\n%%EOF\n", "file_damaged"),
    "a PDF with JavaScript": ("a.pdf", lambda: pdf(named_script), "file_active_content"),
    "a PDF with a script no page shows": ("a.pdf", lambda: pdf(hidden_script), "file_active_content"),
    "a PDF with a file inside": (
        "a.pdf",
        lambda: pdf(lambda w: w.add_attachment("a.exe", b"MZ")),
        "file_active_content",
    ),
    "a PDF that starts a program": ("a.pdf", lambda: pdf(script_annotation), "file_active_content"),
    "a PDF that acts when opened": (
        "a.pdf",
        lambda: pdf(with_root("/OpenAction", action("/URI", **{"/URI": TextStringObject("http://x.example")}))),
        "file_active_content",
    ),
    "a PDF with a password": ("a.pdf", lambda: pdf(lambda w: w.encrypt("secret", algorithm="AES-256")), "file_locked"),
    "a JPEG with a ZIP behind it": ("a.jpg", lambda: picture("JPEG") + docx(), "file_hidden_content"),
    "a JPEG with markup behind it": ("a.jpg", lambda: picture("JPEG") + b"<HTML><body>", "file_hidden_content"),
    "a JPEG with a script in its comment": (
        "a.jpg",
        lambda: picture("JPEG", comment=b"<script>alert(1)</script>"),
        "file_hidden_content",
    ),
    "a JPEG cut off": ("a.jpg", lambda: picture("JPEG", (400, 400))[:-300], "file_damaged"),
    "a JPEG of a header only": ("a.jpg", lambda: b"\xff\xd8\xff\xe0" + bytes(60), "file_damaged"),
    "a PNG with something behind it": ("a.png", lambda: picture("PNG") + b"more", "file_hidden_content"),
    "a PNG with a changed byte": ("a.png", lambda: picture("PNG")[:60] + b"!" + picture("PNG")[61:], "file_damaged"),
    "a PNG cut off": ("a.png", lambda: picture("PNG")[:-14], "file_damaged"),
    "a document with something before it": ("a.docx", lambda: b"#!/bin/sh\n" + docx(), "file_type"),
    "a document with something behind it": ("a.docx", lambda: docx() + b"<script>", "file_hidden_content"),
    "a document with a ZIP comment": (
        "a.ofd",
        lambda: package([("OFD.xml", "x")], comment=b"<html>"),
        "file_hidden_content",
    ),
    "a document that climbs out": ("a.ofd", lambda: package([("OFD.xml", ""), ("../../x", "")]), "file_hidden_content"),
    "a document with macros": (
        "a.docx",
        lambda: package(
            [("[Content_Types].xml", "application/vnd.ms-word.document.macroEnabled"), ("word/document.xml", "")]
        ),
        "file_active_content",
    ),
    "a document with a program inside": (
        "a.ofd",
        lambda: package([("OFD.xml", ""), ("Doc_0/run.exe", "MZ")]),
        "file_active_content",
    ),
    "a document that is two types": (
        "a.docx",
        lambda: package([("[Content_Types].xml", ""), ("word/document.xml", ""), ("xl/workbook.xml", "")]),
        "file_type",
    ),
    "a ZIP bomb": (
        "a.ofd",
        lambda: package([("OFD.xml", ""), ("big.xml", bytes(40_000_000))]),
        "file_unpacks_too_large",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_not_what_it_says_is_refused_and_leaves_nothing(what, storage):
    name, make, code = BAD[what]
    with pytest.raises(Invalid) as refused:
        send(name, make())
    assert refused.value.code == code
    assert str(refused.value)
    assert not StoredFile.objects.exists()
    assert not [f for _, _, names in os.walk(storage) for f in names]


def test_a_pdf_that_opens_on_its_first_page_is_taken():
    def change(writer):
        destination = ArrayObject([writer.pages[0].indirect_reference, NameObject("/FitH"), NumberObject(0)])
        writer._root_object[NameObject("/OpenAction")] = destination

    assert send("论文.pdf", pdf(change)).mime == "application/pdf"


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked():
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    with pytest.raises(Invalid) as refused:
        send("大.png", out.getvalue())
    assert refused.value.code == "file_too_many_pixels"


def test_a_file_over_the_limit_is_refused_with_the_limit(settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    with pytest.raises(Invalid) as refused:
        send("a.pdf", pdf() + bytes(1024 * 1024))
    assert refused.value.code == "file_too_large"
    assert "1 MB" in str(refused.value)


class EndlessFile(io.RawIOBase):
    """Two gigabytes of zeros that say they are small."""

    left = 2 * 1024**3
    given = 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=0):
        return 0

    def read(self, size=-1):
        chunk = bytes(min(self.left if size < 0 else size, self.left))
        self.left -= len(chunk)
        self.given += len(chunk)
        return chunk


def test_a_stream_of_two_gigabytes_is_cut_off_at_the_limit_with_flat_memory(settings):
    endless = EndlessFile()
    upload = SimpleUploadedFile("a.pdf", b"x")
    upload.file, upload.size = endless, 1
    tracemalloc.start()
    with pytest.raises(Invalid) as refused:
        files.store(upload, owner=SYSTEM, kind="test.material")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.code == "file_too_large"
    assert endless.given <= settings.UPLOAD_MAX_BYTES + 1024 * 1024
    assert peak < 5 * 1024 * 1024


class EndlessForm(io.RawIOBase):
    """A form with a text field, a file of `size` bytes and another text field, made while it is read."""

    head = (
        b'--x\r\nContent-Disposition: form-data; name="reason"\r\n\r\nkept\r\n'
        b'--x\r\nContent-Disposition: form-data; name="paper"; filename="a.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n"
    )
    tail = b'\r\n--x\r\nContent-Disposition: form-data; name="after"\r\n\r\nkept too\r\n--x--\r\n'

    def __init__(self, size):
        self.parts = [self.head, size, self.tail]
        self.total = len(self.head) + size + len(self.tail)

    def read(self, size=-1):
        while self.parts and not self.parts[0]:
            self.parts.pop(0)
        if not self.parts:
            return b""
        part = self.parts[0]
        if isinstance(part, int):
            count = min(size, part)
            self.parts[0] -= count
            return bytes(count)
        self.parts[0] = part[size:]
        return part[:size]


def test_an_upload_far_over_the_limit_keeps_the_other_answers_and_fills_no_disk(settings):
    settings.FILE_UPLOAD_HANDLERS = ["portal.core.files.upload.BoundedUploadHandler"]
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    body = EndlessForm(200 * 1024 * 1024)
    request: HttpRequest = RequestFactory().generic("POST", "/", b"-", content_type="multipart/form-data; boundary=x")
    request.META["CONTENT_LENGTH"] = str(body.total)
    request._stream = body
    assert (request.POST["reason"], request.POST["after"]) == ("kept", "kept too")
    upload = request.FILES["paper"]
    assert isinstance(upload, TemporaryUploadedFile)
    assert os.path.getsize(upload.temporary_file_path()) <= 1024 * 1024
    with pytest.raises(Invalid) as refused:
        files.store(upload, owner=SYSTEM, kind="test.material")
    assert refused.value.code == "file_too_large"


def test_the_same_content_twice_is_two_rows_and_one_blob(storage):
    one, two = send("甲.pdf", pdf()), send("乙.pdf", pdf())
    assert (one.pk != two.pk, one.sha256 == two.sha256, one.name, two.name) == (True, True, "甲.pdf", "乙.pdf")
    assert [f for _, _, names in os.walk(storage) for f in names] == [one.sha256]
    assert default_storage.exists(f"{one.sha256[:2]}/{one.sha256[2:4]}/{one.sha256}")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("营业执照.PDF", "营业执照.pdf"),
        ("C:\\Users\\王\\执照.pdf", "执照.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("a\x00b\r\nc.pdf", "ab c.pdf"),
        ("照片\u202efdp.exe.pdf", "照片fdp.exe.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("a<b>\"c'|?.pdf", "a_b__c'__.pdf"),
        (".pdf", "file.pdf"),
        ("...", "file.pdf"),
        ("无扩展名", "无扩展名.pdf"),
        ("长" * 300 + ".pdf", "长" * 120 + ".pdf"),
    ],
)
def test_names_are_cleaned(given, kept):
    assert clean_name(given, extension="pdf") == kept


# --- scanner ------------------------------------------------------------------------------------------------------


@pytest.fixture
def clamd(settings):
    """A server that speaks clamd's INSTREAM and knows one virus."""
    server = socket.create_server(("127.0.0.1", 0))
    settings.VIRUS_SCANNER = f"127.0.0.1:{server.getsockname()[1]}"

    def serve():
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                data = b""
                while length := struct.unpack("!L", stream.read(4))[0]:
                    data += stream.read(length)
                line.sendall(b"stream: Eicar-Signature FOUND\0" if b"EICAR" in data else b"stream: OK\0")

    threading.Thread(target=serve, daemon=True).start()
    yield server
    server.close()


def test_a_clean_file_is_marked_clean(clamd):
    assert send("a.png", picture("PNG", (600, 600))).scan == Scan.CLEAN


def test_an_infected_file_is_refused_and_not_kept(clamd, storage):
    with pytest.raises(Invalid) as refused:
        send("a.jpg", picture("JPEG", comment=b"EICAR"))
    assert refused.value.code == "file_infected"
    assert not list(storage.rglob("*/*/*"))


def test_while_the_scanner_is_away_files_are_taken_and_scanned_later(clamd, settings):
    scanner, settings.VIRUS_SCANNER = settings.VIRUS_SCANNER, "127.0.0.1:1"
    clean, infected = send("a.png", picture("PNG")), send("a.jpg", picture("JPEG", comment=b"EICAR"))
    assert clean.scan == infected.scan == Scan.NOT_SCANNED
    assert files.scan_pending() == 0
    settings.VIRUS_SCANNER = scanner
    assert tasks.scan_files() == 2  # what beat starts
    clean.refresh_from_db()
    infected.refresh_from_db()
    assert (clean.scan, infected.scan) == (Scan.CLEAN, Scan.INFECTED)
    with pytest.raises(NotFound):
        files.open_file(infected)


# --- attaching and sweeping ---------------------------------------------------------------------------------------


def test_a_file_is_attached_once_and_only_by_its_owner():
    kept = send("a.pdf", pdf())
    StoredFile.objects.filter(pk=kept.pk).update(owner_user_id=7)

    class Owner:
        pk = 7

    owner = Actor(user=Owner(), role="citizen", name="张三")
    with pytest.raises(NotFound):
        files.attach(kept.pk, stream="cases.case", stream_id=3, owner=SYSTEM)
    attached = files.attach(kept.pk, stream="cases.case", stream_id=3, owner=owner)
    assert (attached.stream, attached.stream_id) == ("cases.case", 3)
    with pytest.raises(WrongState):
        files.attach(kept.pk, stream="cases.case", stream_id=4, owner=owner)


def age_blob(path, days):
    then = time.time() - days * 86400
    os.utime(path, (then, then))


def test_blobs_without_a_row_go_after_a_day_and_others_stay(storage):
    kept = send("a.pdf", pdf())
    age_blob(storage / kept.path, 30)
    for name, days in (("ab" * 32, 2), ("cd" * 32, 0)):
        path = storage / name[:2] / name[2:4] / name
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x")
        age_blob(path, days)
    assert files.sweep_orphans() == files.Swept(rows=0, blobs=1)
    assert (storage / kept.path).exists() and not (storage / "ab" / "ab" / ("ab" * 32)).exists()
    assert (storage / "cd" / "cd" / ("cd" * 32)).exists()


def test_uploads_that_never_became_part_of_a_record_go_after_a_week(storage):
    with driven_clock(now() - timedelta(days=8)):
        loose, part = send("a.pdf", pdf()), send("b.png", picture("PNG"))
    fresh = send("c.jpg", picture("JPEG"))
    StoredFile.objects.filter(pk=part.pk).update(stream="cases.case", stream_id=1)
    assert files.sweep_orphans() == files.Swept(rows=1, blobs=0)
    assert set(StoredFile.objects.values_list("pk", flat=True)) == {part.pk, fresh.pk}
    age_blob(storage / loose.path, 2)
    assert files.sweep_orphans() == files.Swept(rows=0, blobs=1)
    with pytest.raises(NotFound):
        files.open_file(loose)


def test_a_blob_that_is_uploaded_again_is_not_swept_under_its_new_row(storage):
    kept = send("a.pdf", pdf())
    age_blob(storage / kept.path, 30)
    kept.delete()
    send("a.pdf", pdf())
    StoredFile.objects.all().delete()  # the row of another transaction: not yet visible to the sweep
    assert files.sweep_orphans().blobs == 0


def test_pypdf_reads_what_we_took():
    kept = send("a.pdf", pdf())
    with files.open_file(kept) as content:
        assert len(PdfReader(content).pages) == 1
