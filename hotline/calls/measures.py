"""Which figures calls give to the statistics: offered on the day it rang, answered on the day somebody took it."""

from django.db.models import F, Q

from hotline.calls.models import Call, CallCell
from portal.core.statistics import Cuboid, Fact, MeasureSet

ANSWERED = Q(answered_at__isnull=False)

CALL_MEASURES = MeasureSet(
    "calls",
    Call,
    cuboids=[Cuboid("line", CallCell, {"line": "line", "agent_id": "agent_id"})],
    facts=[
        Fact("calls_offered", "offered_on"),
        Fact("calls_answered", "answered_on", ANSWERED),
        Fact("wait_seconds", "answered_on", ANSWERED, F("wait_seconds")),
        Fact("talk_seconds", "answered_on", ANSWERED, F("talk_seconds")),
    ],
)
