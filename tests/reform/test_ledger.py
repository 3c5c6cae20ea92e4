"""The ledger's figures at any date against a replay of its rows, and the lists behind them."""

import datetime as dt
import random

import pytest

from approvals.catalogue.models import Item, ItemChange
from approvals.reform import figures
from portal.core.statistics.blocks import Scope
from tests import factories

pytestmark = pytest.mark.django_db
START = dt.date(2025, 1, 1)
ENDING = {"cancel": "cancelled", "suspend": "suspended", "merge": "merged"}


def replayed(rows: list[tuple[int, dt.date, str]], kinds: dict[int, str], first: dt.date, last: dt.date) -> dict:
    """What the rows say, one after the other, without the portal's own reading of them."""
    opened = {pk for pk, _on, change in rows if change == "add"}
    before = {pk for pk in kinds if pk not in opened}
    for pk, on, change in sorted(rows, key=lambda row: row[1]):
        if on < first:
            _apply(before, pk, change)
    after = set(before)
    counts = dict.fromkeys(("cancelled", "suspended", "merged", "added", "restored", "delegated"), 0)
    names = {**ENDING, "add": "added", "restore": "restored", "delegate": "delegated"}
    for pk, on, change in sorted(rows, key=lambda row: row[1]):
        if first <= on <= last:
            counts[names[change]] += 1
            _apply(after, pk, change)
    return {
        **counts, "before": len(before), "retained": len(after),
        "permits": sum(kinds[pk] == "permit" for pk in after), "services": sum(kinds[pk] == "service" for pk in after),
    }  # fmt: skip


def _apply(standing: set[int], pk: int, change: str) -> None:
    if change in ENDING:
        standing.discard(pk)
    elif change in {"add", "restore"}:
        standing.add(pk)


@pytest.fixture
def city():
    """Items with random, sensible lives: added, closed, restored, delegated."""
    chance = random.Random(7)
    rows, kinds, department = [], {}, factories.department()
    target = factories.item("TARGET")
    kinds[target.pk] = target.type
    for n in range(40):
        type_ = chance.choice(["permit", "service", "other_power"])
        item = Item.objects.create(
            code=f"L-{n}", name=f"事项{n}", department=department, type=type_, status="cancelled"
        )
        kinds[item.pk] = type_
        day, standing = START + dt.timedelta(days=chance.randrange(60)), True
        if chance.random() < 0.5:
            rows.append((item.pk, day, "add"))
        for _ in range(chance.randrange(4)):
            day += dt.timedelta(days=chance.randrange(1, 90))
            change = chance.choice(["cancel", "suspend", "merge", "delegate"]) if standing else "restore"
            standing = change in {"delegate", "restore"}
            rows.append((item.pk, day, change))
        last = [change for pk, _on, change in rows if pk == item.pk and change in {*ENDING, "restore", "add"}][-1:]
        status = {"cancel": "cancelled", "suspend": "suspended", "merge": "merged"}.get((last or ["add"])[0])
        Item.objects.filter(pk=item.pk).update(status=status or "suspended")
    for pk, on, change in rows:
        ItemChange.objects.create(
            item_id=pk, on=on, change=change, ground="依据", merged_into=target if change == "merge" else None
        )
    return rows, kinds


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (START, dt.date(2025, 3, 1)), (dt.date(2025, 3, 2), dt.date(2025, 9, 30)),
        (dt.date(2024, 1, 1), dt.date(2026, 12, 31)), (dt.date(2025, 5, 5), dt.date(2025, 5, 5)),
    ],
)  # fmt: skip
def test_the_figures_are_those_of_an_independent_replay(city, first, last, django_assert_num_queries):
    rows, kinds = city
    with django_assert_num_queries(3):
        counted = figures.ledger(first, last)
    expected = replayed(rows, kinds, first, last)
    assert counted.sums == expected
    for name in figures.BALANCES:
        assert figures.items_behind(name, first, last).count() == expected[name]
    for name in figures.CHANGES:
        assert figures.changes_behind(name, first, last).count() == expected[name]
    s = expected
    gone = s["cancelled"] + s["suspended"] + s["merged"]
    assert s["before"] - gone + s["added"] + s["restored"] >= s["retained"] - s["added"]
    rate = (s["before"] - s["retained"]) / s["before"]
    assert counted.reduction_rate == pytest.approx(rate)


def test_the_page_and_the_indicators_say_the_same(city):
    from approvals.catalogue.measures import reform

    first, last = dt.date(2025, 2, 1), dt.date(2025, 8, 1)
    block = reform(Scope(first, last, last, None))[None]
    sums = figures.ledger(first, last).sums
    assert {name: block.get(name, 0) for name in sums} == sums


def test_nothing_before_gives_no_rate():
    assert figures.ledger(START, START).reduction_rate is None
