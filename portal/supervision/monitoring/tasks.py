"""Celery entry points of electronic supervision: thin, safe to repeat."""

from portal.celery import app
from portal.core.actors import Actor
from portal.core.time import today
from portal.supervision.monitoring.actions import alerts, draw_week
from portal.supervision.monitoring.actions.samples import last_week


@app.task(name="monitoring.digests")
def digests() -> int:
    """The digests of a working-day morning."""
    return alerts.send_digests()


@app.task(name="monitoring.thresholds")
def thresholds() -> int:
    """The figures that crossed a line, after the night's refresh."""
    return alerts.check_thresholds()


@app.task(name="monitoring.draw_samples")
def draw_samples() -> int:
    """The samples of the week that is over; a draw that was held stays as it is."""
    return draw_week(Actor.system("monitoring"), last_week(today())).drawn
