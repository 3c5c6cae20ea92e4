"""Celery entry points of appointments: thin, safe to repeat."""

from hall.appointments import actions
from portal.celery import app


@app.task(name="appointments.lay_slots")
def lay_slots() -> int:
    """Lay the slots of the days that have come within reach."""
    pks = actions.services_to_lay()
    for pk in pks:
        actions.lay_service(pk)
    return len(pks)


@app.task(name="appointments.mark_missed")
def mark_missed() -> int:
    """Mark the appointments at whose time nobody came."""
    total = 0
    while done := actions.mark_missed():
        total += done
    return total
