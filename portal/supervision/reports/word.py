"""The report as a Word document: the usual layout of an official report, with tables and charts as pictures."""

import io
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from portal.core.centre import centre
from portal.core.templatetags.portal import day
from portal.supervision.reports import standing
from portal.supervision.reports.figures import CLOSING, SECTIONS
from portal.supervision.reports.models import Report, ReportText
from portal.supervision.reports.pictures import png

WIDTH, FIRST_OF_FEW, MANY_COLUMNS = Cm(15.6), Cm(6), 5
MOST_NARROW = "\u2e80"  # what comes from here on is as wide as it is high
SHORT_TABLE = 14  # rows that stay on one page; a longer one leaves no page with less than three
NUMERALS = "一二三四五六七八九十"
BODY, HEADING, TITLE = "仿宋", "黑体", "方正小标宋简体"


def document(report: Report, text: ReportText) -> bytes:
    """The file's content, in the language that is active."""
    paper = Document()
    _page(paper)
    _heading(paper, report)
    for part in standing.paragraphs(text.paragraphs.get("opening", ""), report):
        _paragraph(paper, part)
    for number, section in enumerate(standing.sections(report, text.paragraphs)):
        _section(paper, section, number, compared=report.data["then"] is not None)
        if section.key == "approvals" and report.data["departments"]:
            _departments(paper, report)
    closing = standing.paragraphs(text.paragraphs.get("closing", ""), report)
    if closing:
        _title(paper, len(SECTIONS), str(CLOSING))
    for part in closing:
        _paragraph(paper, part)
    _signature(paper, report)
    file = io.BytesIO()
    paper.save(file)
    return file.getvalue()


def _page(paper: Any) -> None:
    """A4 with the margins of official papers (GB/T 9704), body in 16 points."""
    sheet = paper.sections[0]
    sheet.page_width, sheet.page_height = Cm(21), Cm(29.7)
    sheet.top_margin, sheet.bottom_margin = Cm(3.7), Cm(3.5)
    sheet.left_margin, sheet.right_margin = Cm(2.8), Cm(2.6)
    _page_number(sheet)
    style = paper.styles["Normal"]
    style.font.size = Pt(16 if _chinese() else 11)
    _font(style, BODY)


def _page_number(sheet: Any) -> None:
    """— 1 —, counted by whoever opens the document."""
    paragraph = sheet.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, "— ", size=14)
    field = paragraph._p.makeelement(qn("w:fldSimple"), {qn("w:instr"): "PAGE"})
    paragraph._p.append(field)
    number = _run(paragraph, "1", size=14)
    field.append(number._r)
    _run(paragraph, " —", size=14)


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _font(style_or_run: Any, name: str) -> None:
    """A Chinese font needs its own attribute; Latin letters and digits stand in Times."""
    style_or_run.font.name = "Times New Roman"
    properties = style_or_run.element.get_or_add_rPr() if hasattr(style_or_run.element, "get_or_add_rPr") else None
    if properties is None:
        properties = style_or_run._element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _run(paragraph: Any, text: str, *, size: float | None = None, font: str = BODY, bold: bool = False) -> Any:
    run = paragraph.add_run(text)
    run.bold = bold
    run.font.color.rgb = RGBColor(0, 0, 0)
    if size:
        run.font.size = Pt(size)
    _font(run, font)
    return run


def _heading(paper: Any, report: Report) -> None:
    paragraph = paper.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, report.title, size=22, font=TITLE)
    note = paper.add_paragraph()
    note.alignment = WD_ALIGN_PARAGRAPH.CENTER
    whose = report.department.display_name if report.department else centre().centre_name
    _run(note, f"{whose}　{day(report.first)} – {day(report.last)}", size=14 if _chinese() else 11)


def _paragraph(paper: Any, part: list[standing.Piece]) -> Any:
    paragraph = paper.add_paragraph()
    shape = paragraph.paragraph_format
    shape.first_line_indent = Pt(32) if _chinese() else None
    shape.line_spacing = Pt(28) if _chinese() else 1.3
    shape.space_after = Pt(0 if _chinese() else 6)
    _run(paragraph, "".join(piece.text for piece in part))
    return paragraph


def _title(paper: Any, number: int, title: str) -> None:
    heading = paper.add_heading(level=1)
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(14), Pt(6)
    title = f"{NUMERALS[number]}、{title}" if _chinese() else f"{number + 1}. {title}"
    _run(heading, title, size=16 if _chinese() else 14, font=HEADING)


def _section(paper: Any, section: standing.Section, number: int, *, compared: bool) -> None:
    _title(paper, number, str(section.title))
    for part in section.pieces:
        last = _paragraph(paper, part)
        if part is section.pieces[-1]:
            last.paragraph_format.space_after = Pt(8)
    if section.lines and not section.is_empty:
        _figures(paper, section, compared=compared)
    for one in section.tables:
        rows = [[row.name, *(cell.text for cell in row.cells)] for row in (*one.rows, one.whole)]
        _captioned(paper, one.title, [one.first, *one.head], rows, totalled=True)
    for chart in section.charts:
        picture = paper.add_paragraph()
        picture.alignment = WD_ALIGN_PARAGRAPH.CENTER
        shape = picture.add_run().add_picture(io.BytesIO(png(chart)), width=Cm(15))
        shape._inline.docPr.set("descr", f"{chart.title}")


def _figures(paper: Any, section: standing.Section, *, compared: bool) -> None:
    head = [
        _("Figure"),
        _("This period"),
        *([pgettext("report", "Compared with"), pgettext("report", "Change")] if compared else []),
    ]
    rows = [
        [str(line.figure.label), line.now, *([line.then, line.change] if compared else [])] for line in section.lines
    ]
    _table(paper, head, rows)


def _departments(paper: Any, report: Report) -> None:
    head = [_("Department"), *(str(one) for one in standing.department_columns())]
    total = standing.whole(report)
    shown = [*standing.departments(report), *([total] if total else [])]
    rows = [[row.name, *(cell.text for cell in row.cells)] for row in shown]
    _captioned(paper, _("The departments one by one"), head, rows, totalled=total is not None)


def _captioned(paper: Any, title: str, head: list[str], rows: list[list[str]], *, totalled: bool) -> None:
    """A table under its title; `totalled` where the last row is the whole."""
    caption = paper.add_paragraph()
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_after = Pt(4)
    _run(caption, title, size=12 if _chinese() else 10, font=HEADING)
    _table(paper, head, rows, totalled=totalled)


def _table(paper: Any, head: list[str], rows: list[list[str]], *, totalled: bool = False) -> None:
    table = paper.add_table(rows=1, cols=len(head), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    many = len(head) > MANY_COLUMNS
    widths = (
        _widths(head, rows) if many else [FIRST_OF_FEW, *[(WIDTH - FIRST_OF_FEW) // (len(head) - 1)] * (len(head) - 1)]
    )
    for place, (cell, text) in enumerate(zip(table.rows[0].cells, head, strict=True)):
        _cell(cell, text, bold=True, right=place > 0, small=many)
    repeated = table.rows[0]._tr.get_or_add_trPr()
    repeated.append(repeated.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))
    for number, row in enumerate(rows, start=1):
        for place, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
            _cell(cell, text, right=place > 0, small=many, bold=totalled and number == len(rows))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for line in table.rows:
        for cell, width in zip(line.cells, widths, strict=True):
            cell.width = width
    _keep_together(table)
    paper.add_paragraph().paragraph_format.space_after = Pt(0)


def _widths(head: list[str], rows: list[list[str]]) -> list[int]:
    """Columns as wide as what they hold, so that no number is broken; a head and the first column may take two lines."""

    def length(text: str) -> int:
        return sum(2 if character > MOST_NARROW else 1 for character in text)

    needed = [
        2 + max(-(-length(name) // 2), *(length(row[place]) // (1 if place else 2) for row in rows), 0)
        for place, name in enumerate(head)
    ]
    needed[0] = max(needed[0], 14)
    return [int(WIDTH * one / sum(needed)) for one in needed]


def _keep_together(table: Any) -> None:
    """No row is cut; a short table stays whole, a long one leaves neither a head nor a tail alone on a page."""
    lines, short = list(table.rows), len(table.rows) <= SHORT_TABLE
    for place, line in enumerate(lines):
        properties = line._tr.get_or_add_trPr()
        properties.append(properties.makeelement(qn("w:cantSplit"), {qn("w:val"): "true"}))
        if place + 1 < len(lines) and (short or place < 2 or place >= len(lines) - 3):
            for cell in line.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True


def _cell(cell: Any, text: str, *, bold: bool = False, right: bool = False, small: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    _run(paragraph, text, size=(9 if _chinese() else 7.5) if small else (10.5 if _chinese() else 9.5), bold=bold)


def _signature(paper: Any, report: Report) -> None:
    paragraph = paper.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if report.signed_at and report.signed_by:
        text = _("Signed: %(name)s, %(day)s") % {"name": report.signed_by.name, "day": day(report.signed_at)}
    else:
        text = _("Draft, not signed; figures of %(day)s") % {"day": day(report.read_at)}
    _run(paragraph, text, size=14 if _chinese() else 10)
