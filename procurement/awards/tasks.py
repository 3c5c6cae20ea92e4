"""Celery entry points of awards: thin, safe to repeat."""

from portal.celery import app
from procurement.awards import actions


@app.task(name="awards.advance")
def advance() -> dict[str, int]:
    """End the publicity that is over and light the lamps of what was not done by its day, until nothing is left."""
    totals = {"publicity": 0, "lamps": 0}
    while done := actions.end_publicity():
        totals["publicity"] += done
    while done := actions.light_lamps():
        totals["lamps"] += done
    return totals
