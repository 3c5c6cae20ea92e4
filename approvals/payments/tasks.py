"""Celery entry points of payments: thin, safe to repeat."""

import datetime as dt

from approvals.payments import actions
from approvals.payments.providers import Unreachable, online_providers
from portal.celery import app
from portal.core.time import today


@app.task(name="payments.ask_alive")
def ask_alive() -> int:
    """Ask the providers about payments that are under way: callbacks get lost."""
    return actions.ask_alive()


@app.task(name="payments.daily")
def daily() -> dict[str, int]:
    """Expire and remind, until nothing is left."""
    totals = {"expired": 0, "reminded": 0}
    while done := actions.expire_due():
        totals["expired"] += done
    while done := actions.remind_due():
        totals["reminded"] += done
    return totals


@app.task(name="payments.reconcile")
def reconcile() -> int:
    """Compare yesterday's statement of every provider with our rows. Returns how many were compared."""
    compared = 0
    for code in online_providers():
        try:
            actions.reconcile(code, today() - dt.timedelta(days=1))
            compared += 1
        except Unreachable:
            continue
    return compared
