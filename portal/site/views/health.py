"""The health page: database and whatever the apps register, as JSON for machines, without signing in."""

import datetime as dt
import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.core.registries import HealthReading, health_checks
from portal.core.tasks import last_beat_age

BEAT_SILENCE = dt.timedelta(minutes=3)  # six ticks
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


def beat() -> HealthReading:
    """Whether beat and a worker were seen alive together lately."""
    age = last_beat_age()
    if age is None:
        return HealthReading(ok=False, detail="never seen")
    return HealthReading(ok=age <= BEAT_SILENCE, detail=f"last tick {age.total_seconds():.0f} s ago")


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when every check is well, 503 otherwise."""
    readings = {"database": database()}
    for name, check in health_checks().items():
        try:
            readings[name] = check()
        except Exception:  # a check that fails is itself the finding
            log.exception("health: the check %s failed", name)
            readings[name] = HealthReading(ok=False, detail="the check failed")
    well = all(reading.ok for reading in readings.values())
    checks = {name: {"ok": reading.ok, "detail": reading.detail} for name, reading in readings.items()}
    return JsonResponse({"status": "ok" if well else "failing", "checks": checks}, status=200 if well else 503)
