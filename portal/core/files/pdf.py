"""The strict look into a PDF: it starts at its first byte, ends at its end, and does nothing when opened.

A plain destination as open action ("show page 1, fit width") is harmless and written by LaTeX and LibreOffice: it is
taken. Every other action on opening, JavaScript, launch actions, embedded files, rich media and XFA forms are refused.
"""

from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from portal.core.errors import Invalid

TAIL_BYTES = 2048
MAX_OBJECTS = 200_000
MAX_DEPTH = 40
DAMAGED = _("This file is damaged and cannot be opened. Please save or scan it again and send the new file.")
HIDDEN = _("Something else is hidden in this file. Please save or scan it again and send the new file.")
LOCKED = _("This PDF is protected by a password. Please remove the password and send it again.")
PROGRAM = _("This PDF holds a program or an attached file. Please print it to a new PDF and send that one.")
HUGE = _("This PDF is too complicated to be checked. Please print it to a new PDF and send that one.")
FORBIDDEN_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA", "/AA"}
FORBIDDEN_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMediaExecute", "/Rendition"}
FORBIDDEN_KINDS = {"/EmbeddedFile", "/RichMedia", "/FileAttachment"}


def check_pdf(content: IO[bytes], size: int) -> None:
    """Raises Invalid when the file is damaged, locked, more than a PDF, or active."""
    content.seek(max(0, size - TAIL_BYTES))
    _before, mark, behind = content.read().rpartition(b"%%EOF")
    if not mark:
        raise Invalid(DAMAGED, code="file_damaged")
    if behind.strip(b"\r\n\t \0"):
        raise Invalid(HIDDEN, code="file_hidden_content")
    content.seek(0)
    try:
        reader = PdfReader(content, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Invalid(LOCKED, code="file_locked")
        if not len(reader.pages):
            raise Invalid(DAMAGED, code="file_damaged")
        for found in _objects(reader):
            _check_object(found)
        _check_open_action(reader)
    except Invalid:
        raise
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OSError):
        raise Invalid(DAMAGED, code="file_damaged") from None
    except NotImplementedError:
        raise Invalid(LOCKED, code="file_locked") from None


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Every object of the file, whether a page shows it or not."""
    numbers = [(number, generation) for generation, table in reader.xref.items() for number in table]
    numbers += [(number, 0) for number in reader.xref_objStm]
    if len(numbers) > MAX_OBJECTS:
        raise Invalid(HUGE, code="file_too_complicated")
    for number, generation in numbers:
        if number:
            yield reader.get_object(IndirectObject(number, generation, reader))


def _check_object(found: Any, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise Invalid(HUGE, code="file_too_complicated")
    if isinstance(found, DictionaryObject):
        if FORBIDDEN_KEYS & found.keys():
            raise Invalid(PROGRAM, code="file_active_content")
        if _name(found, "/S") in FORBIDDEN_ACTIONS or _name(found, "/Type") in FORBIDDEN_KINDS:
            raise Invalid(PROGRAM, code="file_active_content")
        if _name(found, "/Subtype") in FORBIDDEN_KINDS:
            raise Invalid(PROGRAM, code="file_active_content")
        for inner in found.values():
            _check_object(inner, depth + 1)
    elif isinstance(found, ArrayObject):
        for inner in found:
            _check_object(inner, depth + 1)


def _name(found: DictionaryObject, key: str) -> str:
    value = found.raw_get(key) if key in found else ""
    return value if isinstance(value, str) else ""


def _check_open_action(reader: PdfReader) -> None:
    action = reader.root_object.get("/OpenAction")
    action = action.get_object() if action is not None else None
    if isinstance(action, DictionaryObject) and action.get("/S") != "/GoTo":
        raise Invalid(PROGRAM, code="file_active_content")
