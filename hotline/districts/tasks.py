"""Celery entry points of the districts: thin, safe to repeat."""

from hotline.districts import sweeping
from hotline.tasks import until_nothing
from portal.celery import app


@app.task(name="districts.sweep")
def sweep() -> dict[str, int]:
    """Every few minutes."""
    return {
        "late": until_nothing(sweeping.tell_late),
        "closed": until_nothing(sweeping.leave_closed),
        "down": until_nothing(sweeping.tell_down),
        "lost": sweeping.wake_lost(),
    }
