"""Celery entry points of the dashboards: thin, safe to repeat."""

from portal.celery import app
from portal.supervision.dashboards import steps


@app.task(name="dashboards.sweep_steps")
def sweep_steps() -> int:
    """Read what has happened to cases into their steps."""
    return steps.sweep()
