"""Celery entry points of bidders: thin, safe to repeat."""

from portal.celery import app
from procurement.bidders import licences, mandates


@app.task(name="bidders.tell_of_licences")
def tell_of_licences() -> int:
    """Tell the firms whose licence runs out, until nobody is left."""
    total = 0
    while done := licences.tell_of_end():
        total += done
    return total


@app.task(name="bidders.tell_of_mandates")
def tell_of_mandates() -> int:
    """Tell firms and people whose authority to act ends, until nobody is left."""
    total = 0
    while done := mandates.tell_of_end():
        total += done
    return total
