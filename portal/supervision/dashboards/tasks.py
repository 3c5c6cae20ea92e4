"""Celery entry points of the dashboards: thin, safe to repeat."""

from portal.celery import app
from portal.supervision.dashboards import actions


@app.task(name="dashboards.count_open_work")
def count_open_work() -> int:
    """Count the open cases by their lights for the big screens."""
    return actions.count_open_work()
