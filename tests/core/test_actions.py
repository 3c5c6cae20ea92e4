"""An action that lost to others is run again; anything else that the database refuses is said at once."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from portal.core.actions import ATTEMPTS, action
from portal.core.models.statistics import StatisticsShard

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.once
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a server does not make writers wait for one another")
def test_who_waited_in_vain_for_the_database_is_run_again():
    """SQLite serves waiting writers in no order, so one of many may wait out its time without any fault of its own."""
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            held.set()
            let_go.wait(20)
        connections.close_all()

    refused: list[str] = []

    def watch_begin(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        try:
            return execute(sql, params, many, context)
        except Exception as error:
            refused.append(f"{sql}: {error}")
            let_go.set()
            holder.join()
            raise

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(20)
    try:
        with connection.execute_wrapper(watch_begin):
            assert action(lambda: "done")() == "done"
    finally:
        let_go.set()
        holder.join()
        connection.close()
    assert len(refused) == 1 and "locked" in refused[0]


def test_what_the_database_refuses_for_a_reason_is_not_tried_again():
    tries = []

    @action
    def twice_the_same() -> None:
        tries.append(1)
        for _ in range(2):
            StatisticsShard.objects.bulk_create([StatisticsShard(number=990)])

    with pytest.raises(IntegrityError):
        twice_the_same()
    assert len(tries) == 1 < ATTEMPTS
