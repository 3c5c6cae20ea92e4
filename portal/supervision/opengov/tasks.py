"""Celery entry points of open government: thin, safe to repeat."""

from portal.celery import app
from portal.core.datasets import datasets
from portal.supervision.opengov import actions
from portal.supervision.opengov.reading import digest_of


@app.task(name="opengov.look_for_changes")
def look_for_changes() -> int:
    """Compare every dataset with what it was at the last look, and clear away old files. Returns how many changed."""
    changed = 0
    for one in datasets():
        rows, digest = digest_of(one, actions.watched_span())
        changed += actions.note_rows(one.code, rows=rows, digest=digest) is not None
    return changed
