"""The rows of this room: the steps and ways of cases, their cells, and the devices of the big screen."""

from portal.supervision.dashboards.models.cells import (
    StepDepartmentCell,
    StepItemCell,
    WayDepartmentCell,
    WayItemCell,
)
from portal.supervision.dashboards.models.devices import BigScreen
from portal.supervision.dashboards.models.standing import OpenWork
from portal.supervision.dashboards.models.steps import CaseStep, CaseWay

__all__ = [
    "BigScreen",
    "CaseStep",
    "CaseWay",
    "OpenWork",
    "StepDepartmentCell",
    "StepItemCell",
    "WayDepartmentCell",
    "WayItemCell",
]
