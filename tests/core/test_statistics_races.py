"""The refresher against writers and other refreshers, one interleaving at a time."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from portal.core.db.statistics import lock_shards
from portal.core.models.statistics import DirtyKey, StatisticsShard
from portal.core.statistics import differences, rebuild, refresh, refresh_all, watch
from tests.core.statsapp import DAY_1, ORDERS, Order, empty_tables, expected, kept

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _clean(statsapp_tables):
    empty_tables()
    rebuild(ORDERS)
    yield
    empty_tables()


def elsewhere(work: Any) -> Any:
    """The result of `work` on a connection of its own."""
    answer: list[Any] = []

    def run() -> None:
        try:
            answer.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=120)
    assert answer, "it waits or failed"
    return answer[0]


def write_order() -> int:
    order = Order(department_id=1, channel="online", received_on=DAY_1)
    with transaction.atomic(), watch(ORDERS, order):
        order.save()
    return order.pk


def test_a_shard_in_another_refreshers_hands_is_left_alone():
    write_order()
    shard = DirtyKey.objects.values_list("shard", flat=True).first()
    with transaction.atomic():
        assert lock_shards(StatisticsShard.objects.filter(number=shard))
        assert elsewhere(lambda: refresh.refresh_shards([shard])) == 0
    assert elsewhere(lambda: refresh.refresh_shards([shard])) > 0


def test_a_change_committed_while_the_refresher_counts_stays_dirty(monkeypatch):
    count = refresh._recount

    def count_then_write(*args: Any) -> None:
        count(*args)
        if Order.objects.count() == 1:
            elsewhere(write_order)

    monkeypatch.setattr(refresh, "_recount", count_then_write)
    write_order()
    shard = DirtyKey.objects.filter(cuboid="channel").values_list("shard", flat=True).first()
    refresh.refresh_shards([shard])
    assert DirtyKey.objects.filter(shard=shard, cuboid="channel").count() == 1
    assert kept("channel")[(DAY_1, 1, "online")]["received"] == 1
    refresh_all()
    assert kept("channel") == expected("channel")


def test_a_change_committed_during_a_rebuild_is_not_lost(monkeypatch):
    fill = refresh.database.fill_cells

    def fill_then_write(*args: Any) -> None:
        fill(*args)
        if Order.objects.count() == 1:
            elsewhere(write_order)

    monkeypatch.setattr(refresh.database, "fill_cells", fill_then_write)
    write_order()
    rebuild(ORDERS)
    assert DirtyKey.objects.count() == len(ORDERS.cuboids)
    refresh_all()
    assert kept("channel") == expected("channel")
    assert list(differences()) == []


def test_a_writer_that_has_not_committed_is_neither_counted_nor_forgotten():
    write_order()
    refresh_all()
    order = Order(department_id=1, channel="online", received_on=DAY_1)
    with transaction.atomic(), watch(ORDERS, order):
        order.save()
        assert elsewhere(refresh_all) == 0
    refresh_all()
    assert kept("channel")[(DAY_1, 1, "online")]["received"] == 2


def test_a_changed_cell_stays_in_its_place_and_an_unchanged_one_is_not_written(monkeypatch):
    monkeypatch.setattr(refresh, "WHOLE_DAY", 0)
    write_order()
    refresh_all()
    before = versions()
    with transaction.atomic(), watch(ORDERS, other := Order(department_id=2, channel="online", received_on=DAY_1)):
        other.save()
    refresh_all()
    unchanged = versions()
    assert unchanged.items() >= before.items()
    assert len(unchanged) == 2
    write_order()
    refresh_all()
    changed = versions()
    assert changed.keys() == unchanged.keys()
    assert {key[1] for key in changed if changed[key] != unchanged[key]} == {1}
    assert list(differences()) == []


def versions() -> dict[tuple[int, int], str]:
    """The cells of the coarsest cuboid: (id, department) → who wrote this version."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, department_id, xmin::text FROM statsapp_departmentcell")
        return {(pk, department): version for pk, department, version in cursor.fetchall()}
