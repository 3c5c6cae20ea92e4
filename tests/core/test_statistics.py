"""The statistics engine on a small model: cells follow the rows whatever happens to them."""

import random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext

from portal.core.models.statistics import DirtyKey
from portal.core.statistics import (
    declaration,
    differences,
    engine,
    mark_bulk,
    mark_days,
    percentile,
    period,
    rebuild,
    refresh,
    refresh_all,
    standing,
    watch,
    watch_many,
)
from portal.core.statistics.declaration import conjuncts
from tests.core import statsapp
from tests.core.statsapp import DAY_1, ELAPSED, ORDERS, ChannelCell, Order, Stop, act, expected, kept

TOOK = ELAPSED.columns[1:-1]
pytestmark = pytest.mark.django_db


def right() -> None:
    for cuboid in ORDERS.cuboids:
        assert kept(cuboid) == expected(cuboid)


def walk(seed: int, steps: int) -> None:
    chance = random.Random(seed)
    pks: list[int] = []
    for _ in range(steps):
        act(chance, pks)
        pks[:] = Order.objects.values_list("pk", flat=True)


@pytest.mark.parametrize(
    ("seed", "whole_day", "many_readings"), [(0, 100, 6), (1, 100, 6), (2, 0, 1), (3, 3, 1), (2, 0, 1000), (3, 3, 1000)]
)
def test_the_cells_equal_a_plain_count_after_any_changes(statsapp_tables, monkeypatch, seed, whole_day, many_readings):
    """Key by key, whole days at once, and both; the rows of whole days read once or by each aggregate."""
    monkeypatch.setattr(refresh, "WHOLE_DAY", whole_day)
    monkeypatch.setattr(refresh, "MANY_READINGS", many_readings)
    for _ in range(5):
        walk(seed, 40)
        refresh_all()
        right()
    assert not DirtyKey.objects.exists()
    assert list(differences()) == []


def test_facts_that_ask_for_the_same_are_counted_apart_and_come_out_the_same(statsapp_tables, monkeypatch):
    """The worth of a reading is set so low that the days that an order took leave the other facts of its decision."""
    monkeypatch.setattr(declaration, "WORTH_A_READING", 5)
    monkeypatch.setattr(statsapp, "ORDERS", statsapp.declared())
    decided = [group for group in statsapp.ORDERS.groups if group.day == "decided_on"]
    assert [{fact.name for fact in group.facts} >= set(TOOK) for group in decided] == [False, True]
    assert sum(len(group.facts) for group in decided) == 4 + len(ELAPSED.columns)
    walk(9, 60)
    refresh_all()
    right()
    rebuild(statsapp.ORDERS)
    right()
    assert list(differences()) == []


def test_a_day_that_is_whole_in_finer_cells_is_one_mark_for_the_coarser_ones(statsapp_tables, monkeypatch):
    monkeypatch.setattr(engine, "WHOLE_DAY", 2)
    orders = [Order(department_id=1, channel=channel, received_on=DAY_1) for channel in ("", "online", "counter")]
    with transaction.atomic(), watch_many(ORDERS, []) as pks:
        pks.extend(order.pk for order in Order.objects.bulk_create(orders))
    day = f'["{DAY_1}"]'
    assert dict(DirtyKey.objects.values_list("cuboid", "key")) == {
        "channel": day,
        "department": day,  # one cell alone, of which the finer ones give the figures
        "window": f'["{DAY_1}",1,0]',
    }
    refresh_all()
    right()


@pytest.mark.postgres
def test_rows_of_whole_days_are_fetched_once_for_all_aggregates_of_all_cuboids(statsapp_tables, monkeypatch):
    monkeypatch.setattr(refresh, "WHOLE_DAY", 0)
    walk(4, 60)
    with CaptureQueriesContext(connection) as queries:
        refresh_all()
    own = f'FROM "{Order._meta.db_table}"'
    reading = [query["sql"] for query in queries if own in query["sql"]]
    kept_beside = [sql for sql in reading if sql.startswith("CREATE TEMPORARY TABLE kept_rows")]
    assert 1 <= len(kept_beside) <= 2  # the shards are taken in two handfuls
    filling = [sql for sql in reading if sql not in kept_beside]
    assert filling
    assert all(
        sql.count(own) == sql.count(f'WITH "{Order._meta.db_table}" AS (SELECT * FROM kept_rows)') for sql in filling
    )
    right()


def test_a_rebuild_gives_the_same_cells_as_refreshing(statsapp_tables):
    walk(7, 120)
    refresh_all()
    before = [kept(cuboid) for cuboid in ORDERS.cuboids]
    ChannelCell.objects.update(received=F("received") + 3)
    rebuild(ORDERS)
    assert [kept(cuboid) for cuboid in ORDERS.cuboids] == before
    right()


def test_a_cell_whose_last_row_moves_away_disappears(statsapp_tables):
    order = Order(department_id=1, channel="online", received_on=DAY_1)
    with transaction.atomic(), watch(ORDERS, order):
        order.save()
    refresh_all()
    assert ChannelCell.objects.count() == 1
    with transaction.atomic(), watch(ORDERS, order):
        order.department_id = 2
        order.save()
    refresh_all()
    assert list(ChannelCell.objects.values_list("department_id", "received")) == [(2, 1)]


def test_a_change_that_moves_no_figure_marks_nothing(statsapp_tables):
    order = Order.objects.create(department_id=1, channel="online", received_on=DAY_1)
    with transaction.atomic(), watch(ORDERS, order):
        order.elapsed_days = 3  # counted on the day of a decision, and there is none
        order.save()
    assert not DirtyKey.objects.exists()


def test_a_writer_that_fails_leaves_nothing_dirty(statsapp_tables):
    order = Order(department_id=1, channel="online", received_on=DAY_1)

    def fail() -> None:
        with transaction.atomic(), watch(ORDERS, order):
            order.save()
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert not DirtyKey.objects.exists()


def test_a_watch_outside_a_transaction_is_refused(statsapp_tables, monkeypatch):
    monkeypatch.setattr(transaction.get_connection(), "in_atomic_block", False)
    with pytest.raises(RuntimeError), watch(ORDERS, Order()):
        pass


@pytest.mark.parametrize("few", [1000, 0])
def test_bulk_changes_are_marked_before_and_after(statsapp_tables, monkeypatch, few):
    """A few rows by their cells, many by their days."""
    monkeypatch.setattr(engine, "FEW", few)
    walk(3, 60)
    refresh_all()
    rows = Order.objects.filter(department_id=1)
    ids = list(rows.values_list("pk", flat=True))
    with transaction.atomic():
        assert mark_bulk(ORDERS, rows)
        Order.objects.filter(pk__in=ids).update(department_id=3)
        mark_bulk(ORDERS, ids)
    refresh_all()
    right()


def test_many_rows_mark_each_of_their_days_once(statsapp_tables, monkeypatch):
    monkeypatch.setattr(engine, "FEW", 10)
    orders = Order.objects.bulk_create(
        Order(department_id=n, channel="online", received_on=DAY_1, decided_on=DAY_1.replace(day=2 + n % 3))
        for n in range(60)
    )
    with transaction.atomic():
        mark_bulk(ORDERS, [order.pk for order in orders])
    assert DirtyKey.objects.count() == 4 * len(ORDERS.cuboids)
    assert list(differences()) == []  # the cells are not there yet, and their days are known to wait
    refresh_all()
    right()


def test_a_day_that_lost_all_its_rows_loses_its_cells(statsapp_tables):
    order = Order.objects.create(department_id=1, channel="online", received_on=DAY_1)
    rebuild(ORDERS)
    with transaction.atomic():
        mark_days(ORDERS, [DAY_1])
        order.delete()
    refresh_all()
    assert not ChannelCell.objects.exists()


def test_a_missing_window_is_kept_as_none_and_counted_once(statsapp_tables):
    for _ in range(2):
        order = Order(department_id=1, window_id=None, channel="", received_on=DAY_1)
        with transaction.atomic(), watch(ORDERS, order):
            order.save()
        refresh_all()
    assert kept("window")[(DAY_1, 1, 0)]["received"] == 2


def test_verify_names_the_first_difference_and_exits_1(statsapp_tables, capsys):
    walk(5, 60)
    refresh_all()
    call_command("verify_statistics")
    cell = ChannelCell.objects.order_by("day").last()
    ChannelCell.objects.filter(pk=cell.pk).update(received=cell.received + 1)
    with pytest.raises(CommandError) as error:
        call_command("verify_statistics")
    assert error.value.returncode == 1
    assert f"received is {cell.received + 1} in the cell and {cell.received} in the rows" in str(error.value)
    assert str(cell.day) in str(error.value)
    call_command("rebuild_statistics")
    call_command("verify_statistics")


def test_verify_leaves_out_what_waits_for_the_refresher(statsapp_tables):
    walk(6, 30)
    assert DirtyKey.objects.exists()
    assert list(differences()) == []
    DirtyKey.objects.all().delete()
    assert list(differences()) != []


def test_a_period_and_a_balance_are_read_from_cells_with_one_query_each(statsapp_tables, django_assert_num_queries):
    walk(8, 150)
    refresh_all()
    last = DAY_1.replace(day=20)
    orders = list(Order.objects.all())
    with django_assert_num_queries(2):
        flows = period(ORDERS, "channel", DAY_1, last, by="department_id")
        balance = standing(ORDERS, "channel", last, figures=["open", "stopped"], filters={"department_id": [1, 2]})
    for department in (1, 2, 3):
        assert flows[department]["received"] == sum(
            o.department_id == department and bool(o.received_on) and DAY_1 <= o.received_on <= last for o in orders
        )
    assert balance[None]["open"] == sum(
        o.department_id != 3
        and o.received_on is not None
        and o.received_on <= last
        and not (o.decided_on and o.decided_on <= last)
        for o in orders
    )
    assert balance[None]["stopped"] == sum(
        stop.from_on <= last and not (stop.to_on and stop.to_on <= last)
        for stop in Stop.objects.exclude(order__department_id=3)
    )


def test_figures_come_by_month(statsapp_tables):
    walk(9, 100)
    refresh_all()
    months = period(ORDERS, "window", DAY_1, DAY_1.replace(month=3), by="month", figures=["received"])
    for month, sums in months.items():
        assert sums["received"] == Order.objects.filter(received_on__month=month.month).count()


def test_percentiles_are_the_upper_edges_of_the_histogram():
    counts = {"elapsed_to_0": 1, "elapsed_to_2": 5, "elapsed_to_5": 3, "elapsed_over_10": 1}
    assert percentile(ELAPSED, counts, 0.5) == 2
    assert percentile(ELAPSED, counts, 0.1) == 0
    assert percentile(ELAPSED, counts, 0.9) == 5
    assert percentile(ELAPSED, counts, 1.0) == 11
    assert percentile(ELAPSED, {}, 0.5) is None


def test_what_all_facts_of_a_day_ask_for_is_asked_of_the_rows_once():
    by_day = {group.day: group for group in ORDERS.groups}
    assert conjuncts(by_day["due_on"].when) == [statsapp.WENT_OVER]
    assert not by_day["decided_on"].when  # one of its facts counts every row
    late, either = Q(decided_on__gt=F("due_on")), Q(channel="online") | Q(window_id=1)
    assert conjuncts(late & either & ~Q(channel="", window_id=2)) == [
        ("decided_on__gt", F("due_on")),
        either,
        ~Q(channel="", window_id=2),
    ]


def test_a_declaration_that_its_cells_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="no column for refused"):
        statsapp.MeasureSet(
            "statsapp.wrong", Order, cuboids=ORDERS.cuboids.values(), facts=[statsapp.Fact("refused", "decided_on")]
        )
