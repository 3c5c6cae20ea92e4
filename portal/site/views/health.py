"""The health page: database and whatever the apps register, as JSON for machines, without signing in."""

import datetime as dt
import logging
import os
import time

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.core.gunicorn_conf import UP_SINCE
from portal.core.registries import HealthReading, health_checks
from portal.core.tasks import last_beat_age

BEAT_SILENCE = dt.timedelta(minutes=3)  # six ticks
GRACE = dt.timedelta(seconds=90)  # three ticks: so long after the start of the web server the first one may take
_LOADED = time.monotonic()
log = logging.getLogger(__name__)


def database() -> HealthReading:
    """One question to the database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.exception("health: the database does not answer")
        return HealthReading(ok=False, detail="no answer")
    return HealthReading(ok=True)


def up_for() -> dt.timedelta:
    """How long the web server has been up: a worker that is forked again later has not started it anew."""
    return dt.timedelta(seconds=time.monotonic() - float(os.environ.get(UP_SINCE, _LOADED)))


def beat() -> HealthReading:
    """Whether beat and a worker were seen alive together lately; right after a start nobody can have seen them yet."""
    age = last_beat_age()
    detail = "never seen" if age is None else f"last tick {age.total_seconds():.0f} s ago"
    if age is not None and age <= BEAT_SILENCE:
        return HealthReading(ok=True, detail=detail)
    if up_for() < GRACE:
        return HealthReading(ok=True, detail=f"starting, {detail}", starting=True)
    return HealthReading(ok=False, detail=detail)


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when every check is well (`ok`, or `starting` before the first tick of beat), 503 `failing` otherwise."""
    readings = {"database": database()}
    for name, check in health_checks().items():
        try:
            readings[name] = check()
        except Exception:  # a check that fails is itself the finding
            log.exception("health: the check %s failed", name)
            readings[name] = HealthReading(ok=False, detail="the check failed")
    well = all(reading.ok for reading in readings.values())
    starting = any(reading.starting for reading in readings.values())
    checks = {name: {"ok": reading.ok, "detail": reading.detail} for name, reading in readings.items()}
    status = "failing" if not well else "starting" if starting else "ok"
    return JsonResponse({"status": status, "checks": checks}, status=200 if well else 503)
