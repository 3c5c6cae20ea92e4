"""Excel out and in for the bulk completion: headings in words, cells as text, and back into the exchange's CSV."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext, gettext_lazy, override

from portal.core.errors import Invalid
from portal.core.files.types import check_type

MAX_ROWS = 50_000
HEADINGS = {
    "code": gettext_lazy("Item code"),
    "name": gettext_lazy("Name"),
    "department": gettext_lazy("Department"),
    "name_en": gettext_lazy("Name in English"),
    "kind": gettext_lazy("How it is decided"),
    "legal_days": gettext_lazy("Legal limit in working days"),
    "promised_days": gettext_lazy("Promised working days"),
    "fee_yuan": gettext_lazy("Fee in yuan"),
    "visits": gettext_lazy("Visits to the hall"),
    "online": gettext_lazy("Can be filed online"),
}
WIDTHS = (18, 46, 26, 40, 12, 12, 12, 12, 12, 12)


def workbook(rows: Iterable[list[str]], kinds: list[str]) -> bytes:
    """The file: one heading line, text cells (a name that begins with = stays a name), lists where words are fixed."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(gettext("Drafts"))
    head = book.add_format({"bold": True, "bg_color": "#EEF5FC", "bottom": 1})
    sheet.freeze_panes(1, 2)
    for column, (label, width) in enumerate(zip(HEADINGS.values(), WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, str(label), head)
    count = 0
    for count, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            sheet.write_string(count, column, str(cell))
    places = list(HEADINGS)
    for name, words in (("kind", kinds), ("online", [gettext("Yes"), gettext("No")])):
        place = places.index(name)
        sheet.data_validation(1, place, max(1, count), place, {"validate": "list", "source": words})
    book.close()
    return out.getvalue()


def as_csv(upload: Any) -> SimpleUploadedFile:
    """An uploaded .xlsx as the CSV that the exchange reads; a .csv (a mended error file) passes through.

    Raises Invalid with a sentence for the sender.
    """
    name = str(upload.name or "")
    if name.lower().endswith(".csv"):
        return SimpleUploadedFile(name, upload.read(), content_type="text/csv")
    check_type(upload.file, name=name, size=upload.size)
    if not name.lower().endswith(".xlsx"):
        raise Invalid(gettext_lazy("Please send the Excel file (.xlsx) of this page, or a mended error file (.csv)."))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for number, cells in enumerate(_cells(upload.file)):
        if number > MAX_ROWS:
            raise Invalid(gettext_lazy("This file has more than 50,000 rows. Please split it."))
        writer.writerow([_column(cell) for cell in cells] if number == 0 else cells)
    return SimpleUploadedFile(name.rsplit(".", 1)[0] + ".csv", out.getvalue().encode(), content_type="text/csv")


def _cells(content: Any) -> Iterable[list[str]]:
    import openpyxl

    content.seek(0)
    try:
        book = openpyxl.load_workbook(content, read_only=True, data_only=True)
        width = 0
        for row in book.worksheets[0].iter_rows(values_only=True):
            cells = [_as_text(cell) for cell in row]
            if not width:
                width = next((n for n in range(len(cells), 0, -1) if cells[n - 1]), 0)
            cells = (cells + [""] * width)[:width]
            if any(cells):
                yield cells
    except Invalid:
        raise
    except Exception as error:  # whatever a broken workbook makes the reader say
        raise Invalid(gettext_lazy("This Excel file cannot be read. Please save it again as .xlsx.")) from error


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _column(heading: str) -> str:
    """The column's name from its heading in either language; an unknown heading stays, and is reported."""
    for language in ("zh-hans", "en"):
        with override(language):
            for name, label in HEADINGS.items():
                if heading.strip() in {name, str(label)}:
                    return name
    return heading
