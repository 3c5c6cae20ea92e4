"""Writes the rows of a dataset into a file, row by row: the memory does not grow with the dataset.

CSV, NDJSON and JSON name the columns as the dictionary does; the workbook has their titles, and the dictionary as a
second sheet. A text is never a formula: a string cell in the workbook, an apostrophe in front in CSV.
"""

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from typing import IO, Any, Protocol

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.core.datasets import Column, Dataset, Value
from portal.core.exports.writers import CELL_CHARACTERS, EXCEL_BEGINS, SHEET_ROWS, harmless
from portal.core.time import ZONE

MIME = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NUMBER_FORMATS = {"integer": "0", "number": "General", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss"}
WIDTHS = {"integer": 12, "number": 12, "date": 12, "moment": 20, "boolean": 10}


class RowWriter(Protocol):
    """What writing a dataset needs of a format."""

    def row(self, values: Sequence[Value]) -> None: ...

    def close(self) -> None: ...


def as_json(value: Value) -> Any:
    """A value as JSON has it: days and moments as ISO 8601, moments with the offset of Shanghai."""
    if isinstance(value, dt.datetime):
        return value.astimezone(ZONE).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, dt.date) else value


def as_text(value: Value) -> str:
    """A value as CSV has it; nothing is an empty field."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    found = as_json(value)
    return harmless(value) if isinstance(value, str) else str(found)


class CsvRows:
    """UTF-8; a byte order mark in front only for who asks, so that Excel knows the characters."""

    def __init__(self, file: IO[bytes], dataset: Dataset, *, bom: bool = False) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig" if bom else "utf-8", newline="", write_through=True)
        self._csv = csv.writer(self._text, lineterminator="\r\n")  # RFC 4180
        self._csv.writerow([column.name for column in dataset.columns])

    def row(self, values: Sequence[Value]) -> None:
        self._csv.writerow([as_text(value) for value in values])

    def close(self) -> None:
        self._text.flush()
        self._text.detach()


class JsonRows:
    """Objects with the columns' names, one a line; for JSON they are one array."""

    def __init__(self, file: IO[bytes], dataset: Dataset, *, array: bool) -> None:
        self._file, self._array, self._first = file, array, True
        self._names = [column.name for column in dataset.columns]
        if array:
            file.write(b"[")

    def row(self, values: Sequence[Value]) -> None:
        found = {name: as_json(value) for name, value in zip(self._names, values, strict=True)}
        text = json.dumps(found, ensure_ascii=False)
        between = "" if self._first else ","
        self._file.write((f"{between}\n{text}" if self._array else f"{text}\n").encode())
        self._first = False

    def close(self) -> None:
        if self._array:
            self._file.write(b"\n]\n")


class WorkbookRows:
    """A workbook: the rows, on as many sheets as they need, and the dictionary."""

    def __init__(self, file: IO[bytes], dataset: Dataset, *, sheet_rows: int = SHEET_ROWS) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(file, options)
        self._dataset, self._sheet_rows = dataset, sheet_rows
        self._head = self._book.add_format({"bold": True, "bg_color": "#EEF5FC", "bottom": 1})
        self._formats = {kind: self._book.add_format({"num_format": text}) for kind, text in NUMBER_FORMATS.items()}
        self._sheets = 0
        self._next_sheet()

    def _next_sheet(self) -> None:
        self._sheets += 1
        name = pgettext("sheet", "Data")
        self._sheet = self._book.add_worksheet(name if self._sheets == 1 else f"{name} {self._sheets}")
        self._sheet.freeze_panes(1, 0)
        for number, column in enumerate(self._dataset.columns):
            title = str(column.title)
            self._sheet.set_column(number, number, WIDTHS.get(column.type, max(16, min(40, 2 * len(title) + 3))))
            self._sheet.write_string(0, number, title, self._head)
        self._row = 0

    def row(self, values: Sequence[Value]) -> None:
        if self._row + 1 >= self._sheet_rows:
            self._next_sheet()
        self._row += 1
        for number, (column, value) in enumerate(zip(self._dataset.columns, values, strict=True)):
            if value is not None:
                self._cell(number, column, value)

    def _cell(self, number: int, column: Column, value: Value) -> None:
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, number, value)
        elif isinstance(value, int | float):
            self._sheet.write_number(self._row, number, value, self._formats.get(column.type))
        elif isinstance(value, dt.datetime):
            local = value.astimezone(ZONE).replace(tzinfo=None)
            self._sheet.write_datetime(self._row, number, local, self._formats["moment"])
        elif isinstance(value, dt.date) and value >= EXCEL_BEGINS:
            self._sheet.write_datetime(self._row, number, value, self._formats["date"])
        else:
            self._sheet.write_string(self._row, number, str(value)[:CELL_CHARACTERS])

    def close(self) -> None:
        sheet = self._book.add_worksheet(pgettext("open data", "Dictionary"))
        for number, width in enumerate((24, 30, 12, 14, 80)):
            sheet.set_column(number, number, width)
        heads = (
            _("Column"),
            pgettext("of a column", "Title"),
            _("Type"),
            pgettext("of a column", "Unit"),
            pgettext("of a column", "Note"),
        )
        for number, text in enumerate(heads):
            sheet.write_string(0, number, str(text), self._head)
        for line, column in enumerate(self._dataset.columns, start=1):
            cells = (column.name, column.title, column.type, column.unit, note_of(column))
            for number, cell in enumerate(cells):
                sheet.write_string(line, number, str(cell))
        self._book.close()


def note_of(column: Column) -> str:
    """The note of the dictionary, with the codes and what they mean behind it."""
    codes = _("; ").join(f"{code} = {meaning}" for code, meaning in column.codes.items())
    return " ".join(part for part in (str(column.note), codes) if part)


def writer_for(format: str, file: IO[bytes], dataset: Dataset, *, bom: bool = False) -> RowWriter:
    """Raises KeyError for a format that does not exist."""
    if format == "csv":
        return CsvRows(file, dataset, bom=bom)
    if format in {"json", "ndjson"}:
        return JsonRows(file, dataset, array=format == "json")
    if format == "xlsx":
        return WorkbookRows(file, dataset)
    raise KeyError(format)


class TooManyRows(Exception):
    """The dataset has more rows than somebody should wait for."""


def write_rows(
    dataset: Dataset, rows: Iterable[tuple[Value, ...]], format: str, file: IO[bytes], *,
    bom: bool = False, most: int | None = None,
) -> tuple[int, str]:  # fmt: skip
    """Write all rows; returns how many, and a digest of them.

    Raises TooManyRows past `most`, ValueError for a row that does not fit the columns.
    """
    writer = writer_for(format, file, dataset, bom=bom)
    seen = Seen()
    for values in rows:
        if len(values) != len(dataset.columns):
            raise ValueError(f"{dataset.code}: a row of {len(values)} values for {len(dataset.columns)} columns")
        if most is not None and seen.rows >= most:
            raise TooManyRows
        writer.row(values)
        seen.add(values)
    writer.close()
    return seen.rows, seen.digest


class Seen:
    """Counts rows and takes their digest on the way."""

    def __init__(self) -> None:
        self.rows = 0
        self._digest = hashlib.blake2b(digest_size=15)

    def add(self, values: Sequence[Value]) -> None:
        self.rows += 1
        self._digest.update(json.dumps([as_json(value) for value in values], ensure_ascii=False).encode())

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()
