"""Celery entry points of attendance: thin, safe to repeat."""

from hall.attendance import actions
from portal.celery import app


@app.task(name="attendance.plan_days")
def plan_days() -> int:
    """Plan the shifts of today and tomorrow as duties and leave have it now."""
    return actions.plan_days()


@app.task(name="attendance.watch_posts")
def watch_posts() -> int:
    """Count the shifts that began, then look for posts left empty."""
    while actions.count_begun():
        pass
    return actions.watch_posts()
