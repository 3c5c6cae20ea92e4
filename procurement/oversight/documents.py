"""Reading a bid's document: who made it, on which machine, whom it names, which items it prices. Bytes in, facts out.

PDF (metadata and text), .docx (properties and text) and .xlsx (properties and a bill of quantities) are read; anything
else, and whatever is damaged, counts as unread: no trace is no proof of anything.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from docx import Document as WordDocument
from openpyxl import load_workbook
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from portal.core.errors import Invalid
from portal.core.identity import check_resident_number

MOST_BYTES = 60 * 1024 * 1024
MOST_PAGES = 400
MOST_CHARACTERS = 2_000_000
MOST_ITEMS = 5_000
MOST_UNPACKED = 200 * 1024 * 1024
# What programs write as the author when nobody gave a name: shared by everybody, so it says nothing.
NOBODY = frozenset(
    {"", "administrator", "admin", "user", "users", "windows user", "microsoft office user", "microsoft", "wps",
     "wps office", "lenovo", "dell", "hp", "pc", "unknown", "python-docx", "openpyxl", "typst", "微软用户", "用户",
     "作者", "未知"}
)  # fmt: skip
_MACHINE_KEY = re.compile(
    r"machine|mac.?addr|hardware|harddisk|disk.?serial|cpu.?id|computer|机器码|网卡|硬盘|加密锁", re.I
)
_RESIDENT = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])")
_DAMAGED = (
    PyPdfError, ParseError, zipfile.BadZipFile, ValueError, TypeError, KeyError, IndexError, AttributeError,
    RecursionError, OSError, NotImplementedError,
)  # fmt: skip
CODE_HEADS = ("项目编码", "清单编码", "编号", "编码", "序号", "item", "code")
QUANTITY_HEADS = ("工程量", "数量", "quantity")
PRICE_HEADS = ("综合单价", "单价", "unit price")
AMOUNT_HEADS = ("合价", "合计", "金额", "总价", "amount")
Items = dict[str, list[Any]]


@dataclass
class Content:
    """What one document gave. `items`: code -> [quantity as written, unit price in fen, amount in fen]."""

    readable: bool = True
    authors: set[str] = field(default_factory=set)
    machines: set[str] = field(default_factory=set)
    text: str = ""
    items: Items = field(default_factory=dict)

    def residents(self) -> set[str]:
        """The resident numbers in the text whose check character is right."""
        found = set()
        for match in _RESIDENT.finditer(self.text):
            try:
                check_resident_number(match.group())
            except Invalid:
                continue
            found.add(match.group().upper())
        return found

    def names(self, *words: str) -> bool:
        """Whether the text names one of the words, blanks aside: lines break anywhere in a PDF."""
        flat = re.sub(r"\s+", "", self.text)
        return any(word and re.sub(r"\s+", "", word) in flat for word in words)


def read(content: IO[bytes], size: int) -> Content:
    """Everything that can be read out of a document; `readable` is False where nothing can."""
    if size > MOST_BYTES:
        return Content(readable=False)
    head = content.read(5)
    content.seek(0)
    try:
        if head == b"%PDF-":
            return _pdf(content)
        if head.startswith(b"PK\x03\x04"):
            return _office(content)
    except _DAMAGED:
        return Content(readable=False)
    return Content(readable=False)


def _pdf(content: IO[bytes]) -> Content:
    reader = PdfReader(content, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return Content(readable=False)
    found = Content()
    for key, value in (reader.metadata or {}).items():
        _property(found, key.removeprefix("/"), str(value))
    text, length = [], 0
    for page in reader.pages[:MOST_PAGES]:
        text.append(page.extract_text())
        length += len(text[-1])
        if length > MOST_CHARACTERS:
            break
    found.text = "\n".join(text)
    return found


def _office(content: IO[bytes]) -> Content:
    with zipfile.ZipFile(content) as packed:
        names = set(packed.namelist())
        if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
            return Content(readable=False)
    content.seek(0)
    if "word/document.xml" in names:
        return _word(content)
    return _sheet(content) if "xl/workbook.xml" in names else Content(readable=False)


def _word(content: IO[bytes]) -> Content:
    document = WordDocument(content)
    found = Content()
    for value in (document.core_properties.author, document.core_properties.last_modified_by):
        _property(found, "Author", value or "")
    lines = [one.text for one in document.paragraphs]
    for table in document.tables:
        lines += [cell.text for row in table.rows for cell in row.cells]
    found.text = "\n".join(lines)[:MOST_CHARACTERS]
    return found


def _sheet(content: IO[bytes]) -> Content:
    book = load_workbook(content, read_only=True, data_only=True)
    found = Content()
    for value in (book.properties.creator, book.properties.lastModifiedBy):
        _property(found, "Author", value or "")
    for one in book.custom_doc_props.props:
        _property(found, one.name or "", str(one.value or ""))
    lines: list[str] = []
    for sheet in book.worksheets:
        rows = list(sheet.iter_rows(values_only=True, max_row=MOST_ITEMS, max_col=40))
        lines += [" ".join(str(cell) for cell in row if cell is not None) for row in rows]
        found.items.update(_items(rows))
    found.text = "\n".join(lines)[:MOST_CHARACTERS]
    return found


def _property(found: Content, name: str, value: str) -> None:
    value = value.replace("\0", "").strip()[:200]
    if name in ("Author", "LastModifiedBy") and value.casefold() not in NOBODY:
        found.authors.add(value)
    elif _MACHINE_KEY.search(name) and len(value) >= 6:
        found.machines.add(value.upper())


# --- the bill of quantities ---------------------------------------------------------------------------------------------


def _items(rows: list[tuple[Any, ...]]) -> Items:
    """The priced lines below the first row whose heads name code, quantity, unit price and amount."""
    found: Items = {}
    columns: dict[str, int] | None = None
    for row in rows:
        if columns is None:
            columns = _columns(row)
            continue
        code, quantity, price, amount = (row[columns[name]] for name in ("code", "quantity", "price", "amount"))
        whole = (_number(quantity), _number(price), _number(amount))
        if code is not None and all(one is not None for one in whole):
            quantity_text, unit, total = whole
            found[str(code).strip()[:60]] = [str(quantity_text), _fen(unit), _fen(total)]
    return found


def _columns(row: tuple[Any, ...]) -> dict[str, int] | None:
    heads = [str(cell or "").strip().casefold() for cell in row]
    wanted = {"code": CODE_HEADS, "quantity": QUANTITY_HEADS, "price": PRICE_HEADS, "amount": AMOUNT_HEADS}
    found = {name: place for name, words in wanted.items() if (place := _place(heads, words)) is not None}
    return found if len(found) == len(wanted) else None


def _place(heads: list[str], words: tuple[str, ...]) -> int | None:
    """The column of the first word that a head contains; the more special words stand first."""
    return next((place for word in words for place, head in enumerate(heads) if word in head), None)


def _number(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value).replace(",", "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 14 else None


def _fen(yuan: Any) -> int:
    return int((yuan * 100).to_integral_value())


def wrong_sums(items: Items) -> dict[str, int]:
    """The lines whose amount is not quantity times unit price, with the amount that stands there; a fen is rounding."""
    return {code: amount for code, quantity, price, amount in _lines(items) if abs(quantity * price - amount) > 1}


def _lines(items: Items) -> Iterator[tuple[str, Decimal, int, int]]:
    for code, (quantity, price, amount) in items.items():
        yield code, Decimal(quantity), price, amount
