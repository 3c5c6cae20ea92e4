"""Setting a paper: data in, PDF out, by typst with our own fonts only; the same data gives the same bytes."""

import datetime as dt
import functools
import hashlib
import io
import json
import struct
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import segno
import typst
from django.conf import settings

from portal.core.documents import signing
from portal.core.documents.letters import ORIGINAL, Letter
from portal.core.models.documents import Document
from portal.core.numbers import QUERY_LENGTH

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
LETTER, CERTIFICATE = "letter", "certificate"  # the layouts, each a file of typst
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]  # for archives, and readable by screen readers
SIZE_POINTS = {"zh": 13, "en": 10.5}
# What is set without a glyph of its own.
INVISIBLE = frozenset("\n\r\t\u200b\u200d\ufeff")
NOTICE_OF_COPY = {
    "en": "Reading copy. It renders the Chinese paper of the same number for your information; the Chinese paper alone"
    " is authentic and has legal effect."
}
FOOT = {
    "zh": (
        "核验码：{code}。扫描右侧二维码，或者登录 {site}/check/ 输入文号和核验码，可以查看本文书的真实内容和效力状态。",
        "本文书与核验页面显示的内容不一致的，以核验页面为准。",
    ),
    "en": (
        "Check code: {code}. To check this paper, scan the code or open {site}/check/ and enter number and check code.",
        "Where the page of the check says otherwise than this paper, the page counts.",
    ),
}
PAGE_OF = {"zh": "{number}　第 {{n}} 页，共 {{m}} 页", "en": "{number}, page {{n}} of {{m}}"}
QR_WORDS = {"zh": "核验二维码，核验码 {code}", "en": "QR code of the check, check code {code}"}
MARK = {"zh": "示范文书　不具有法律效力", "en": "Demonstration, without legal effect"}
CHECK_WORD = {"zh": "核验码", "en": "Check code"}


class Unprintable(Exception):
    """The fonts lack characters of this paper; printing it would show empty boxes."""

    def __init__(self, characters: str) -> None:
        self.characters = characters
        super().__init__(" ".join(f"{one} (U+{ord(one):04X})" for one in characters))


@dataclass(frozen=True)
class Made:
    """A finished PDF."""

    content: bytes
    sha256: str
    pages: int
    signed_by: str = ""


def typeset(document: Document, language: str = ORIGINAL) -> Made:
    """The PDF of a paper in a language. Raises Unprintable, KeyError for a language that it was not written in."""
    told = sheet(document, language)
    if lacking := lacks(told):
        raise Unprintable(lacking)
    layout = str(json.loads(document.data).get("layout", LETTER))
    content = _compile(json.dumps(told, ensure_ascii=False), int(document.issued_at.timestamp()), layout)
    return Made(content, hashlib.sha256(content).hexdigest(), _count_pages(content))


def sheet(document: Document, language: str) -> dict[str, Any]:
    """Everything that the layout sets, from the row alone."""
    kept = json.loads(document.data)
    letter = kept["letters"][language]
    original = language == ORIGINAL
    words = {"site": kept["site"], "code": spaced(document.check_code)}
    seal = kept["seal"] if original else ""
    return {
        **letter,
        "lang": language,
        "size": SIZE_POINTS[language],
        "number": document.number,
        "day": [document.issued_on.year, document.issued_on.month, document.issued_on.day],
        "contact": [*letter["contact"], f"{CHECK_WORD[language]}{'：' if original else ': '}{words['code']}"],
        "foot": [line.format(**words) for line in FOOT[language]],
        "page_of": PAGE_OF[language].format(number=document.number),
        "qr": qr_code(f"{kept['site']}/check/{document.pk}/{document.check_code}/"),
        "qr_alt": QR_WORDS[language].format(**words),
        "mark": MARK[language] if kept["demo"] else "",
        "notice": NOTICE_OF_COPY.get(language, ""),
        "seal": {"words": document.authority, "below": seal, "mark": "示范" if kept["demo"] else ""} if seal else None,
        "seal_alt": f"{document.authority}{seal}" if seal else "",
        "landscape": bool(kept.get("landscape")),
        "holder": document.holder,
    }


def typeset_form(letter: Letter, *, reference: str, foot: Sequence[str], code: str, day: dt.date) -> bytes:
    """A form to be printed and signed by hand, in the original's language: no number, no seal, kept nowhere.

    `reference` stands where a paper has its number, `code` in the square beside the foot. Raises Unprintable.
    """
    told = {
        **letter.as_data(), "lang": ORIGINAL, "size": SIZE_POINTS[ORIGINAL], "number": reference,
        "day": [day.year, day.month, day.day], "foot": list(foot),
        "page_of": PAGE_OF[ORIGINAL].format(number=reference), "qr": qr_code(code), "qr_alt": reference,
        "mark": MARK[ORIGINAL] if settings.DEMO else "", "notice": "", "seal": None, "seal_alt": "",
        "landscape": False, "holder": "",
    }  # fmt: skip
    if lacking := lacks(told):
        raise Unprintable(lacking)
    timestamp = int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())
    return _compile(json.dumps(told, ensure_ascii=False), timestamp)


def spaced(code: str) -> str:
    """8F3K22QX → 8F3K-22QX."""
    half = QUERY_LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


def qr_code(text: str) -> str:
    """An SVG of the code; square modules, so that it prints sharp at any size."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", xmldecl=False, border=1, omitsize=True)
    return out.getvalue().decode()


# --- the typesetter -----------------------------------------------------------------------------------------------------

_lock = threading.Lock()


@functools.cache
def _compiler(layout: str) -> typst.Compiler:
    """One for the process and the layout: it keeps the fonts in memory. No system fonts, no packages from anywhere."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(str(HERE / f"{layout}.typ"), root=str(HERE), font_paths=fonts, ignore_system_fonts=True)


def _compile(data: str, timestamp: int, layout: str = LETTER) -> bytes:
    with _lock:  # the compiler keeps its inputs between calls
        made = _compiler(layout).compile(
            format="pdf", sys_inputs={"data": data}, pdf_standards=[*STANDARDS], timestamp=timestamp
        )
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


@functools.cache
def made_with() -> str:
    """Typesetter and layout: as long as this stays the same, so do the bytes."""
    layouts = b"".join((HERE / f"{layout}.typ").read_bytes() for layout in (LETTER, CERTIFICATE))
    digest = hashlib.sha256(layouts + (FONTS / "MANIFEST.json").read_bytes()).hexdigest()
    return f"typst {version('typst')} {digest[:12]}"


def signed(made: Made, document: Document) -> Made:
    """The same PDF with the centre's signature, where a key is named. Raises KeyUnusable."""
    found = signing.sign(made.content, reason=document.number, place=document.authority)
    if not found.by:
        return made
    return Made(found.content, hashlib.sha256(found.content).hexdigest(), made.pages, found.by)


def _count_pages(content: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(content)).pages)


# --- which characters the fonts have --------------------------------------------------------------------------------


def lacks(told: Any) -> str:
    """The characters of a sheet that one of the fonts has no glyph for, each once; the SVG of the code is no text."""
    wanted: set[str] = set()
    for text in _texts({name: value for name, value in told.items() if name != "qr"}):
        wanted.update(text)
    return "".join(sorted(one for one in wanted - INVISIBLE if ord(one) not in covered()))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


@functools.cache
def covered() -> frozenset[int]:
    """The code points that every font of ours can show."""
    found = [_code_points(path.read_bytes()) for path in sorted(FONTS.glob("*.ttf"))]
    return frozenset(found[0].intersection(*found[1:]))


def _code_points(font: bytes) -> frozenset[int]:
    """The code points of a font's character map (OpenType cmap, format 12)."""
    count = struct.unpack_from(">H", font, 4)[0]
    tables = {font[12 + 16 * n : 16 + 16 * n]: struct.unpack_from(">I", font, 20 + 16 * n)[0] for n in range(count)}
    start = tables[b"cmap"]
    for n in range(struct.unpack_from(">H", font, start + 2)[0]):
        table = start + struct.unpack_from(">I", font, start + 8 + 8 * n)[0]
        if struct.unpack_from(">H", font, table)[0] == 12:
            groups = struct.unpack_from(">I", font, table + 12)[0]
            ranges = (struct.unpack_from(">III", font, table + 16 + 12 * group) for group in range(groups))
            return frozenset(point for first, last, _glyph in ranges for point in range(first, last + 1))
    raise ValueError("a font without a full character map")
