"""The rows of the districts' sub-dispatching: who below a district works on what, and the platforms outside."""

from hotline.districts.models.assignment import Assignment
from hotline.districts.models.cells import AssignmentCell
from hotline.districts.models.platform import Handover, Platform, Push, Received

__all__ = ["Assignment", "AssignmentCell", "Handover", "Platform", "Push", "Received"]
