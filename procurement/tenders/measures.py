"""Which figures tenders give to the statistics: announced, failed, and the service fees that were not charged."""

from django.db.models import F, Q

from portal.core.statistics import Cuboid, Fact, MeasureSet
from procurement.tenders.models import Project, TenderCell

TENDER_MEASURES = MeasureSet(
    "tenders",
    Project,
    cuboids=[Cuboid("category", TenderCell, {"category": "category", "below_threshold": "below_threshold"})],
    facts=[
        Fact("tenders_announced", "announced_on"),
        Fact("tenders_waived_fen", "announced_on", value=F("waived_fen")),
        Fact("tenders_failed", "ended_on", Q(state__in=("failed", "repeated"))),
    ],
)
