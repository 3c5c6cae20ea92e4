"""Five hundred screens that ask whether anything is new, against the one indexed read that each question costs."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.harness import Pair, Row, register
from tests.bench.rows.call_next import hall_of

SCREENS = 500


@contextmanager
def prepare(_size: int) -> Iterator[Pair]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from hall.queue.actions.layout import hash_of
    from hall.queue.models import Device
    from portal.core.time import now

    session, _actor = hall_of(200, "POLLS")
    secrets = [f"bench-secret-{n}" for n in range(SCREENS)]
    Device.objects.bulk_create(
        Device(
            kind="hall_screen", name=f"B{n}", hall=session.hall, token_hash=hash_of(secret), issued_at=now(),
            last_seen_at=now(),
        )
        for n, secret in enumerate(secrets)
    )  # fmt: skip
    hashes = [hash_of(secret) for secret in secrets]
    client = Client(HTTP_HOST="localhost")
    etags = {f"/screen/{secret}/feed/": "" for secret in secrets}
    for url in etags:
        etags[url] = client.get(url)["ETag"]
    with CaptureQueriesContext(connection) as queries:
        client.get(url, headers={"If-None-Match": etags[url]})
    assert len(queries) <= 1

    def ours() -> int:
        return sum(client.get(url, headers={"If-None-Match": etag}).status_code == 304 for url, etag in etags.items())

    def other() -> int:
        found = 0
        for token_hash in hashes:
            with connection.cursor() as cursor:
                cursor.execute("SELECT id FROM queue_device WHERE token_hash = %s", [token_hash])
                found += cursor.fetchone() is not None
        return found

    def check(ours: object, other: object) -> None:
        assert ours == other == SCREENS

    yield Pair(ours, other, amount=SCREENS, check=check)


register(
    Row(
        name="poll",
        title=f"{SCREENS} screens ask in turn and nothing is new: every answer a 304, at most one query each",
        ours="the whole request through Django: 304 after one indexed read",
        other="the bare read by the driver",
        unit="polls",
        goal=None,
        prepare=prepare,
    )
)
