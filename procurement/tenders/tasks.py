"""Celery entry points of tenders: thin, safe to repeat."""

from portal.celery import app
from procurement.tenders import actions


@app.task(name="tenders.advance")
def advance() -> dict[str, int]:
    """Open what is on offer from today, close what is past its deadline, until nothing is left."""
    totals = {"received": 0, "closed": 0}
    while done := actions.receive_due():
        totals["received"] += done
    while done := actions.close_due():
        totals["closed"] += done
    return totals


@app.task(name="tenders.light_lamps")
def light_lamps() -> int:
    """Light the lamps of bonds that did not go back by their day, and of failed lots on which nobody decided."""
    total = 0
    while done := actions.light_lamps():
        total += done
    while done := actions.light_failed_lots():
        total += done
    return total
