"""The files themselves: typed cells, no formulas, several sheets, and a first sheet that says what it is."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from openpyxl import load_workbook

from portal.core.exports.registry import Column
from portal.core.exports.writers import CELL_CHARACTERS, CsvWriter, ExcelWriter, harmless

pytestmark = pytest.mark.once

COLUMNS = [
    Column("文本", "t"),
    Column("Day", "d", "date"),
    Column("Moment", "m", "moment"),
    Column("Days", "n", "integer"),
    Column("Fee", "f", "money"),
    Column("Rate", "r", "percent"),
]
ROW = [
    '=HYPERLINK("http://x","y")',
    dt.date(2026, 11, 22),
    dt.datetime(2026, 11, 22, 1, 30, tzinfo=dt.UTC),
    5,
    123456,
    0.9876,
]


def excel(path: Path, rows: list[list[object]], **more: int) -> Path:
    target = path / "list.xlsx"
    writer = ExcelWriter(str(target), "清单", COLUMNS, **more)
    for row in rows:
        writer.row(row)
    writer.close([("Filters", "none"), ("Rows", str(len(rows)))])
    return target


def test_every_cell_has_its_kind_and_a_text_is_never_a_formula(tmp_path):
    book = load_workbook(excel(tmp_path, [ROW]))
    sheet = book.worksheets[1]
    cells = list(sheet[2])
    assert [cell.data_type for cell in cells] == ["s", "d", "d", "n", "n", "n"]
    assert cells[0].value == ROW[0], "the text as it is, in a cell of text"
    assert cells[1].value == dt.datetime(2026, 11, 22)
    assert cells[2].value == dt.datetime(2026, 11, 22, 9, 30), "the time of Shanghai"
    assert (cells[3].value, cells[4].value, cells[5].value) == (5, 1234.56, 0.9876)
    assert (cells[4].number_format, cells[5].number_format) == ("#,##0.00", "0.0%")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "{=1}", "https://example.org", "0012", "\x07bell"])
def test_no_text_becomes_anything_else(tmp_path, text):
    cell = load_workbook(excel(tmp_path, [[text, None, None, None, None, None]])).worksheets[1]["A2"]
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert str(cell.value).replace("_x0007_", "\x07") == text


def test_the_head_is_frozen_and_filtered_and_the_first_sheet_tells_what_it_is(tmp_path):
    book = load_workbook(excel(tmp_path, [ROW, ROW]))
    about, data = book.worksheets
    assert (data.freeze_panes, data.auto_filter.ref) == ("A2", "A1:F3")
    assert about["A1"].value == "清单"
    assert {about.cell(row, 1).value: about.cell(row, 2).value for row in (3, 4)} == {"Filters": "none", "Rows": "2"}


def test_a_list_longer_than_a_sheet_goes_on_in_the_next(tmp_path):
    rows = [[str(n), None, None, n, None, None] for n in range(7)]
    book = load_workbook(excel(tmp_path, rows, sheet_rows=4))
    sheets = book.worksheets[1:]
    assert [sheet.max_row for sheet in sheets] == [4, 4, 2]
    assert [row[3].value for sheet in sheets for row in sheet.iter_rows(min_row=2)] == list(range(7))
    assert all(sheet["A1"].value == "文本" for sheet in sheets)


def test_an_empty_list_is_a_workbook_with_its_head(tmp_path):
    sheet = load_workbook(excel(tmp_path, [])).worksheets[1]
    assert (sheet.max_row, sheet["B1"].value) == (1, "Day")


def test_what_excel_cannot_hold_is_cut_or_written_as_text(tmp_path):
    long, old = "长" * (CELL_CHARACTERS + 5), dt.date(1899, 5, 4)
    sheet = load_workbook(excel(tmp_path, [[long, old, None, None, None, None]])).worksheets[1]
    assert len(sheet["A2"].value) == CELL_CHARACTERS
    assert sheet["B2"].value == "1899-05-04"


def test_csv_is_for_machines_and_harmless_in_a_spreadsheet(tmp_path):
    target = tmp_path / "list.csv"
    writer = CsvWriter(str(target), "清单", COLUMNS)
    writer.row(ROW)
    writer.row(["张三", None, None, None, None, None])
    writer.close([])
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(target.read_text("utf-8-sig").splitlines()))
    assert rows[1] == ["'" + str(ROW[0]), "2026-11-22", "2026-11-22 09:30", "5", "1234.56", "0.9876"]
    assert rows[2] == ["张三", "", "", "", "", ""]


@pytest.mark.parametrize(("text", "written"), [("-5", "'-5"), (" =1", "' =1"), ("a=1", "a=1"), ("", "")])
def test_only_what_would_run_gets_an_apostrophe(text, written):
    assert harmless(text) == written


def test_the_sum_stands_bold_below_the_rows_and_outside_the_filter(tmp_path):
    target = tmp_path / "list.xlsx"
    writer = ExcelWriter(str(target), "清单", COLUMNS)
    writer.row(ROW)
    writer.total(["合计", None, None, 5, 123456, None])
    writer.close([])
    sheet = load_workbook(target).worksheets[1]
    last = list(sheet[3])
    assert (last[0].value, last[3].value, last[4].value, last[5].value) == ("合计", 5, 1234.56, None)
    assert last[0].font.bold and last[4].font.bold and last[4].number_format == "#,##0.00"
    assert sheet.auto_filter.ref == "A1:F2"


def test_the_sum_begins_a_sheet_of_its_own_where_the_last_one_is_full(tmp_path):
    target = tmp_path / "list.xlsx"
    writer = ExcelWriter(str(target), "清单", COLUMNS, sheet_rows=3)
    for _row in range(2):
        writer.row(ROW)
    writer.total(["合计", None, None, 10, None, None])
    writer.close([])
    sheets = load_workbook(target).worksheets
    assert [sheet.max_row for sheet in sheets[1:]] == [3, 2]
    assert sheets[2]["D2"].value == 10


def test_csv_holds_the_rows_alone(tmp_path):
    target = tmp_path / "list.csv"
    writer = CsvWriter(str(target), "清单", COLUMNS)
    writer.row(ROW)
    writer.total(["合计", None, None, 5, 123456, None])
    writer.close([])
    assert len(target.read_text(encoding="utf-8-sig").splitlines()) == 2
