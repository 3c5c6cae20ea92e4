"""The worker's side of an import: a stepwise job that does chunk after chunk and lets others have their turn."""

import time
from typing import Any

from django.utils import translation

from portal.core import db
from portal.core.actors import Actor
from portal.core.exchange.forms import form_named
from portal.core.exchange.jobs import finish, opened
from portal.core.exchange.reader import Unreadable, read_head
from portal.core.exchange.runner import ChunkRunner, open_chunks
from portal.core.jobs import GiveUp, Job, Later, job
from portal.core.models.exchange import ImportJob, ImportState
from portal.core.time import now

NAME = "core.import"
TURN_SECONDS = 10.0  # then other jobs have their turn; the next one goes on at the checkpoint


def _broke_off(payload: dict[str, Any], error: str) -> None:
    """The job was given up: the page says so, and the import can be started again."""
    ImportJob.objects.filter(pk=payload["import"], state=ImportState.RUNNING).update(
        state=ImportState.FAILED, failure=error, finished_at=now()
    )


@job(NAME, steps=True, lease_seconds=120, on_dead=_broke_off)
def run_import(payload: dict[str, Any], row: Job) -> None:
    """Do the open chunks of an import for a while. Each commits only while the lease is ours, so none is done twice."""
    taken = ImportJob.objects.select_related("owner").get(pk=payload["import"])
    if taken.state != ImportState.RUNNING:
        return
    form = form_named(taken.form)
    started = time.monotonic()
    with translation.override(taken.owner.language if taken.owner else None):
        try:
            with opened(taken) as file:
                head = read_head(file, key=form.key)
                runner = ChunkRunner(form, taken, head, actor_of(taken))
                for chunk in open_chunks(taken, file, head):
                    if _was_cancelled(taken):
                        return
                    if time.monotonic() - started > TURN_SECONDS:
                        raise Later(now())
                    runner.take_in(chunk, row.step)
        except (Unreadable, FileNotFoundError) as error:
            raise GiveUp(str(error)) from None
    with row.step():
        fresh = db.lock_row(ImportJob.objects.all(), taken.pk)
        if fresh.state == ImportState.RUNNING:
            finish(fresh)


def _was_cancelled(taken: ImportJob) -> bool:
    return not ImportJob.objects.filter(pk=taken.pk, state=ImportState.RUNNING).exists()


def actor_of(taken: ImportJob) -> Actor:
    """Who answers for the import: the administrator or the system that sent it, else the command."""
    if taken.owner is None:
        return Actor.system(f"import_{taken.form}")
    role = "system" if taken.only_department else "administrator"
    return Actor(user=taken.owner, role=role, name=taken.owner.name)
