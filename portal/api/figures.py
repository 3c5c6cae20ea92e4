"""What the health page says of webhooks: whether messages wait although nothing is wrong with their receivers."""

import datetime as dt

from portal.api.models import Delivery
from portal.core.registries import HealthReading
from portal.core.time import now

LATE = dt.timedelta(minutes=15)
COUNTED = 1000


def backlog() -> HealthReading:
    """Not well when messages to receivers that answer have been due for a quarter of an hour: then nobody sends."""
    waiting = Delivery.objects.waiting().filter(subscription__state="active")
    late = waiting.filter(due_at__lt=now() - LATE, subscription__failing_since__isnull=True)
    count = len(waiting.values_list("pk")[:COUNTED])
    return HealthReading(ok=not late.exists(), detail=f"{count}{'+' if count == COUNTED else ''} waiting")
