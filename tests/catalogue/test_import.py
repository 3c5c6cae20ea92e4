"""Items of other systems: drafts closed to filing, the reform ledger, and 1,135 real ones, to the last."""

import csv
import json
import os
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.catalogue.exchange import ItemForm
from approvals.catalogue.models import Item, ItemChange, ItemVersion
from approvals.catalogue.readiness import missing_for_publication
from portal.core import audit
from portal.core.models import Event
from portal.core.search import search
from portal.people.models import Department
from tests import factories
from tests.queries import queries_of_events

pytestmark = pytest.mark.django_db
SHARED = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[2].parent / "shared" / "data"))
REAL = SHARED / "catalogue-guangan" / "items.json"
NAMES = [column.name for column in ItemForm.columns]
GOOD = {"code": "X-1", "name": "取水许可", "department_code": "SWJ", "department_name": "市水务局", "type": "permit"}


def taken_in(tmp_path: Path, *rows: dict, source: str = "province", code: int | None = None) -> str:
    path = tmp_path / "items.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, NAMES, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return run(path, source=source, code=code)


def run(path: Path, *, source: str = "province", code: int | None = None) -> str:
    out = StringIO()
    if code is None:
        call_command("import_catalogue", str(path), source=source, stdout=out, stderr=StringIO())
    else:
        with pytest.raises(SystemExit) as ended:
            call_command("import_catalogue", str(path), source=source, stdout=out, stderr=out)
        assert ended.value.code == code
    return out.getvalue()


def test_the_events_of_changed_items_cost_the_same_however_many_they_are(tmp_path):
    def asked(count: int) -> int:
        rows = [{**GOOD, "code": f"X-{count}-{n}"} for n in range(count)]
        taken_in(tmp_path, *rows)
        with CaptureQueriesContext(connection) as seen:
            told = taken_in(tmp_path, *({**one, "name": "取水许可变更"} for one in rows))
        assert f"updated {count}," in told
        return queries_of_events(seen)

    assert asked(3) == asked(30)
    assert list(audit.differences()) == []


def test_a_row_becomes_a_draft_closed_to_filing_and_its_department_is_made(tmp_path):
    taken_in(tmp_path, GOOD)
    item = Item.objects.get(code="X-1")
    assert (item.status, item.source, item.department.provisional) == ("draft", "province", True)
    assert not Item.objects.open_to_filing().exists()
    assert item.versions.get().promised_days is None
    assert {gap.field for gap in missing_for_publication(item)} >= {"department", "promised_days", "materials"}
    assert Event.objects.get(stream="catalogue.item").type == "item.imported"


def test_the_same_file_again_changes_nothing(tmp_path):
    taken_in(tmp_path, GOOD)
    taken_in(tmp_path, GOOD)
    assert (
        Item.objects.count(),
        ItemVersion.objects.count(),
        Event.objects.filter(stream="catalogue.item").count(),
    ) == (1, 1, 1)


def test_more_about_a_row_completes_the_draft_and_empties_nothing(tmp_path):
    taken_in(tmp_path, {**GOOD, "name_en": "Water permit"})
    taken_in(tmp_path, {**GOOD, "kind": "promise", "legal_days": "20", "promised_days": "7", "fee_fen": "0"})
    item = Item.objects.get()
    version = item.versions.get()
    assert (item.name_en, version.legal_days, version.promised_days, version.fee_fen) == ("Water permit", 20, 7, 0)


def test_an_imported_item_is_found_by_its_words(tmp_path):
    taken_in(tmp_path, GOOD)
    assert [i.code for i in search(Item.objects.all(), "取水").rows] == ["X-1"]
    taken_in(tmp_path, {**GOOD, "name": "排水许可"})
    assert not search(Item.objects.all(), "取水").exact


def test_a_known_department_is_found_by_its_name(tmp_path):
    known = Department.objects.create(code="SWJ9", name="市水务局")
    taken_in(tmp_path, {**GOOD, "department_code": ""})
    assert Item.objects.get().department == known


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "name"),
        ({"type": "licence"}, "licence"),
        ({"legal_days": "5", "promised_days": "6"}, ""),
        ({"kind": "immediate", "promised_days": "2"}, ""),
        ({"department_code": "", "department_name": ""}, ""),
        ({"change": "cancel"}, "change_on"),
        ({"change": "merge", "change_on": "2026-01-05"}, "merged_into"),
        ({"change": "delegate", "change_on": "2026-01-05"}, "delegated_to"),
        ({"fee_fen": "-1"}, "fee_fen"),
    ],
)
def test_a_bad_row_is_refused_and_the_good_one_taken_in(tmp_path, wrong, words):
    out = taken_in(tmp_path, {**GOOD, **wrong}, {**GOOD, "code": "X-2"}, code=3)
    assert words in out
    assert [item.code for item in Item.objects.all()] == ["X-2"]


def test_the_reform_ledger_is_taken_in_with_its_standing(tmp_path):
    change = {"change_on": "2026-01-05", "change_ground": "国发〔2026〕1号"}
    taken_in(
        tmp_path,
        {**GOOD, "code": "A", "change": "add", **change},
        {**GOOD, "code": "B", "change": "cancel", **change},
        {**GOOD, "code": "C", "change": "suspend", **change},
        {**GOOD, "code": "D", "change": "merge", "merged_into": "LATER", **change},
        {**GOOD, "code": "E", "change": "delegate", "delegated_to": "港城区人民政府", **change},
        {**GOOD, "code": "LATER"},
    )
    assert dict(Item.objects.values_list("code", "status")) == {
        "A": "draft", "B": "cancelled", "C": "suspended", "D": "merged", "E": "draft", "LATER": "draft",
    }  # fmt: skip
    assert ItemChange.objects.get(item__code="D").merged_into.code == "LATER"
    assert ItemChange.objects.get(item__code="E").delegated_to.name == "港城区人民政府"


def test_a_merge_target_that_the_file_does_not_have_is_made_as_a_draft(tmp_path):
    taken_in(tmp_path, {**GOOD, "change": "merge", "change_on": "2026-01-05", "merged_into": "FAR"})
    assert Item.objects.get(code="FAR").status == "draft"


def test_a_published_item_is_not_changed_by_a_file(tmp_path):
    factories.item("X-1", dept=factories.department("SWJ"), promised_days=10)
    out = taken_in(tmp_path, {**GOOD, "promised_days": "3"}, code=3)
    assert "X-1" in out or "2" in out
    assert Item.objects.get().current.promised_days == 10


@pytest.mark.skipif(not REAL.exists(), reason="the real catalogue is not at hand")
def test_1135_real_items_of_34_departments_come_in_as_drafts(tmp_path):
    path = tmp_path / "items.csv"
    call_command("convert_catalogue_json", str(REAL), str(path), stdout=StringIO())
    run(path, source="guangan")
    items = Item.objects.filter(source="guangan")
    assert (items.count(), Department.objects.count()) == (1135, 34)
    assert {item.status for item in items} == {"draft"}
    assert not Item.objects.open_to_filing().exists()
    assert Counter(items.values_list("type", flat=True)) == {
        "permit": 536, "service": 348, "other_power": 182, "confirmation": 50, "benefit": 9, "ruling": 8, "reward": 2,
    }  # fmt: skip
    names = {
        sub["name"].strip()
        for dept in json.loads(REAL.read_text())
        for main in dept["items"]
        for sub in main["sub_items"]
    }
    assert len(names) == len(set(items.values_list("name", flat=True)))
    assert search(items, "残疾人证").exact
    assert list(audit.differences()) == []
    run(path, source="guangan")
    assert Event.objects.filter(stream="catalogue.item").count() == 1135
