"""Jobs: what must happen later is a row of the business transaction; a Celery message is only a poke.

A handler is registered with `@job("app.verb")` and gets `(payload, job)`. There are two kinds:

* the plain handler runs inside one transaction, and the job's completion is the last statement of it: inside the
  database it happens once, or not at all. It calls plain functions, not actions, and touches at most 500 rows
  (SQLite has one writer: 5,000 rows held the web up for 330 ms);
* the stepwise handler (`steps=True`) commits on its own: `with job.step(): …` commits only while the lease is ours,
  and an action that it calls must be safe to repeat. Imports, recomputations and calls to the outside are of this kind.

Who takes a job holds a lease; a worker that dies loses it, and the sweep gives the job to another one.
"""

import datetime as dt
import functools
import logging
import time as wall
import traceback
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _
from kombu.pools import producers

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState
from portal.core.models.jobs import OPEN_STATES, Job, JobState, LeaseLost
from portal.core.time import now

if TYPE_CHECKING:
    from portal.people.models import User

__all__ = [
    "GiveUp",
    "Job",
    "Later",
    "LeaseLost",
    "close_job",
    "enqueue",
    "enqueue_all",
    "enqueue_each",
    "job",
    "may_manage_jobs",
    "poke",
    "retry_job",
    "run_due_jobs",
    "unpoked",
]

log = logging.getLogger("portal.jobs")
Handler = Callable[[dict[str, Any], Job], None]
BACK_OFF_SECONDS = (10, 30, 60, 300, 900, 3600, 3 * 3600, 6 * 3600)
SWEEP_BATCH = 500
POKE_AGAIN_AFTER = 10.0  # seconds without pokes after a broken broker; the beat sweep works meanwhile


class GiveUp(Exception):
    """Raised by a handler when trying again makes no sense: the job fails at once, with this text."""


class Later(Exception):
    """Raised by a handler that must wait until a moment (quiet hours): it costs no attempt."""

    def __init__(self, due_at: dt.datetime) -> None:
        self.due_at = due_at
        super().__init__(due_at.isoformat())


@dataclass(frozen=True)
class JobKind:
    """What is known of all jobs of a name. `on_dead(payload, error)` runs in the transaction that gives the job up."""

    name: str
    handler: Handler
    lease_seconds: int
    max_attempts: int
    steps: bool
    on_dead: Callable[[dict[str, Any], str], None] | None


_kinds: dict[str, JobKind] = {}


def job(
    name: str,
    *,
    lease_seconds: int = 60,
    max_attempts: int = 8,
    steps: bool = False,
    on_dead: Callable[[dict[str, Any], str], None] | None = None,
) -> Callable[[Handler], Handler]:
    """Register the handler of the jobs called `name`."""

    def register(handler: Handler) -> Handler:
        known = _kinds.get(name)
        if known is not None and known.handler.__qualname__ != handler.__qualname__:
            raise ValueError(f"two handlers for the job {name}")
        _kinds[name] = JobKind(name, handler, lease_seconds, max_attempts, steps, on_dead)
        return handler

    return register


def kind_of(name: str) -> JobKind | None:
    return _kinds.get(name)


# --- asking for work ------------------------------------------------------------------------------------------------


def enqueue(
    name: str, payload: dict[str, Any] | None = None, *, due_at: dt.datetime | None = None, key: str | None = None
) -> Job:
    """Write the job into the present transaction; it exists if and only if the transaction commits.

    With a `key` at most one row of the name is open: a waiting one takes the new payload and the earlier moment, a
    running one is run again afterwards. Raises ValueError for a name without a handler.
    """
    if name not in _kinds:
        raise ValueError(f"no handler for the job {name}")
    with transaction.atomic(savepoint=False):
        row = _enqueue(name, payload or {}, due_at or now(), key or "")
        if row.due_at <= now():
            poke()
    return row


def enqueue_all(names: Iterable[str], payload: dict[str, Any]) -> None:
    """Several keyless jobs with one payload, due now, in one statement. Raises ValueError for an unknown name."""
    enqueue_each([(name, payload) for name in names])


def enqueue_each(wanted: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Several keyless jobs, each with its own payload, due now, in one statement. Raises ValueError likewise."""
    if unknown := [name for name, _payload in wanted if name not in _kinds]:
        raise ValueError(f"no handler for the job {unknown[0]}")
    if not wanted:
        return
    moment = now()
    Job.objects.bulk_create(
        Job(name=name, payload=payload, due_at=moment, created_at=moment, request_id=_request_id())
        for name, payload in wanted
    )
    poke()


def _enqueue(name: str, payload: dict[str, Any], due_at: dt.datetime, key: str) -> Job:
    if not key:  # nothing that it could meet
        return _write(name, payload, due_at, key)
    for _attempt in range(5):
        joined = _join_open_job(name, payload, due_at, key)
        if joined is not None:
            return joined
        try:
            with transaction.atomic():
                return _write(name, payload, due_at, key)
        except IntegrityError:
            continue  # somebody wrote it meanwhile: joined in the next round
    raise RuntimeError(f"the job {name} {key} could not be written: its key is taken over and over")


def _write(name: str, payload: dict[str, Any], due_at: dt.datetime, key: str) -> Job:
    return Job.objects.create(
        name=name, key=key, payload=payload, due_at=due_at, created_at=now(), request_id=_request_id()
    )


def _join_open_job(name: str, payload: dict[str, Any], due_at: dt.datetime, key: str) -> Job | None:
    open_ids = Job.objects.filter(name=name, key=key, state__in=OPEN_STATES).values_list("pk", flat=True)
    # The lock keeps a worker from taking or completing the row before our changes are committed and visible to it.
    for row in db.lock_rows(Job.objects.all(), open_ids):
        if row.state not in OPEN_STATES:
            continue
        row.payload = payload
        row.due_at = min(row.due_at, due_at) if row.state == JobState.WAITING else due_at
        row.again = row.state == JobState.RUNNING
        row.save(update_fields=["payload", "due_at", "again"])
        return row
    return None


def _request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64]


_no_poke_before = 0.0
_unpoked: ContextVar[bool] = ContextVar("unpoked", default=False)
# A web process sends only pokes, so its connection may be impatient; the workers keep Celery's patient one.
IMPATIENT = {
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "socket_connect_timeout": 1,
    "socket_timeout": 2,
    "retry_on_timeout": False,
}


def poke() -> None:
    """On commit tell the workers that something is due, once for each transaction. Never fails the caller."""
    if _unpoked.get():
        return
    saved = set(connection.savepoint_ids)
    if any(entry[1] is _send_poke and entry[0] <= saved for entry in connection.run_on_commit):
        return
    transaction.on_commit(_send_poke, robust=True)


@contextmanager
def unpoked() -> Iterator[None]:
    """Inside, no worker is called: for who builds many things at once and runs their jobs itself."""
    token = _unpoked.set(True)
    try:
        yield
    finally:
        _unpoked.reset(token)


@functools.cache
def _broker() -> Any:
    from portal.celery import app

    options = {**app.conf.broker_transport_options, **(IMPATIENT if settings.REDIS_URL else {})}
    return app.connection_for_write(transport_options=options)


def _send_poke() -> None:
    """A broken broker costs a second or two once, then the beat sweep does the work until the broker is back."""
    global _no_poke_before
    if wall.monotonic() < _no_poke_before:
        return
    from portal.celery import app

    try:
        if not settings.REDIS_URL:
            settings.BROKER_DIR.mkdir(parents=True, exist_ok=True)
        with producers[_broker()].acquire(block=True, timeout=1) as producer:
            app.send_task("core.run_due_jobs", producer=producer, retry=False, ignore_result=True, expires=30)
    except Exception as error:
        _no_poke_before = wall.monotonic() + POKE_AGAIN_AFTER
        log.warning("poke_failed", extra={"error": type(error).__name__})


# --- doing it -------------------------------------------------------------------------------------------------------


def run_due_jobs(limit: int = 1000, *, seconds: float | None = None, share: bool = False) -> int:
    """Take and run due jobs, one at a time, until none is left, `limit` is reached or `seconds` have passed.

    With `share` another worker is poked when there is more than one. Returns how many were run.
    """
    sweep_leases()
    started, count = wall.monotonic(), 0
    while count < limit and (seconds is None or wall.monotonic() - started < seconds):
        taken = take_job()
        if taken is None:
            return count
        count += 1
        if share and count == 1 and _due_jobs().exists():
            _send_poke()
        run_job(taken)
    if share and _due_jobs().exists():
        _send_poke()
    return count


def _due_jobs() -> Any:
    return Job.objects.filter(state=JobState.WAITING, due_at__lte=now())


def take_job() -> Job | None:
    """Lease the job that is due longest, so that nobody else has it; None when nothing is due."""
    if not _due_jobs().exists():  # a reading look first: on SQLite a transaction is the one writer's place
        return None
    with transaction.atomic():
        row: Job | None = db.skip_locked(_due_jobs().order_by("due_at", "pk")).first()
        if row is None:
            return None
        kind = kind_of(row.name)
        row.lease_seconds = kind.lease_seconds if kind else Job.lease_seconds
        row.state = JobState.RUNNING
        row.lease_token = uuid.uuid4().hex
        row.lease_until = db.database_now() + dt.timedelta(seconds=row.lease_seconds)
        row.attempts += 1
        row.started_at = now()
        row.save(update_fields=["state", "lease_token", "lease_until", "attempts", "started_at"])
    return row


def run_job(taken: Job) -> None:
    """Run a job that this process has leased, and note how it ended."""
    kind = kind_of(taken.name)
    with structlog.contextvars.bound_contextvars(job=taken.name, job_id=taken.pk, request_id=taken.request_id):
        if kind is None:
            return _give_up(taken, str(_("No program part knows this job.")))
        try:
            _run_handler(kind, taken)
        except LeaseLost:
            log.warning("lease_lost")  # another worker does it; what was open here is rolled back
        except Later as later:
            _release(taken, due_at=later.due_at, attempts=taken.attempts - 1)
        except GiveUp as error:
            _give_up(taken, str(error))
        except Exception as error:
            log.exception("job_failed")
            _fail(taken, describe(error))


def _run_handler(kind: JobKind, taken: Job) -> None:
    if kind.steps:
        kind.handler(taken.payload, taken)
        taken.complete()
        return
    with transaction.atomic(durable=True):
        kind.handler(taken.payload, taken)
        taken.complete()


def describe(error: Exception) -> str:
    """What an administrator reads: kind, first line and place. Never the detail lines, which may hold personal data."""
    if isinstance(error, DomainError):
        return f"{error.code}: {error.message}"
    lines = str(error).splitlines()
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    place = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__}: {lines[0][:300] if lines else ''} ({place})"


def back_off(attempts: int) -> dt.timedelta:
    """How long to wait after so many attempts."""
    return dt.timedelta(seconds=BACK_OFF_SECONDS[min(attempts, len(BACK_OFF_SECONDS)) - 1])


def _fail(row: Job, error: str) -> None:
    kind = kind_of(row.name)
    if kind is None or row.attempts >= kind.max_attempts:
        return _give_up(row, error)
    _release(row, due_at=now() + back_off(row.attempts), attempts=row.attempts, error=error)


def _release(row: Job, *, due_at: dt.datetime, attempts: int, error: str = "") -> None:
    row._mine.update(
        state=JobState.WAITING,
        due_at=due_at,
        attempts=max(attempts, 0),
        again=False,
        lease_token="",
        lease_until=None,
        last_error=error,
    )


def _give_up(row: Job, error: str) -> None:
    with transaction.atomic():
        if row._mine.filter(again=True).exists():
            return _release(row, due_at=now(), attempts=0, error=error)  # a newer request deserves its own attempts
        dead = row._mine.update(
            state=JobState.DEAD, lease_token="", lease_until=None, last_error=error, finished_at=now()
        )
        kind = kind_of(row.name)
        if dead and kind is not None and kind.on_dead is not None:
            kind.on_dead(row.payload, error)
    if dead:
        log.error("job_dead", extra={"job_name": row.name, "job_id": row.pk})


def sweep_leases() -> int:
    """Give back the jobs of workers that died. Returns how many."""
    expired = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=db.database_now())
    if not expired.exists():
        return 0
    with transaction.atomic():
        rows = list(db.skip_locked(expired.order_by("pk"))[:SWEEP_BATCH])
        for row in rows:
            kind = kind_of(row.name)
            if kind is not None and row.attempts >= kind.max_attempts:
                _give_up(row, str(_("The worker was lost in the middle, the last time as well.")))
            else:
                _release(row, due_at=now(), attempts=row.attempts, error=str(_("The worker was lost in the middle.")))
    return len(rows)


def release_all_leases() -> int:
    """Give back every running job: only for a start at which no worker can be alive."""
    return Job.objects.filter(state=JobState.RUNNING).update(
        state=JobState.WAITING, lease_token="", lease_until=None, again=False
    )


# --- what a person does with a failed job ---------------------------------------------------------------------------


def may_manage_jobs(user: "User") -> bool:
    """Administrators see and mend failed jobs and messages."""
    return bool(user.is_authenticated and user.access.has("administrator"))


def _failed_job(actor: Actor, job_id: int) -> Job:
    if actor.user is None or not may_manage_jobs(actor.user):
        raise NotAllowed
    try:
        row = db.lock_row(Job.objects.all(), job_id)
    except Job.DoesNotExist:
        raise NotFound from None
    if row.state != JobState.DEAD:
        raise WrongState
    return row


@action
def retry_job(actor: Actor, job_id: int) -> Job:
    """Put a failed job back to waiting, due now. Raises NotAllowed, NotFound, WrongState."""
    row = _failed_job(actor, job_id)
    if row.key and Job.objects.filter(name=row.name, key=row.key, state__in=OPEN_STATES).exists():
        raise WrongState(_("The same work is already waiting. There is nothing to try again."))
    row.state, row.attempts, row.due_at, row.finished_at = JobState.WAITING, 0, now(), None
    row.save(update_fields=["state", "attempts", "due_at", "finished_at"])
    poke()
    return row


@action
def close_job(actor: Actor, job_id: int, *, note: str) -> Job:
    """Close a failed job because a person did its work or found it void; `note` says which. Raises Invalid too."""
    row = _failed_job(actor, job_id)
    if not note.strip():
        raise Invalid(fields={"note": _("Write what was done instead.")})
    row.state, row.finished_at, row.closed_by, row.closed_note = JobState.CANCELLED, now(), actor.user, note.strip()
    row.save(update_fields=["state", "finished_at", "closed_by", "closed_note"])
    return row
