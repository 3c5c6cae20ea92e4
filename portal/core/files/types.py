"""What a file really is: by its content, with its own strict check for each type; the name must agree.

Refused are files that are two things at once (a picture with a ZIP behind it, a PDF that starts later), files that
do something when opened (scripts, launch actions, macros, attachments inside), and files too large once unpacked.
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

import puremagic
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from portal.core.errors import Invalid
from portal.core.files.names import extension_of
from portal.core.files.pdf import check_pdf

HEAD_BYTES = 64 * 1024
MAX_PIXELS = 100_000_000
MAX_ENTRIES = 5_000
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_RATIO = 200  # of one large entry; ordinary XML packs 10 to 60 times
JPEG_START, PNG_START, ZIP_START, PDF_START = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"%PDF-"
MARKUP = (b"<script", b"<html", b"<!doctype html", b"<svg ", b"<iframe", b"<?php")
EMPTY = _("This file is empty. Please choose another file.")
UNKNOWN = _("We cannot accept this kind of file. Please send a PDF, JPEG, PNG, DOCX, XLSX or OFD file.")
DAMAGED = _("This file is damaged and cannot be opened. Please save or scan it again and send the new file.")
HIDDEN = _("Something else is hidden in this file. Please save or scan it again and send the new file.")
ACTIVE = _("This file holds macros or embedded programs. Please save it without them, or as a PDF.")
TOO_MANY_PIXELS = _("This picture has too many pixels (100 million at most). Please send a smaller one.")
UNPACKS = _("This file is too large once unpacked. Please split it or send it as a PDF.")
MISNAMED = _("The name ends with .%(said)s but the content is %(found)s. Please choose the right file.")

Check = Callable[[IO[bytes], int], None]


@dataclass(frozen=True)
class FileType:
    """A type that is taken: its name for people, its extensions (the first is written), its MIME type, its check."""

    label: str
    extensions: tuple[str, ...]
    mime: str
    check: Check


def _check_jpeg(content: IO[bytes], size: int) -> None:
    _check_picture(content, "JPEG")
    content.seek(max(0, size - HEAD_BYTES))
    if b"\xff\xd9" not in content.read():
        raise Invalid(DAMAGED, code="file_damaged")
    _nothing_behind(content, size)


def _check_png(content: IO[bytes], size: int) -> None:
    _check_picture(content, "PNG")
    position = len(PNG_START)
    while True:
        content.seek(position)
        header = content.read(8)
        if len(header) < 8:
            raise Invalid(DAMAGED, code="file_damaged")
        position += int.from_bytes(header[:4], "big") + 12
        if header[4:] == b"IEND":
            break
    if position < size:
        raise Invalid(HIDDEN, code="file_hidden_content")
    _nothing_behind(content, size)


def _check_picture(content: IO[bytes], expected: str) -> None:
    """Pillow opens and verifies it; pixels are counted from the header, before anything is unpacked."""
    content.seek(0)
    try:
        with Image.open(content, formats=[expected]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Invalid(TOO_MANY_PIXELS, code="file_too_many_pixels")
            picture.verify()
    except Image.DecompressionBombError:
        raise Invalid(TOO_MANY_PIXELS, code="file_too_many_pixels") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Invalid(DAMAGED, code="file_damaged") from None


def _nothing_behind(content: IO[bytes], size: int) -> None:
    """No ZIP directory at the end, no markup at either end: browsers and unpackers find those anywhere."""
    content.seek(0)
    head = content.read(HEAD_BYTES)
    content.seek(max(0, size - HEAD_BYTES))
    ends = (head + content.read()).lower()
    content.seek(0)
    if any(word in ends for word in MARKUP) or zipfile.is_zipfile(content):
        raise Invalid(HIDDEN, code="file_hidden_content")


def _check_pdf(content: IO[bytes], size: int) -> None:
    content.seek(0)
    if zipfile.is_zipfile(content):
        raise Invalid(HIDDEN, code="file_hidden_content")
    content.seek(0)
    if any(word in content.read(1024).lower() for word in MARKUP):
        raise Invalid(HIDDEN, code="file_hidden_content")
    check_pdf(content, size)


def _check_package(content: IO[bytes], size: int) -> None:
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as package:
            entries = package.infolist()
            if package.comment or min(entry.header_offset for entry in entries) != 0:
                raise Invalid(HIDDEN, code="file_hidden_content")
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Invalid(DAMAGED, code="file_damaged") from None
    content.seek(size - 22)
    if content.read(4) != b"PK\x05\x06":
        raise Invalid(HIDDEN, code="file_hidden_content")
    _check_entries(entries)


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename.lower() for entry in entries]
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise Invalid(UNPACKS, code="file_unpacks_too_large")
    if any(e.file_size > 1024 * 1024 and e.file_size > MAX_RATIO * max(1, e.compress_size) for e in entries):
        raise Invalid(UNPACKS, code="file_unpacks_too_large")
    if len(set(names)) < len(names) or any(entry.flag_bits & 1 for entry in entries):
        raise Invalid(HIDDEN, code="file_hidden_content")
    if any(name.startswith("/") or ".." in name.split("/") or "\\" in name for name in names):
        raise Invalid(HIDDEN, code="file_hidden_content")
    active = (".exe", ".dll", ".js", ".vbs", ".hta", ".html", ".htm", ".svg", ".jar", ".bat", ".ps1", "vbaproject.bin")
    if any(name.endswith(active) or "/activex/" in name or "/embeddings/" in name for name in names):
        raise Invalid(ACTIVE, code="file_active_content")


PDF = FileType("PDF", ("pdf",), "application/pdf", _check_pdf)
JPEG = FileType("JPEG", ("jpg", "jpeg"), "image/jpeg", _check_jpeg)
PNG = FileType("PNG", ("png",), "image/png", _check_png)
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
DOCX = FileType("DOCX", ("docx",), _OPEN_XML + "wordprocessingml.document", _check_package)
XLSX = FileType("XLSX", ("xlsx",), _OPEN_XML + "spreadsheetml.sheet", _check_package)
OFD = FileType("OFD", ("ofd",), "application/ofd", _check_package)
TYPES = (PDF, JPEG, PNG, DOCX, XLSX, OFD)
# What only this kind of package has inside.
PACKAGE_MARKS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "OFD.xml": OFD}


def recognise(content: IO[bytes]) -> FileType:
    """The type by content alone. Raises Invalid for everything that is not on the list."""
    content.seek(0)
    head = content.read(HEAD_BYTES)
    for start, found in ((PDF_START, PDF), (JPEG_START, JPEG), (PNG_START, PNG)):
        if head.startswith(start) and _sniffer_agrees(head, found):
            return found
    if head.startswith(ZIP_START):
        return _recognise_package(content)
    raise Invalid(UNKNOWN, code="file_type")


def _sniffer_agrees(head: bytes, found: FileType) -> bool:
    """The general sniffer knows more types than we: another type with the same beginning is not ours."""
    try:
        return any(match.mime_type == found.mime for match in puremagic.magic_string(head))
    except (puremagic.PureError, ValueError):
        return False


def _recognise_package(content: IO[bytes]) -> FileType:
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as package:
            names = set(package.namelist())
            found = {kind for mark, kind in PACKAGE_MARKS.items() if mark in names}
            if found & {DOCX, XLSX}:
                _no_macros(package)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise Invalid(DAMAGED, code="file_damaged") from None
    if len(found) != 1:
        raise Invalid(UNKNOWN, code="file_type")
    return found.pop()


def _no_macros(package: zipfile.ZipFile) -> None:
    with package.open("[Content_Types].xml") as listing:
        listed = io.BytesIO(listing.read(1024 * 1024)).getvalue().lower()
    if b"macroenabled" in listed or b"vbaproject" in listed:
        raise Invalid(ACTIVE, code="file_active_content")


def check_type(content: IO[bytes], *, name: str, size: int) -> FileType:
    """Recognise, compare with the name, and look inside. Raises Invalid with a sentence for the sender."""
    if size == 0:
        raise Invalid(EMPTY, code="file_empty")
    found = recognise(content)
    said = extension_of(name)
    if said and said not in found.extensions:
        raise Invalid(MISNAMED, code="file_misnamed", said=said, found=found.label)
    found.check(content, size)
    content.seek(0)
    return found
