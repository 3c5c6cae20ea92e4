"""What each role gets at the addresses of patrols."""

from collections.abc import Mapping
from typing import Any

from hall.patrols.models import Area, Checklist, Finding, Mark, Point, Tour
from portal.core.time import now, today
from tests.permissions import Cast, nothing, only, specialists


def _tour(cast: Cast) -> Tour:
    checklist = Checklist.objects.get(state="published")
    manager = cast.person("hall_manager")
    return Tour.objects.create(checklist=checklist, inspector=manager, day=today(), started_at=now())


def tour(cast: Cast) -> Mapping[str, Any]:
    return {"tour_id": _tour(cast).pk}


def tour_area(cast: Cast) -> Mapping[str, Any]:
    return {"tour_id": _tour(cast).pk, "area_id": Area.objects.create(name="一区").pk}


def tour_point(cast: Cast) -> Mapping[str, Any]:
    made, area = _tour(cast), Area.objects.create(name="一区")
    point = Point.objects.filter(chapter__checklist=made.checklist).first()
    Mark.objects.create(tour=made, area=area, point=point, result="finding", at=now())
    return {"tour_id": made.pk, "area_id": area.pk, "point_id": point.pk}


def finding(cast: Cast) -> Mapping[str, Any]:
    made, area = _tour(cast), Area.objects.create(name="一区")
    point = Point.objects.filter(chapter__checklist=made.checklist).first()
    one = Finding.objects.create(
        number="XC-20261120-HALL-000001-X", tour=made, area=area, point=point, chapter="people", text="杂物",
        department=cast.department, limit_days=3, found_at=now(), found_on=today(), due_on=today(),
    )  # fmt: skip
    return {"number": one.number}


def area(_cast: Cast) -> Mapping[str, Any]:
    return {"area_id": Area.objects.create(name="一区").pk}


def draft(_cast: Cast) -> Mapping[str, Any]:
    return {"checklist_id": Checklist.objects.create(number=9, title="巡查表", state="draft").pk}


def monday(_cast: Cast) -> Mapping[str, Any]:
    import datetime as dt

    return {"monday": dt.date(2026, 11, 16)}


readers = only("supervisor", "hall_manager", "auditor", "administrator")
managers = only("hall_manager", "administrator")
done = only("hall_manager", "administrator", status=302)
people = only("clerk", "reviewer", "department_head", "supervisor", "hall_manager", "auditor", "administrator")
walker = {**only("hall_manager"), "administrator": 404}

anyone = {**people, **specialists(200)}
ROWS: list[tuple] = [
    ("patrols:tours", nothing, readers),
    ("patrols:start", nothing, done, "post"),
    ("patrols:tour", tour, readers),
    ("patrols:tour", tour, {role: 422 if status == 200 else status for role, status in readers.items()}, "post"),
    ("patrols:area", tour_area, walker),
    ("patrols:area", tour_area, {**walker, "hall_manager": 302}, "post"),
    ("patrols:finding-new", tour_point, walker),
    ("patrols:finding-new", tour_point, {**walker, "hall_manager": 422}, "post"),
    ("patrols:findings", nothing, anyone),
    ("patrols:finding", finding, anyone),
    ("patrols:finding", finding, {role: 422 if status == 200 else status for role, status in anyone.items()}, "post"),
    ("patrols:report-latest", nothing, only("supervisor", "hall_manager", "auditor", "administrator", status=302)),
    ("patrols:report", monday, readers),
    ("patrols:checklist", nothing, readers),
    ("patrols:checklist-begin", nothing, done, "post"),
    ("patrols:checklist-edit", draft, managers),
    ("patrols:checklist-edit", draft, done, "post"),
    ("patrols:areas", nothing, managers),
    ("patrols:areas", nothing, only("hall_manager", "administrator", status=422), "post"),
    ("patrols:area-close", area, done, "post"),
]  # fmt: skip
