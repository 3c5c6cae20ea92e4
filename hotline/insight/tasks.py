"""Celery entry points of the insight: thin, safe to repeat."""

from hotline.insight import actions
from portal.celery import app


@app.task(name="insight.count_days")
def count_days() -> int:
    """Count the days that have not been counted, the oldest first. Returns how many."""
    days = actions.days_to_count()
    for day in days:
        actions.count_day(day)
    return len(days)
