"""Celery entry points of the reform: thin, safe to repeat."""

from approvals.reform import actions
from portal.celery import app


@app.task(name="reform.take_effect")
def take_effect() -> int:
    """Let confirmed changes take effect whose day has come."""
    total = 0
    while done := actions.take_effect_due():
        total += done
    return total
