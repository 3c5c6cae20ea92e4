"""Celery entry points of the core: thin, safe to repeat; what lasts stands in the database."""

import datetime as dt

from portal.celery import app
from portal.core import files, jobs, notifications, retention  # noqa: F401  (notifications registers its job)
from portal.core.models import BeatTick
from portal.core.time import now

RUN_SECONDS = 20.0  # a poke's share; what is left gets a poke of its own, so that other tasks have their turn


@app.task(name="core.beat_tick")
def beat_tick() -> None:
    """Leave a trace of beat, whose age the health page shows."""
    BeatTick.tick(now())


def last_beat_age() -> dt.timedelta | None:
    """How long ago beat and a worker were last seen alive together; None when never."""
    last = BeatTick.objects.filter(pk=1).first()
    return now() - last.ticked_at if last else None


@app.task(name="core.run_due_jobs")
def run_due_jobs() -> int:
    """Do what is due."""
    return jobs.run_due_jobs(seconds=RUN_SECONDS, share=True)


@app.task(name="core.refresh_statistics")
def refresh_statistics() -> None:
    """Bring the statistics cells up to date with their dirty rows."""
    from portal.core import statistics

    statistics.refresh_all()


@app.task(name="core.seal_events")
def seal_events() -> None:
    """Seal the day's event chains."""
    from portal.core import audit

    audit.seal_events()


@app.task(name="core.scan_files")
def scan_files() -> int:
    """Scan what came in while the virus scanner was away."""
    return files.scan_pending()


@app.task(name="core.purge")
def purge() -> dict[str, int]:
    """Every night: work through the retention table. Returns how many went by line."""
    return retention.clear_all()
