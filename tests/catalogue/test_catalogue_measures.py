"""The catalogue's and the reform's blocks, against figures counted by hand."""

import datetime as dt

import pytest
from django.utils import timezone

from approvals.catalogue.models import Item, ItemChange, ItemVersion
from portal.people.models import Department
from portal.supervision.indicators import indicators

pytestmark = pytest.mark.django_db
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 6, 30)


def make(code: str, department: Department, *, since: dt.date = dt.date(2020, 1, 1), until=None, **given) -> Item:
    """A published item with one version."""
    item = Item.objects.create(
        code=code,
        name=code,
        department=department,
        type=given.pop("type", "permit"),
        enterprise=given.pop("enterprise", False),
        status=given.pop("status", "draft"),
    )
    version = {"kind": "promise", "legal_days": 20, "promised_days": 10, "previous_promised_days": 15} | given
    item.current = ItemVersion.objects.create(
        item=item,
        number=1,
        state="published",
        valid_from=since,
        valid_to=until,
        published_at=timezone.now(),
        **version,
    )
    item.status = "published" if item.status == "draft" else item.status
    item.save()
    return item


@pytest.fixture
def city():
    trade, health = (Department.objects.create(code=code, name=code) for code in ("TRADE", "HEALTH"))
    make("plain", trade, online=True, visits=1, enterprise=True)
    make("short", trade, promised_days=2, previous_promised_days=2, online=True, visits=0)
    make("no-law", trade, legal_days=None, promised_days=6, previous_promised_days=None, type="service")
    make("at-once", health, kind="immediate", legal_days=20, promised_days=0, instant=True, visits=0, type="service")
    for code, change, on in (
        ("cancelled", "cancel", dt.date(2026, 3, 1)),
        ("merged", "merge", dt.date(2026, 3, 2)),
        ("suspended", "suspend", dt.date(2026, 6, 30)),
        ("long-gone", "cancel", dt.date(2025, 3, 1)),
    ):
        item = make(code, health, status={"merge": "merged", "suspend": "suspended"}.get(change, "cancelled"))
        into = Item.objects.get(code="plain") if change == "merge" else None
        ItemChange.objects.create(item=item, change=change, on=on, ground="市政府令", merged_into=into)
    new = make("new", health, since=dt.date(2026, 5, 5), type="service", legal_days=10, promised_days=4)
    ItemChange.objects.create(item=new, change="add", on=dt.date(2026, 5, 5))
    later = make("later", health, since=dt.date(2026, 8, 1))
    ItemChange.objects.create(item=later, change="add", on=dt.date(2026, 8, 1))
    ItemChange.objects.create(item=Item.objects.get(code="short"), change="delegate", on=dt.date(2026, 2, 2))
    Item.objects.create(code="draft", name="draft", department=trade)


def test_the_catalogue_counts_each_item_in_force_at_the_end_once(city):
    found = indicators(FIRST, LAST)["catalogue"]
    # plain, short, no-law, at-once, new
    assert found == {
        "items": 5,
        "permits": 2,
        "services": 3,
        "promise_items": 4,
        "mean_legal_days": (20 + 20 + 10) / 3,
        "mean_promised_days": (10 + 2 + 6 + 4) / 4,
        "mean_previous_promised_days": (15 + 2 + 15) / 3,
        "compressed_items": 2,
        "compressed_days": 5 + 0 + 11,
        "time_compression": (50 - 16) / 50,
        "online_share": 2 / 5,
        "one_visit_share": 3 / 5,
        "no_visit_share": 2 / 5,
        "instant_share": 1 / 5,
        "enterprise_share": 1 / 5,
    }


def test_the_ledger_gives_before_and_after_and_the_changes_between(city):
    found = indicators(FIRST, LAST)["reform"]
    # Before: all but long-gone, new, later and the draft.
    assert found == {
        "before": 7,
        "cancelled": 1,
        "suspended": 1,
        "merged": 1,
        "added": 1,
        "delegated": 1,
        "retained": 5,
        "permits": 2,
        "services": 3,
        "reduction_rate": 2 / 7,
    }
    assert (
        found["retained"]
        == found["before"] + found["added"] - found["cancelled"] - found["suspended"] - found["merged"]
    )


def test_the_blocks_come_by_department_type_and_month(city):
    by_department = {row["department"]: row for row in indicators(FIRST, LAST, by="department")["rows"]}
    assert by_department["TRADE"]["catalogue"]["items"] == 3
    assert by_department["HEALTH"]["reform"]["before"] == 4
    assert by_department["HEALTH"]["reform"]["retained"] == 2
    by_type = {row["category"]: row for row in indicators(FIRST, LAST, by="category")["rows"]}
    assert by_type["service"]["catalogue"]["promise_items"] == 2
    months = {row["month"]: row for row in indicators(FIRST, LAST, by="month")["rows"]}
    assert [months[f"2026-0{n}"]["reform"]["retained"] for n in range(1, 7)] == [7, 7, 5, 5, 6, 5]
    assert months["2026-02"]["catalogue"]["items"] == 7


def test_a_past_period_knows_the_version_of_its_day(city):
    item = Item.objects.get(code="plain")
    ItemVersion.objects.filter(pk=item.current_id).update(valid_to=dt.date(2026, 3, 31), state="retired")
    ItemVersion.objects.create(
        item=item,
        number=2,
        state="published",
        kind="promise",
        legal_days=20,
        promised_days=7,
        previous_promised_days=10,
        valid_from=dt.date(2026, 4, 1),
        published_at=timezone.now(),
    )
    before = indicators(FIRST, dt.date(2026, 3, 31))["catalogue"]
    after = indicators(FIRST, LAST)["catalogue"]
    assert before["compressed_days"] == 5 + 0 + 5  # plain, short, suspended
    assert after["compressed_days"] == 3 + 0 + 11


def test_without_items_every_ratio_is_unknown(db):
    found = indicators(FIRST, LAST)
    assert found["catalogue"]["items"] == 0 and found["catalogue"]["online_share"] is None
    assert found["reform"]["retained"] == 0 and found["reform"]["reduction_rate"] is None
