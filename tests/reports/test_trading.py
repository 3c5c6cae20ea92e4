"""The tables of trading in a report: by category and by method, whose rows make the whole."""

import datetime as dt
import io
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import translation
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from portal.core.statistics import rebuild
from portal.core.time import driven_clock
from portal.supervision.reports import actions, standing, trading, word
from procurement.measures import DEAL_MEASURES
from procurement.models import Deal
from tests import factories
from tests.procurement.objects import deal
from tests.reports.test_reports import WHOLE, Office

pytestmark = pytest.mark.django_db
DEALS = (
    ("government", "open", 1_234_567_89, 1_300_000_00),
    ("government", "inquiry", 33_333_33, 50_000_00),
    ("construction", "open", 98_765_432_10, 100_000_000_00),
    ("land", "auction", 55_555_55, None),
    ("other", "", 77_77, None),
)


@pytest.fixture
def report():
    with driven_clock(factories.moment("2026-12-20 10:00")):
        office = Office()
        for category, method, fen, base in DEALS:
            start = {"start_fen": fen // 2, "budget_fen": None} if method == "auction" else {"budget_fen": base}
            deal(category=category, method=method, deal_fen=fen, awarded_on=dt.date(2026, 12, 8), **start)
        rebuild(DEAL_MEASURES)
        with translation.override("zh-hans"):
            yield actions.draw_up(office.writer, **WHOLE)


def test_the_rows_by_category_and_by_method_make_the_same_whole(report):
    by_category, by_method = trading.tables(report.data, standing.span_of(report))
    assert [len(by_category.rows), len(by_method.rows)] == [4, 4], "the fourth method is not stated"
    assert [cell.text for cell in by_category.whole.cells] == [cell.text for cell in by_method.whole.cells]
    for table in (by_category, by_method):
        for place in (0, 1):
            assert sum(int(row.cells[place].text) for row in table.rows) == int(table.whole.cells[place].text) > 0
        for place in (2, 3, 4, 6):
            written = [Decimal(row.cells[place].text.replace(",", "")) for row in (*table.rows, table.whole)]
            assert sum(written[:-1]) == written[-1], table.head[place]
    assert by_category.whole.cells[2].text == "10,008.90"


def test_every_figure_of_the_tables_leads_to_the_deals_it_counts(report, client):
    for table in trading.tables(report.data, standing.span_of(report)):
        for row in (*table.rows, table.whole):
            if table.key == "method" and row is table.rows[-1]:
                assert not any(cell.url for cell in row.cells), "the register cannot be asked for no method"
                continue
            page = client.get(row.cells[1].url)
            asked = parse_qs(urlsplit(row.cells[1].url).query)
            narrowed = {name: asked[name][0] for name in ("category", "method") if name in asked}
            found = Deal.objects.filter(status="awarded", awarded_on__range=(report.first, report.last), **narrowed)
            assert page.status_code == 200 and found.count() == int(row.cells[1].text)


def test_page_and_document_show_both_tables(report):
    section = next(one for one in standing.sections(report, {}) if one.key == "procurement")
    assert [one.key for one in section.tables] == ["category", "method"]
    paper = Document(io.BytesIO(word.document(report, report.texts.get())))
    told = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    for table in section.tables:
        assert table.title in [one.text for one in paper.paragraphs]
        assert {row.name for row in table.rows} < set(told)


def test_a_section_in_which_nothing_was_counted_shows_no_table_of_zeros(report):
    found = {one.key: one for one in standing.sections(report, {})}
    assert found["hotline"].is_empty and found["hotline"].lines and not found["procurement"].is_empty
    paper = Document(io.BytesIO(word.document(report, report.texts.get())))
    told = {cell.text for table in paper.tables for row in table.rows for cell in row.cells}
    assert {str(line.figure.label) for line in found["procurement"].lines} <= told
    assert str(found["hotline"].lines[0].figure.label) not in told


def test_the_last_row_of_a_table_in_the_document_is_bold(report):
    paper = Document(io.BytesIO(word.document(report, report.texts.get())))
    bold = [[run.bold for run in row.cells[0].paragraphs[0].runs] for row in paper.tables[-2].rows]
    assert bold[-1] == [True] and bold[1] == [False]


def test_the_report_of_a_department_has_no_trading():
    with driven_clock(factories.moment("2026-12-20 10:00")):
        office = Office()
        own = actions.draw_up(office.writer, **WHOLE | {"department": office.department})
        whole = actions.draw_up(office.writer, **WHOLE)
    assert trading.tables(own.data, standing.span_of(own)) == trading.tables(whole.data, standing.span_of(whole)) == []


@given(st.lists(st.integers(0, 10**13), min_size=1, max_size=8))
def test_amounts_written_in_ten_thousands_make_their_sum(parts):
    with translation.override("zh-hans"):
        *rows, whole = trading._together(parts, sum(parts))
    assert sum(Decimal(one.replace(",", "")) for one in rows) == Decimal(whole.replace(",", ""))
    for fen, text in zip(parts, rows, strict=True):
        assert abs(Decimal(text.replace(",", "")) - Decimal(fen) / 1_000_000) <= Decimal("0.01")


def test_in_english_the_amounts_are_exact():
    with translation.override("en"):
        assert trading._together([123_45, 0], 123_45) == ["CNY 123.45", "0", "CNY 123.45"]


def test_a_span_without_a_department_is_asked_of_the_register():
    span = standing.Span(dt.date(2026, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 6, 30))
    assert trading.deals_url(span, method="open").endswith("?method=open&since=2026-01-01&until=2026-06-30")
