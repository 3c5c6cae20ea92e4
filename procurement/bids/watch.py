"""The watch over the portal itself: do its pages answer, was the watch away, which requests of bidders broke?

The sweep asks while something hangs on it: a deadline that is near, a window that runs. The pages are asked over their own
public address (the setting `PORTAL_WATCH_URL`, else `SITE_URL` where it was set), through proxy and web process to the
database. A request of a bidder that breaks is noted in a file beside the data, since the database may be what broke, and
handed in as soon as it can be. What nobody here sees: the bidder's own line, and whatever lies between.
"""

import datetime as dt
import json
import logging
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from portal.core.errors import DomainError
from portal.core.time import now
from procurement.bids import actions
from procurement.bids.actions.watching import Failure, before, watched_above
from procurement.bids.models import Opening, Outage
from procurement.clock import deciding_now
from procurement.tenders.models import Project

SECONDS = 5.0  # whoever waits longer for a page gives up
LARGEST = 100_000
MOST = 500
AFTER = dt.timedelta(minutes=10)
ANSWERED = ""
UNWELL = 503  # the health page of a portal whose scheduler was silent, and yet an answer
Detail = Outage.Detail
log = logging.getLogger(__name__)
View = Callable[..., HttpResponseBase]


def look() -> None:
    """One look of the sweep."""
    hand_in()
    asks = bool(settings.WATCH_URL) and needed()
    actions.note_look(ask() if asks else None)


def needed() -> bool:
    """Whether anything hangs on the pages now: a deadline, a window, or an outage that has not ended yet."""
    at = deciding_now()
    near = Project.objects.filter(state__in=("receiving", "closed"), deadline_at__gte=at - AFTER)
    return (
        near.filter(deadline_at__lte=at + before(at)).exists()
        or Opening.objects.filter(state="decrypting").exists()
        or Outage.objects.filter(kind=Outage.Kind.WEB, until_at__isnull=True).exists()
        or watched_above(at)
    )


def ask() -> str:
    """Empty where the pages answered and had their database; else a word on what came instead."""
    address = settings.WATCH_URL.rstrip("/") + "/health"
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 - the setting, our own address
            told = answer.read(LARGEST)
    except HTTPError as error:
        if error.code != UNWELL:
            return Detail.ERROR
        told = error.read(LARGEST)
    except (OSError, ValueError) as error:
        slow = isinstance(getattr(error, "reason", error), TimeoutError)
        return Detail.SLOW if slow else Detail.SILENT
    try:
        return ANSWERED if json.loads(told)["checks"]["database"]["ok"] is True else Detail.DATABASE
    except (ValueError, KeyError, TypeError):
        return Detail.STRANGE


# --- requests that broke ------------------------------------------------------------------------------------------------


def folder() -> Path:
    return Path(settings.DATA_DIR) / "failed-requests"


def noting_failures(view: View) -> View:
    """Note when a bidder's request breaks for a reason of ours; what refuses it in words is no failure."""

    @wraps(view)
    def noted(request: HttpRequest, number: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with failures_noted(number):
            return view(request, number, *args, **kwargs)

    return noted


@contextmanager
def failures_noted(number: str) -> Iterator[None]:
    """The same around a part of a request, for a page whose address does not name the tender."""
    try:
        yield
    except (DomainError, Http404, PermissionDenied, SuspiciousOperation):
        raise
    except Exception as error:
        note(number, Detail.DATABASE if isinstance(error, DatabaseError) else Detail.PROGRAM)
        raise


def note(number: str, detail: str) -> None:
    """Into a file, whole or not at all: when, for which tender, what broke. No person and no firm."""
    mark = uuid4().hex
    told = {"mark": mark, "number": number, "at": now().isoformat(), "detail": detail}
    try:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        part = folder() / f"{mark}.part"
        part.write_text(json.dumps(told))
        part.rename(folder() / f"{mark}.json")
    except OSError:
        log.exception("bids: a failed request could not be noted")


def hand_in() -> int:
    """Write the noted failures into the database; they stay where they are until that has worked."""
    found = {}
    for path in sorted(folder().glob("*.json"))[:MOST]:
        with suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(path.read_text())
            at = dt.datetime.fromisoformat(told["at"])
            found[path] = Failure(str(told["mark"])[:32], str(told["number"]), at, Detail(told["detail"]))
    if not found:
        return 0
    try:
        taken = actions.note_failures(list(found.values()))
    except DatabaseError:
        return 0
    for path in found:
        path.unlink(missing_ok=True)
    return taken
