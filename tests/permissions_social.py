"""What each role gets at the addresses of social supervision: the citizen of the table is a social supervisor."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hall.patrols.models import Area, Finding
from hall.social.models import Seat, SocialSupervisor, Visit, VisitFinding
from portal.core.time import now, today
from tests.permissions import Cast, everyone, nothing, only, signed_in


def _person(cast: Cast) -> SocialSupervisor:
    return SocialSupervisor.objects.create(
        user=cast.person("citizen"), category="citizen", letter="聘1号", starts_on=today() - dt.timedelta(days=9),
        ends_on=today() + dt.timedelta(days=300), registered_at=now(),
    )  # fmt: skip


def _visit(cast: Cast, state: str = "drawn") -> Visit:
    made = Visit.objects.create(
        number="MC-20261120-HALL-000001-X", kind="undercover", visit_on=today(), task="看秩序", state=state,
        pool={"tender": "x", "candidates": [], "exclusions": []}, pool_digest="0" * 64, frozen_at=now(),
        frozen_by=cast.person("hall_manager"), published_at=now() if state == "published" else None,
    )  # fmt: skip
    made.departments.add(cast.department)
    return made


def supervisor(cast: Cast) -> Mapping[str, Any]:
    return {"supervisor_id": _person(cast).pk}


def visit(cast: Cast) -> Mapping[str, Any]:
    return {"number": _visit(cast).number}


def published(cast: Cast) -> Mapping[str, Any]:
    return {"number": _visit(cast, "published").number}


def _seat(cast: Cast) -> Seat:
    return Seat.objects.create(
        visit=_visit(cast), supervisor=_person(cast), category="citizen", state="accepted", invited_at=now(),
        answer_by=now(),
    )  # fmt: skip


def seat(cast: Cast) -> Mapping[str, Any]:
    return {"seat_id": _seat(cast).pk}


def finding(cast: Cast) -> Mapping[str, Any]:
    one = _seat(cast)
    made = Finding.objects.create(
        number="SJ-20261120-HALL-000001-X", origin="social", reported_by=cast.person("citizen"), state="noted",
        area=Area.objects.create(name="一区"), chapter="order", text="乱", department=cast.department, limit_days=5,
        found_at=now(), found_on=today(), due_on=today(),
    )  # fmt: skip
    VisitFinding.objects.create(seat=one, finding=made)
    return {"seat_id": one.pk, "finding_id": made.pk}


READERS = ("supervisor", "hall_manager", "auditor", "administrator")
MANAGERS = ("hall_manager", "administrator")
readers = only(*READERS)
managers = only(*MANAGERS)
refused = only(*MANAGERS, status=422)
own = only("citizen", otherwise=404)
ROWS: list[tuple] = [
    ("social:visits", nothing, readers),
    ("social:plan", nothing, managers),
    ("social:plan", nothing, refused, "post"),
    ("social:visit", visit, readers),
    ("social:visit", visit, only(*READERS, status=422), "post"),
    ("social:register", nothing, readers),
    ("social:appoint", nothing, managers),
    ("social:appoint", nothing, refused, "post"),
    ("social:supervisor", supervisor, readers),
    ("social:supervisor", supervisor, only(*READERS, status=422), "post"),
    ("social:supervisor", supervisor, {**only(*MANAGERS, status=302), "supervisor": 403, "auditor": 403}, "post",
     {"note": "工作调动"}),
    ("social:edit", supervisor, managers),
    ("social:edit", supervisor, refused, "post"),
    ("social:mine", nothing, signed_in()),
    ("social:seat", seat, own),
    ("social:seat", seat, {**own, "citizen": 422}, "post"),
    ("social:finding-new", seat, own),
    ("social:finding-new", seat, {**own, "citizen": 422}, "post"),
    ("social:report", seat, own),
    ("social:report", seat, {**own, "citizen": 422}, "post"),
    ("social:withdraw", finding, {**own, "citizen": 302}, "post", {"state_version": "0"}),
    ("social:public", nothing, everyone()),
    ("social:public-visit", visit, everyone()),
    ("social:public-visit", published, everyone()),
    ("social:record", visit, everyone(404)),
    ("social:record", published, everyone()),
]  # fmt: skip
