"""The rows of this room, one file for each aggregate."""

from portal.supervision.monitoring.models.accountability import Accountability
from portal.supervision.monitoring.models.acts import Act, ActSubject, LampReminder
from portal.supervision.monitoring.models.alerts import AlertSent, Subscription
from portal.supervision.monitoring.models.samples import Sample, SampleDraw

__all__ = [
    "Accountability",
    "Act",
    "ActSubject",
    "AlertSent",
    "LampReminder",
    "Sample",
    "SampleDraw",
    "Subscription",
]
