"""The tables of attendance, one file for each aggregate."""

from hall.attendance.models.cells import EmptyPostCell, ShiftCell
from hall.attendance.models.device import ClockDevice, ClockScan
from hall.attendance.models.empty_post import EmptyPost
from hall.attendance.models.shift import Excuse, Shift, ShiftPattern

__all__ = ["ClockDevice", "ClockScan", "EmptyPost", "EmptyPostCell", "Excuse", "Shift", "ShiftCell", "ShiftPattern"]
