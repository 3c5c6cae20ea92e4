"""Celery entry points of the knowledge base: thin, safe to repeat."""

from hotline.knowledge import actions
from portal.celery import app


@app.task(name="knowledge.sweep")
def sweep() -> dict[str, int]:
    """End what has expired, remind of reviews, light the lamps of remarks."""
    steps = {"expired": actions.expire, "reviews": actions.remind_of_review, "lamps": actions.light_lamps}
    totals = dict.fromkeys(steps, 0)
    for name, batch in steps.items():
        while done := batch():
            totals[name] += done
    return totals
