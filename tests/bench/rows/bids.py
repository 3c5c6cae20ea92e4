"""Row `bids`: two hundred bidders send their sealed bids at the deadline over HTTP.

The yardstick is the least that anybody could do: the same files streamed to the disk and hashed in one process, by
the pieces and with the hash that the portal uses. `--size` divided by 200,000 is the megabytes of a bid: a million gives
five, ten million the fifty of a large tender (40 GB of disk and a quarter of an hour). One warm-up pair and one timed one.
The check is the point of the row: a receipt for everybody, numbers without gaps in the order of the database's clock,
one chain, and server processes whose memory stays flat whatever a bid weighs.
"""

import http.client
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.bench.apiworld import server, side_by_side
from tests.bench.harness import Pair, Row, register

BIDDERS = 200
MEGABYTE = 1024 * 1024
GROWTH_KB = 24 * 1024  # of a server process over all uploads: what a request of any page costs once
TOKEN = "b" * 32


def tender() -> tuple[Any, list[tuple[int, str]]]:
    """A tender that takes bids for an hour more, and (organisation, session) of its bidders."""
    import datetime as dt

    from django.conf import settings
    from django.test import Client

    from portal.core.db import database_now
    from procurement.tenders.models import Project
    from tests.bids.objects import receiving
    from tests.tenders.objects import bidder

    project = receiving()
    Project.objects.filter(pk=project.pk).update(deadline_at=database_now() + dt.timedelta(hours=1))
    senders = []
    for _n in range(BIDDERS):
        profile, agent = bidder()
        client = Client()
        client.force_login(agent.user, backend="portal.people.backends.AccountBackend")
        senders.append((profile.organisation_id, client.cookies[settings.SESSION_COOKIE_NAME].value))
    return project, senders


def upload(port: int, path: str, sender: tuple[int, str], file: Path) -> dict[str, Any]:
    """One bid on a line of its own, streamed from the disk; the receipt."""
    digest = sha256()
    with file.open("rb") as content:
        while chunk := content.read(MEGABYTE):
            digest.update(chunk)
    headers = {
        "Cookie": f"sessionid={sender[1]}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Accept": "application/json",
        "Content-Type": "application/octet-stream", "Content-Length": str(file.stat().st_size),
        "X-Bid-Organisation": str(sender[0]), "X-Bid-SHA256": digest.hexdigest(), "X-Bid-Commitment": digest.hexdigest(),
    }  # fmt: skip
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        with file.open("rb") as content:
            line.request("POST", path, content, headers)
            answer = line.getresponse()
            told = json.loads(answer.read())
        if answer.status != 201:
            raise AssertionError(told)
        return dict(told["receipt"])
    finally:
        line.close()


def peaks(port: int) -> dict[int, int]:
    """Peak memory in KiB of the gunicorn processes on this port."""
    found, mark = {}, f"--bind=127.0.0.1:{port}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "cmdline").read_bytes():
                lines = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
                found[int(folder.name)] = int(lines["VmHWM"].split()[0])
        except (OSError, KeyError):
            continue
    return found


@contextmanager
def prepare(size: int) -> Iterator[Pair]:
    from django.urls import reverse

    from procurement.bids import proofs
    from procurement.bids.vault import CHUNK_BYTES
    from tests.bids.objects import book_of

    megabytes = max(1, size // 200_000)
    project, senders = tender()
    path = reverse("bids:upload", args=[project.number, 1])
    with tempfile.TemporaryDirectory() as folder, server() as port:
        files = [Path(folder) / f"{n}.bid" for n in range(BIDDERS)]

        def fresh() -> None:
            """Other bytes for each run, or the portal would answer with the receipts that it has given already."""
            for file in files:
                file.write_bytes(os.urandom(MEGABYTE) * megabytes)

        fresh()
        upload(port, path, senders[0], files[0])
        fresh()
        before = peaks(port)

        def ours() -> list[dict[str, Any]]:
            return side_by_side(lambda n: upload(port, path, senders[n], files[n]), BIDDERS)

        def other() -> None:
            for n, file in enumerate(files):
                digest = sha256()
                with file.open("rb") as content, (Path(folder) / f"copy-{n % 4}").open("wb") as target:
                    while chunk := content.read(CHUNK_BYTES):
                        digest.update(chunk)
                        target.write(chunk)
                assert digest.hexdigest()

        def check(receipts: list[dict[str, Any]], _nothing: None) -> None:
            book = book_of(project)
            assert len({one["sequence"] for one in receipts}) == BIDDERS
            assert proofs.problems_of(book) == []
            ordered = sorted(receipts, key=lambda one: one["sequence"])
            times = [one["received_at"] for one in ordered]
            assert times == sorted(times)
            grown = {pid: peak - before[pid] for pid, peak in peaks(port).items() if pid in before}
            assert grown, "no server process was measured"
            print(
                f"bids: memory grew by {max(grown.values())} KiB at most, with bids of {megabytes} MB", file=sys.stderr
            )
            assert max(grown.values()) < GROWTH_KB, grown

        yield Pair(ours, other, amount=BIDDERS, check=check, before_ours=fresh)


register(
    Row(
        name="bids",
        title="200 sealed bids at the deadline",
        ours="streamed uploads over HTTP with signed, chained receipts; 16 at once, four workers, memory flat",
        other="the same files streamed to the disk and hashed, one process",
        unit="bids",
        goal=None,
        prepare=prepare,
        pairs=1,
    )
)
