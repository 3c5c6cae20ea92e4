"""The tables of social supervision, one file for each aggregate."""

from hall.social.models.register import SocialSupervisor
from hall.social.models.seats import Seat, UnitGrade, VisitFinding
from hall.social.models.visits import Visit, VisitCode, VisitSeed

__all__ = ["Seat", "SocialSupervisor", "UnitGrade", "Visit", "VisitCode", "VisitFinding", "VisitSeed"]
