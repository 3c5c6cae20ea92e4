"""A screen that asks whether anything is new, against the one indexed read that this costs."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.harness import Pair, Row, register
from tests.bench.rows.call_next import hall_of

POLLS = 500


@contextmanager
def prepare(_size: int) -> Iterator[Pair]:
    from django.db import connection
    from django.test import Client

    from hall.queue.actions.layout import hash_of
    from hall.queue.models import Device
    from portal.core.time import now

    session, _actor = hall_of(200, "POLLS")
    secret = "bench-secret"
    device = Device.objects.create(
        kind="hall_screen", name="B", hall=session.hall, token_hash=hash_of(secret), issued_at=now(), last_seen_at=now()
    )
    client, url = Client(HTTP_HOST="localhost"), f"/screen/{secret}/feed/"
    etag = client.get(url)["ETag"]

    def ours() -> int:
        return sum(client.get(url, headers={"If-None-Match": etag}).status_code == 304 for _ in range(POLLS))

    def other() -> int:
        found = 0
        for _ in range(POLLS):
            with connection.cursor() as cursor:
                cursor.execute("SELECT id FROM queue_device WHERE token_hash = %s", [device.token_hash])
                found += cursor.fetchone() is not None
        return found

    def check(ours: object, other: object) -> None:
        assert ours == other == POLLS

    yield Pair(ours, other, amount=POLLS, check=check)


register(
    Row(
        name="poll",
        title="A screen asks and nothing is new",
        ours="the whole request through Django: 304 after one indexed read",
        other="the bare read by the driver",
        unit="polls",
        goal=None,
        prepare=prepare,
    )
)
