"""The tables of the counter, one file for each aggregate."""

from approvals.counter.models.handover import HandOver, HandOverCase
from approvals.counter.models.intake import Intake, MaterialCheck
from approvals.counter.models.papers import LeftPaper, PaperReturn
from approvals.counter.models.scope import WindowScope

__all__ = ["HandOver", "HandOverCase", "Intake", "LeftPaper", "MaterialCheck", "PaperReturn", "WindowScope"]
