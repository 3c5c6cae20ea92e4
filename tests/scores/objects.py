"""Departments with a week of figures, written as the cells that rankings read; and the people of the room."""

import datetime as dt
from decimal import Decimal
from typing import Any

from approvals.cases.models.cells import DepartmentCell
from hall.ratings.models.cells import ItemCell as RatingCell
from hotline.models import TicketCell
from portal.people.actors import actor_of
from portal.people.models import Department
from portal.people.roles import Role
from portal.supervision.scores.actions import IndicatorDraft
from tests import factories

WEEK = dt.date(2026, 11, 9)  # the week before the one in which these tests stand
NOW = factories.moment("2026-11-16 08:30")
NAMES = {"GSJ": "市公安局", "RSJ": "市人力资源和社会保障局", "ZJJ": "市住房和城乡建设局", "WJW": "市卫生健康委员会"}


def department(code: str, **more: Any) -> Department:
    name = NAMES.get(code, f"市{code}局")
    return factories.department(code, name=name, name_en=f"Bureau {code}", short_name=name.removeprefix("市"), **more)


def cases(dept: Department, day: dt.date = WEEK, **figures: int) -> None:
    """Cells of cases on one day."""
    DepartmentCell.objects.create(day=day, department_id=dept.pk, channel="online", kind="promise", **figures)


def ratings(dept: Department, day: dt.date = WEEK, **figures: int) -> None:
    RatingCell.objects.create(day=day, department_id=dept.pk, item_code="", channel="web", kind="case", **figures)


def tickets(dept: Department, day: dt.date = WEEK, **figures: int) -> None:
    TicketCell.objects.create(day=day, department_id=dept.pk, category_id=0, channel="phone", line="", **figures)


def decided(
    dept: Department, day: dt.date = WEEK, *, early: int = 0, on_day: int = 0, late: int = 0, **more: int
) -> None:
    """Decided promise cases, half of them online, with a promise of half the legal time."""
    count = early + on_day + late
    values = {
        "concluded": count, "promise_concluded": count, "early": early, "on_due_day": on_day, "overdue": late,
        "online_concluded": count // 2, "answers": count, "compressible_legal_days": 20 * count,
        "compressible_promised_days": 10 * count,
    }  # fmt: skip
    cases(dept, day, **{**values, **more})


def supervisor() -> Any:
    return actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)


def head_of(dept: Department) -> Any:
    return actor_of(factories.staff(Role.DEPARTMENT_HEAD, dept), Role.DEPARTMENT_HEAD)


def draft(code: str = "early", weight: int = 100, **more: Any) -> IndicatorDraft:
    values: dict[str, Any] = {
        "block": "approvals", "figure": "early_rate", "title": "提前办结率", "target": Decimal(90), "floor": Decimal(50),
    }  # fmt: skip
    return IndicatorDraft(code=code, weight=weight, **{**values, **more})
