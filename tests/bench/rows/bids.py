"""Row `bids`: two hundred bidders send their sealed bids at the deadline over HTTP, all of them at once.

The yardstick is the least that anybody could do: the same files streamed to the disk and hashed in one process, by
the pieces and with the hash that the portal uses. `--size` divided by 200,000 is the megabytes of a bid: a million gives
five, ten million the fifty of a large tender (40 GB of disk and a quarter of an hour). One warm-up pair and one timed one.
The check is the point of the row. Its run goes over the real deadline: while the bids stream in, the deadline is set a
little ahead by the database's clock, so that the last ones come too late, and a few firms try once more after it. Every
bid is either taken before the deadline, with a receipt, or refused after it in words, and never before it; what the book
holds is exactly what was receipted, numbers without gaps in the order of the database's clock, one chain. Memory is that
of each server process by itself: every worker has taken bids of a megabyte before it is measured, so what it grows by
afterwards is what the weight of a bid costs. That is compared with a bound below a bid of ten megabytes; with lighter
bids the row says that it cannot tell. The timed run comes after it, with a deadline far ahead, so that all 200 are taken.
"""

import datetime as dt
import http.client
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.bench.apiworld import WORKERS, server, side_by_side
from tests.bench.harness import Pair, Row, register

BIDDERS = 200
LATE_FROM = 160  # when so many bids have come, the deadline is set
BEFORE_IT = 20  # at the pace of those, about so many more are in time
STRAGGLERS = 5  # who send after the deadline for certain
MEGABYTE = 1024 * 1024
GROWTH_KB = 8 * 1024  # of a server process that has taken bids before, over all uploads
TELLING_MB = 10  # lighter bids would not be noticed if a process kept one whole
WARMING = 40  # bids of a megabyte, until each worker has had some
TOKEN = "b" * 32
HOUR = 3600.0


def tender() -> tuple[Any, list[tuple[int, str]]]:
    """A tender that takes bids, and (organisation, session) of its bidders."""
    from django.conf import settings
    from django.test import Client

    from tests.bids.objects import receiving
    from tests.tenders.objects import bidder

    project = receiving()
    ends_in(project, HOUR)
    senders = []
    for _n in range(BIDDERS):
        profile, agent = bidder()
        client = Client()
        client.force_login(agent.user, backend="portal.people.backends.AccountBackend")
        senders.append((profile.organisation_id, client.cookies[settings.SESSION_COOKIE_NAME].value))
    return project, senders


def ends_in(project: Any, seconds: float) -> dt.datetime:
    """Set the deadline so many seconds ahead by the database's clock."""
    from portal.core.db import database_now
    from procurement.tenders.models import Project

    deadline = database_now() + dt.timedelta(seconds=seconds)
    Project.objects.filter(pk=project.pk).update(deadline_at=deadline)
    return deadline


class Deadline:
    """Set once, while the bids stream in, by the pace at which they came so far."""

    def __init__(self, project: Any) -> None:
        self.project, self.at = project, ends_in(project, HOUR)
        self.began, self.lock, self.came = time.monotonic(), threading.Lock(), 0

    def count(self) -> None:
        """One more is here; after the `LATE_FROM`th the deadline stands."""
        from django.db import connection

        with self.lock:
            self.came += 1
            if self.came == LATE_FROM:
                self.at = ends_in(self.project, (time.monotonic() - self.began) / LATE_FROM * BEFORE_IT)
                connection.close()  # this thread's own

    def wait(self) -> None:
        """Until it has passed by the database's clock."""
        from portal.core.db import database_now

        while database_now() < self.at:
            time.sleep(0.05)


def upload(port: int, path: str, sender: tuple[int, str], file: Path) -> dict[str, Any]:
    """One bid on a line of its own, streamed from the disk: its receipt, or the words of who came too late."""
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
        if answer.status == 201:
            return dict(told["receipt"])
        if told.get("code") != "late":
            raise AssertionError(told)
        return {"late": told["detail"], "sha256": digest.hexdigest(), "refused_at": moment_there()}
    finally:
        line.close()


def moment_there() -> dt.datetime:
    """The database's clock, asked by a thread that closes what it opened."""
    from django.db import connection

    from portal.core.db import database_now

    try:
        return database_now()
    finally:
        connection.close()


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


def fill(files: list[Path], megabytes: int) -> None:
    """Other bytes for each run, or the portal would answer with the receipts that it has given already."""
    from procurement.sealing import MAGIC

    for file in files:
        block = MAGIC + os.urandom(MEGABYTE - len(MAGIC))
        file.write_bytes(block * megabytes)


def check_deadline(project: Any, told: list[dict[str, Any]], deadline: dt.datetime, held: int) -> list[dict[str, Any]]:
    """Who was in time has a receipt from before the deadline, who was not is in no book; none is lost. The receipts."""
    from procurement.bids.models import Submission

    receipts = [one for one in told if "late" not in one]
    late = [one for one in told if "late" in one]
    print(f"bids: {len(receipts)} taken before the deadline, {len(late)} refused after it", file=sys.stderr)
    assert len(receipts) >= LATE_FROM and len(late) >= STRAGGLERS
    assert all(dt.datetime.fromisoformat(one["received_at"]) < deadline for one in receipts)
    assert all(one["refused_at"] >= deadline for one in late), "nobody is refused in time"
    rows = Submission.objects.filter(book__lot__project=project)
    assert rows.count() == held + len(receipts)
    kept = dict(rows.values_list("sequence", "sha256"))
    assert all(kept[one["sequence"]] == one["sha256"] for one in receipts), "a receipt stands for the bid that is kept"
    assert not set(kept.values()) & {one["sha256"] for one in late}
    assert all(one["late"] for one in late)
    return receipts


@contextmanager
def prepare(size: int) -> Iterator[Pair]:
    from django.urls import reverse

    from procurement.bids import proofs
    from procurement.bids.models import Submission
    from procurement.bids.vault import CHUNK_BYTES
    from tests.bids.objects import book_of

    megabytes = max(1, size // 200_000)
    project, senders = tender()
    path = reverse("bids:upload", args=[project.number, 1])
    with tempfile.TemporaryDirectory() as folder, server() as port:
        files = [Path(folder) / f"{n}.bid" for n in range(BIDDERS)]
        deadlines: list[Deadline] = []

        def fresh() -> None:
            fill(files, megabytes)
            ends_in(project, HOUR)

        fill(files[:WARMING], 1)
        side_by_side(lambda n: upload(port, path, senders[n], files[n]), WARMING)
        fresh()
        held = Submission.objects.filter(book__lot__project=project).count()
        before = peaks(port)

        def ours() -> list[dict[str, Any]]:
            if deadlines:
                told = side_by_side(lambda n: upload(port, path, senders[n], files[n]), BIDDERS, clients=BIDDERS)
                assert not any("late" in one for one in told), "the timed run takes every bid"
                return told
            deadlines.append(Deadline(project))

            def counted(n: int) -> dict[str, Any]:
                told = upload(port, path, senders[n], files[n])
                deadlines[0].count()
                return told

            told = side_by_side(counted, BIDDERS, clients=BIDDERS)
            deadlines[0].wait()
            fill(files[:STRAGGLERS], megabytes)
            return told + [upload(port, path, senders[n], files[n]) for n in range(STRAGGLERS)]

        def other() -> None:
            for n, file in enumerate(files):
                digest = sha256()
                with file.open("rb") as content, (Path(folder) / f"copy-{n % 4}").open("wb") as target:
                    while chunk := content.read(CHUNK_BYTES):
                        digest.update(chunk)
                        target.write(chunk)
                assert digest.hexdigest()

        def check(told: list[dict[str, Any]], _nothing: None) -> None:
            receipts = check_deadline(project, told, deadlines[0].at, held)
            assert len(told) == BIDDERS + STRAGGLERS
            assert len({one["sequence"] for one in receipts}) == len(receipts)
            assert proofs.problems_of(book_of(project)) == []
            times = [one["received_at"] for one in sorted(receipts, key=lambda one: one["sequence"])]
            assert times == sorted(times)
            now = peaks(port)
            assert now.keys() == before.keys(), "a server process died on the way"
            assert len(now) == WORKERS + 1, "every worker is measured, and their master"
            grown = {pid: peak - before[pid] for pid, peak in now.items()}
            print(
                f"bids: memory grew by {max(grown.values())} KiB at most, with bids of {megabytes} MB", file=sys.stderr
            )
            if megabytes < TELLING_MB:
                print(f"bids: of less than {TELLING_MB} MB, too light to show that none is kept whole", file=sys.stderr)
            assert max(grown.values()) < GROWTH_KB, grown

        yield Pair(ours, other, amount=BIDDERS, check=check, before_ours=fresh)


register(
    Row(
        name="bids",
        title="200 sealed bids at the deadline",
        ours="streamed uploads over HTTP with signed, chained receipts; 200 at once, four workers, memory flat",
        other="the same files streamed to the disk and hashed, one process",
        unit="bids",
        goal=None,
        prepare=prepare,
        pairs=1,
    )
)
