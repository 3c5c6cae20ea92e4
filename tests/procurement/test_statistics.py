"""Tables and files of the register: against an independent count of the same deals."""

import csv
import datetime as dt
import io
import random
from collections import Counter
from fractions import Fraction

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from portal.core.statistics import rebuild
from procurement import tables
from procurement.measures import DEAL_MEASURES
from procurement.models import Deal, Method
from procurement.views import files
from tests.procurement.objects import deal

pytestmark = pytest.mark.django_db
D = dt.date
FIRST, LAST = D(2025, 1, 1), D(2026, 12, 31)
client = Client(headers={"accept-language": "en"})


@pytest.fixture
def year():
    """Sixty deals of all kinds over two years, some failed, some sales, some without a base."""
    dice = random.Random(7)
    for n in range(60):
        sale = dice.random() < 0.25
        failed = dice.random() < 0.15
        base = dice.randrange(1, 10**12)
        more = (
            {"status": "failed", "deal_fen": None, "winner": ""}
            if failed
            else {"deal_fen": dice.randrange(1, base + 1)}
        )
        deal(
            title=f"项目{n}", category=dice.choice(("land", "property") if sale else ("construction", "government")),
            method=dice.choice(("listing", "auction") if sale else ("open", "inquiry", "")),
            budget_fen=None if sale or dice.random() < 0.2 else base,
            start_fen=base // 2 if sale else None, below_threshold=dice.random() < 0.3,
            awarded_on=D(2025, 1, 1) + dt.timedelta(days=dice.randrange(730)), **more,
        )  # fmt: skip
    rebuild(DEAL_MEASURES)


def counted(rows):
    """The same figures by adding up the rows one by one."""
    found = Counter()
    for one in rows:
        found["projects"] += 1
        if one.status != "awarded":
            continue
        found["deals"] += 1
        found["deal_fen"] += one.deal_fen
        sale = one.method in ("listing", "auction") or (not one.method and one.start_fen is not None)
        if sale:
            found["premium_fen"] += one.deal_fen - (one.start_fen or 0)
        elif one.budget_fen is not None:
            found["base_fen"] += one.budget_fen
            found["savings_fen"] += one.budget_fen - one.deal_fen
    return {name: found[name] for name in tables.REPORTED}


def quarter(day):
    return f"{day.year}-Q{ {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2, 7: 3, 8: 3, 9: 3}.get(day.month, 4) }"


NAMES = {"month": lambda day: day.isoformat()[:7], "quarter": quarter, "year": lambda day: str(day.year)}


@pytest.mark.parametrize("step", ["month", "quarter", "year"])
def test_every_combination_equals_an_independent_count(year, step, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        parts = tables.parts(FIRST, LAST, step, {})
    deals = list(Deal.objects.all())
    told = {(part.period, part.category, part.method): part.sums for part in parts}
    keys = {(NAMES[step](one.awarded_on), one.category, one.method) for one in deals}
    assert set(told) == keys
    for key in keys:
        same = [one for one in deals if (NAMES[step](one.awarded_on), one.category, one.method) == key]
        assert told[key] == counted(same), key


def test_lines_add_up_to_the_whole_and_a_rate_is_all_savings_over_all_bases(year):
    parts = tables.parts(FIRST, LAST, "month", {})
    whole = tables.total(parts)
    assert whole == counted(Deal.objects.all())
    for lines in (tables.by_period(parts, FIRST, LAST, "month"), tables.by_category(parts)):
        assert {name: sum(line.sums[name] for line in lines) for name in whole} == whole
    for line in tables.by_category(parts):
        assert {name: sum(one.sums[name] for one in line.lines) for name in whole} == line.sums
    line = tables.Line("", "", whole)
    assert line.rate == pytest.approx(float(Fraction(whole["savings_fen"], whole["base_fen"])))
    assert whole["premium_fen"] > 0


def test_periods_without_a_result_stand_in_the_chart_as_nought():
    deal(awarded_on=D(2026, 1, 5))
    deal(awarded_on=D(2026, 4, 5))
    rebuild(DEAL_MEASURES)
    parts = tables.parts(D(2026, 1, 1), D(2026, 4, 30), "month", {})
    lines = tables.by_period(parts, D(2026, 1, 1), D(2026, 4, 30), "month")
    assert [(line.label, line.sums["deals"]) for line in lines] == [
        ("2026-01", 1), ("2026-02", 0), ("2026-03", 0), ("2026-04", 1),
    ]  # fmt: skip


def test_the_page_costs_the_same_however_many_deals_there_are(year, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        page = client.get(reverse("procurement:statistics"), {"since": "2025-01-01", "until": "2026-12-31"})
    assert page.context["whole"].sums == counted(Deal.objects.all())


def test_the_page_follows_category_method_and_threshold(year):
    query = {"since": "2025-01-01", "until": "2026-12-31", "category": "government", "method": "open", "threshold": "1"}
    page = client.get(reverse("procurement:statistics"), query)
    rows = Deal.objects.filter(category="government", method="open", below_threshold=True)
    assert page.context["whole"].sums == counted(rows)


def test_a_file_holds_every_combination_to_the_fen(year):
    query = {"since": "2025-01-01", "until": "2026-12-31", "step": "quarter"}
    content = b"".join(client.get(reverse("procurement:statistics-file", args=["csv"]), query).streaming_content)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    parts = tables.parts(FIRST, LAST, "quarter", {})
    assert len(rows) == len(parts)
    assert [row["Amount"] for row in rows] == [
        f"{p.sums['deal_fen'] // 100}.{p.sums['deal_fen'] % 100:02d}" for p in parts
    ]
    known = dict(Method.choices)
    assert [row["Method"] for row in rows] == [str(known.get(part.method, "")) for part in parts]


# --- the list as a file -------------------------------------------------------------------------------------------------


def test_the_list_goes_along_with_its_filters_newest_first():
    deal(title="一", awarded_on=D(2026, 5, 1), winner="甲公司")
    deal(title="二", awarded_on=D(2026, 6, 1), winner="甲公司")
    deal(title="三", awarded_on=D(2026, 6, 2), winner="乙公司")
    query = {"year": "2026", "winner": "甲"}
    content = b"".join(client.get(reverse("procurement:deal-file", args=["csv"]), query).streaming_content)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(row["Title"], row["Deal amount"]) for row in rows] == [("二", "900000.00"), ("一", "900000.00")]
    workbook = b"".join(client.get(reverse("procurement:deal-file", args=["xlsx"]), query).streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook))["Data"]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["二", "一"]


def test_a_workbook_over_its_bound_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr(files, "EXCEL_ROWS", 1)
    deal(title="一")
    deal(title="二")
    answer = client.get(reverse("procurement:deal-file", args=["xlsx"]), {"year": "2026"})
    assert answer.status_code == 422 and "CSV" in answer.content.decode()
    assert client.get(reverse("procurement:deal-file", args=["csv"]), {"year": "2026"}).status_code == 200


# --- filters ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "titles"),
    [({"buyer": "教育"}, ["二"]), ({"winner": "江海"}, ["二"]), ({"least": "100万"}, ["二"]), ({"most": "900000"}, ["一"]),
     ({"least": "900000", "most": "900000.00"}, ["一"]), ({"since": "2026-06-02", "until": "2026-06-30"}, ["二"]),
     ({"since": "2026-06-01", "until": "2026-06-01", "year": "1999"}, ["一"])],
)  # fmt: skip
def test_the_list_is_narrowed_by_names_amounts_and_days(query, titles):
    deal(title="一", awarded_on=D(2026, 6, 1))
    deal(
        title="二", awarded_on=D(2026, 6, 2), buyer="海州市教育局", winner="江海建设集团有限公司", deal_fen=150_000_000,
        budget_fen=160_000_000,
    )  # fmt: skip
    page = client.get(reverse("procurement:deals"), {"since": "2026-01-01", "until": "2026-12-31", **query})
    assert [one.title for one in page.context["page"].rows] == titles


@pytest.mark.parametrize(
    ("query", "sentence"),
    [({"since": "gestern"}, "Enter the date as year-month-day"), ({"least": "viel"}, "Enter an amount in yuan"),
     ({"since": "2026-06-02", "until": "2026-06-01"}, "The end of the period lies before its beginning."),
     ({"least": "2", "most": "1"}, "The upper amount is less than the lower one.")],
)  # fmt: skip
def test_what_cannot_be_read_is_said_beside_its_field_and_kept(query, sentence):
    page = client.get(reverse("procurement:deals"), query).content.decode()
    assert sentence in page
    for value in query.values():
        assert f'value="{value}"' in page
