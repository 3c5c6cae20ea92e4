"""Several processes that live the year side by side, each for departments of its own, on the embedded database."""

import multiprocessing
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings
from django.db import connections

from portal.core.db import is_postgres
from portal.core.db.parts import copy_database, highest_key, join_databases, number_from, working_in
from portal.site.demo.story import Story

# What a process does: lives its stories, calling back at the beginning of each day; one of them tells how far it is.
BeginDay = Callable[[int], None]
Live = Callable[[list[Story], BeginDay, bool], None]
FEWEST = 200  # stories for which a second process is worth its copy
ROOM = 2000  # keys for what one process writes into one table on one day


def live_all(stories: Sequence[Story], live: Live, *, most: int = 4) -> None:
    """Let all stories live. Departments never touch each other's cases, so each process takes some of them.

    On a database server one process does it: the portal's nightly jobs would look at the others' cases.
    """
    count = 1 if is_postgres() else min(most, os.cpu_count() or 1, 1 + len(stories) // FEWEST)
    if count == 1:
        live(list(stories), lambda _day: None, True)
        return
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix="demo-") as folder:
        shares = shared_out(stories, count)
        parts = [Path(folder, f"part{number}.db") for number in range(1, count + 1)]
        start = highest_key()
        for part in parts:
            copy_database(part)
        connections.close_all()
        workers = [
            fork.Process(target=_work, args=(part, share, live, start + number * ROOM, count * ROOM))
            for number, (part, share) in enumerate(zip(parts, shares, strict=True))
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if any(worker.exitcode for worker in workers):
            raise RuntimeError("a process that builds the demo city failed; its error stands above")
        join_databases(parts)


def shared_out(stories: Sequence[Story], count: int) -> list[list[Story]]:
    """The stories in `count` shares of about the same size, none of which has a department in common with another."""
    by_department: dict[int, list[Story]] = {}
    for story in stories:
        by_department.setdefault(story.plan.team.department.pk, []).append(story)
    shares: list[list[Story]] = [[] for _ in range(count)]
    for some in sorted(by_department.values(), key=len, reverse=True):
        min(shares, key=len).extend(some)
    return shares


def _work(part: Path, share: list[Story], live: Live, first_key: int, keys_a_day: int) -> None:
    """The keys grow with the days in all processes alike, so that newest first is right in every list."""
    try:
        with working_in(part):
            live(share, lambda day: number_from(first_key + day * keys_a_day), part.stem == "part1")
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)  # nothing of the parent's is to be tidied up here
