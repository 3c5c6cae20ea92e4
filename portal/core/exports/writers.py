"""Writes rows into an Excel workbook or a CSV file, row by row: the memory does not grow with the list.

Every cell is written as its kind. A text is never a formula: Excel gets it as a string cell, and in CSV, which has no
kinds, a text that a spreadsheet would take for a formula begins with an apostrophe.
"""

import csv
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import IO, Any, Protocol

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.core.exports.registry import Column
from portal.core.time import ZONE

SHEET_ROWS = 1_048_576  # of the file format, the head included
CELL_CHARACTERS = 32_767
EXCEL_BEGINS = dt.date(1900, 3, 1)  # before it Excel counts a day that never was
FORMULA = re.compile(r"^[\s]*[=+\-@\t\r]")
FORMATS = {
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
    "integer": "#,##0",
    "decimal": "#,##0.0",
    "money": "#,##0.00",
    "percent": "0.0%",
}
WIDTHS = {"date": 12, "moment": 17, "integer": 10, "decimal": 10, "money": 14, "percent": 10}
TEXT_WIDTH = 24
About = Sequence[tuple[str, str]]


class Writer(Protocol):
    """What the job needs of a format."""

    extension: str
    mime: str

    def row(self, values: Sequence[Any]) -> None: ...

    def total(self, values: Sequence[Any]) -> None: ...

    def close(self, about: About) -> None: ...


def plain(kind: str, value: Any) -> Any:
    """The value as its kind has it, local time without a zone, yuan instead of fen; None for nothing."""
    if value is None or value == "":
        return None
    if kind == "moment":
        return value.astimezone(ZONE).replace(tzinfo=None)
    if kind == "date":
        return value.astimezone(ZONE).date() if isinstance(value, dt.datetime) else value
    if kind == "money":
        return Decimal(value) / 100
    return value if kind != "text" else str(value)


class ExcelWriter:
    """A workbook whose first sheet says what it is; a list longer than a sheet goes on in the next one."""

    extension = "xlsx"
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def __init__(self, path: str, title: str, columns: Sequence[Column], *, sheet_rows: int = SHEET_ROWS) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(path, options)
        self._columns, self._title, self._sheet_rows = columns, title, sheet_rows
        self._bold = self._book.add_format({"bold": True, "bg_color": "#EEF5FC", "bottom": 1})
        self._formats = {kind: self._book.add_format({"num_format": code}) for kind, code in FORMATS.items()}
        self._sums = {
            kind: self._book.add_format({"num_format": FORMATS.get(kind, "General"), "bold": True, "top": 1})
            for kind in (*FORMATS, "text")
        }
        self._total: Sequence[Any] | None = None
        self._wrap = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._about = self._book.add_worksheet(pgettext("sheet", "About"))
        self._sheets = 0
        self._next_sheet()

    def _next_sheet(self) -> None:
        self._sheets += 1
        name = pgettext("sheet", "Data") if self._sheets == 1 else f"{pgettext('sheet', 'Data')} {self._sheets}"
        self._sheet = self._book.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        for number, column in enumerate(self._columns):
            title = str(column.title)
            width = WIDTHS.get(column.kind, TEXT_WIDTH)
            self._sheet.set_column(number, number, max(width, min(40, 2 * len(title) + 3)))
            self._sheet.write_string(0, number, title, self._bold)
        self._row = 0

    def row(self, values: Sequence[Any]) -> None:
        """One row, its values in the order of the columns."""
        self._write(values, self._formats)

    def total(self, values: Sequence[Any]) -> None:
        """The sum of all rows, bold below the last one; a filter of the reader never hides it."""
        self._total = values

    def _write(self, values: Sequence[Any], formats: Mapping[str, Any]) -> None:
        if self._row + 1 >= self._sheet_rows:
            self._end_sheet()
            self._next_sheet()
        self._row += 1
        for number, (column, value) in enumerate(zip(self._columns, values, strict=True)):
            self._cell(number, column.kind, plain(column.kind, value), formats.get(column.kind))

    def _cell(self, number: int, kind: str, value: Any, form: Any) -> None:
        if value is None:
            return
        if kind == "text":
            self._sheet.write_string(self._row, number, value[:CELL_CHARACTERS], form)
        elif kind in {"date", "moment"}:
            if (value.date() if isinstance(value, dt.datetime) else value) < EXCEL_BEGINS:
                self._sheet.write_string(self._row, number, str(value))
            else:
                self._sheet.write_datetime(self._row, number, value, form)
        else:
            self._sheet.write_number(self._row, number, value, form)

    def _end_sheet(self) -> None:
        self._sheet.autofilter(0, 0, self._row, max(len(self._columns) - 1, 0))

    def close(self, about: About) -> None:
        """Write the first sheet and finish the file."""
        self._end_sheet()
        if self._total is not None:
            self._write(self._total, self._sums)
        self._about.set_column(0, 0, 22)
        self._about.set_column(1, 1, 80)
        self._about.write_string(0, 0, self._title, self._book.add_format({"bold": True, "font_size": 16}))
        for number, (label, text) in enumerate(about, start=2):
            self._about.write_string(number, 0, label, self._bold)
            self._about.write_string(number, 1, text, self._wrap)
        self._sheet.activate()
        self._book.close()


class CsvWriter:
    """UTF-8 with a byte order mark, so that Excel knows the characters; days and moments as ISO 8601."""

    extension = "csv"
    mime = "text/csv; charset=utf-8"

    def __init__(self, path: str, title: str, columns: Sequence[Column]) -> None:
        self._file: IO[str] = open(path, "w", encoding="utf-8-sig", newline="")  # noqa: SIM115 - closed in close()
        self._columns = columns
        self._csv = csv.writer(self._file)
        self._csv.writerow([harmless(str(column.title)) for column in columns])

    def row(self, values: Sequence[Any]) -> None:
        self._csv.writerow([_text(c.kind, plain(c.kind, v)) for c, v in zip(self._columns, values, strict=True)])

    def total(self, values: Sequence[Any]) -> None:
        """Nothing: the file holds the rows alone, because another program reads it."""

    def close(self, about: About) -> None:
        """The same for what the list is about."""
        self._file.close()


def harmless(text: str) -> str:
    """A text that a spreadsheet would run gets an apostrophe in front."""
    return f"'{text}" if FORMULA.match(text) else text


def _text(kind: str, value: Any) -> str:
    if value is None:
        return ""
    if kind == "text":
        return harmless(value)
    if kind == "money":
        return f"{value:.2f}"
    if kind == "moment":
        return str(value.isoformat(sep=" ", timespec="minutes"))
    return value.isoformat() if kind == "date" else str(value)


# Format → what makes a writer of a path, a title and columns; an app brings the writer of a format of its own.
WRITERS: dict[str, Any] = {"xlsx": ExcelWriter, "csv": CsvWriter}


def register_writer(format: str, writer: Any) -> None:
    """Called in an app's `ready()`: lists that name this format are written so."""
    WRITERS[format] = writer


def yes_no(value: bool | None) -> str:
    """For columns that are either or: words instead of TRUE and FALSE."""
    if value is None:
        return ""
    return _("Yes") if value else _("No")
