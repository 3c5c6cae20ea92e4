"""The tables of patrols, one file for each aggregate."""

from hall.patrols.models.cells import FindingCell
from hall.patrols.models.checklist import Chapter, Checklist, Point
from hall.patrols.models.finding import Finding, FindingPhoto
from hall.patrols.models.tour import Area, Mark, Tour

__all__ = ["Area", "Chapter", "Checklist", "Finding", "FindingCell", "FindingPhoto", "Mark", "Point", "Tour"]
