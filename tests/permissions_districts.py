"""What each role gets at the addresses of the districts. Where the cast works in a district, its `hotline_dispatcher` is
the dispatcher of that district, and its `hotline_operator` has nothing to do with the hotline."""

from collections.abc import Mapping
from typing import Any

from hotline.districts.models import Assignment, Handover, Platform, Push
from hotline.models import Dispatch, Ticket
from portal.core.time import now, today
from portal.people.models import Department
from tests import factories
from tests.permissions import ROLES, Cast, Row, everyone, only

NEW = {"kind": "inside"}


def _district(code: str = "XSQ") -> Department:
    return factories.department(code, name="新沙区", name_en="Xinsha", level="district")


def in_district(cast: Cast) -> Mapping[str, Any]:
    cast.__dict__["department"] = _district()
    return {}


def _ticket(cast: Cast, **more: Any) -> Ticket:
    """With the cast's district, signed for."""
    in_district(cast)
    ticket = Ticket.objects.create(
        number="RX-20261120-12345-000001-X", title="问", content="问", recorded_at=now(), recorded_on=today(),
        state="signed", department=cast.department, **more,
    )  # fmt: skip
    Dispatch.objects.create(
        ticket=ticket, round=1, department=cast.department, dispatched_at=now(), dispatched_on=today(), signed_at=now()
    )
    return ticket


def signed(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _ticket(cast).pk}


def _assignment(cast: Cast, code: str) -> Mapping[str, Any]:
    street = factories.department("JFL", name="解放路街道", level="township", parent=_district())
    ticket = _ticket(cast, inner_department=street)
    one = Assignment.objects.create(
        ticket=ticket, dispatch=ticket.dispatches.get(), district=cast.department, department=street,
        assigned_at=now(), assigned_on=today(),
    )  # fmt: skip
    return {"pk": one.pk, "code": code}


def taking_back(cast: Cast) -> Mapping[str, Any]:
    return _assignment(cast, "take_back")


def signing_below(cast: Cast) -> Mapping[str, Any]:
    """The cast works in the street."""
    found = _assignment(cast, "sign")
    cast.__dict__["department"] = Department.objects.get(code="JFL")
    return found


def _platform(**more: Any) -> Platform:
    values = {"kind": "outside", "url": "https://platform.example/in", "secret": "s", "made_at": now(), **more}
    return Platform.objects.create(district=_district(), **values)


def platform(_cast: Cast) -> Mapping[str, Any]:
    return {"pk": _platform().pk}


def refused(_cast: Cast) -> Mapping[str, Any]:
    where = _platform()
    ticket = Ticket.objects.create(
        number="RX-20261120-12345-000002-X", title="问", content="问", recorded_at=now(), recorded_on=today(),
        state="dispatched", department=where.district,
    )  # fmt: skip
    round_ = Dispatch.objects.create(
        ticket=ticket, round=1, department=where.district, dispatched_at=now(), dispatched_on=today()
    )
    Handover.objects.create(platform=where, ticket=ticket, dispatch=round_)
    row = Push.objects.create(
        platform=where, ticket=ticket, dispatch=round_, kind="ticket", key="k", state="failed", at=now()
    )
    return {"pk": row.pk}


def nothing(_cast: Cast) -> Mapping[str, Any]:
    return {}


readers = only("hotline_dispatcher", "supervisor", "auditor", "administrator")
editors = only("administrator")
# Of a ticket of the district: its people see it and may not pass it on; to who is no part of the hotline's work nothing
# is said of it.
DEPARTMENT, OVERSEERS = ("clerk", "reviewer", "department_head"), ("supervisor", "auditor", "administrator")
passing = only("hotline_dispatcher")
stepping = {**only("hotline_dispatcher"), **dict.fromkeys(("hall_manager", "procurement_officer"), 403)}
# The street's dispatcher posting gives that street's desk, which this assignment is not part of.
below = {**only(*DEPARTMENT), "hotline_dispatcher": 404}

ROWS: list[Row | tuple] = [
    ("districts:desk", nothing, only()),
    ("districts:desk", in_district, only("hotline_dispatcher")),
    ("districts:assign", signed, passing),
    ("districts:assign", signed, only("hotline_dispatcher", status=422), "post"),
    ("districts:step", taking_back, stepping),
    ("districts:step", signing_below, below),
    ("districts:platforms", nothing, readers),
    ("districts:platforms", in_district, only(*OVERSEERS)),
    ("districts:platform", platform, readers),
    ("districts:platform-new", nothing, editors),
    ("districts:platform-new", nothing, only("administrator", status=422), "post", NEW),
    ("districts:platform-edit", platform, editors),
    ("districts:platform-edit", platform, only("administrator", status=302), "post",
     {"kind": "outside", "url": "https://platform.example/other"}),
    ("districts:secret", platform, editors, "post"),
    ("districts:pause", platform, only("administrator", status=302), "post", {"paused": "yes"}),
    ("districts:push", refused, readers),
    ("districts:push-again", refused, only("hotline_dispatcher", "administrator", status=302), "post"),
    ("districts:push-settle", refused, only("hotline_dispatcher", "administrator", status=422), "post"),
    ("districts:messages", nothing, everyone(401)),
    ("districts:messages", nothing, everyone(401), "post"),
    # The same doors of the hotline, where the cast works in a district: its dispatcher gets the district's alone.
    ("hotline:tickets", in_district, only("hotline_dispatcher", *DEPARTMENT, *OVERSEERS)),
    ("hotline:ticket", signed, only("hotline_dispatcher", *DEPARTMENT, *OVERSEERS)),
    ("hotline:decisions", in_district, only(*OVERSEERS)),
    ("hotline:call-backs", in_district, only(*OVERSEERS)),
    ("hotline:settings", in_district, only(*OVERSEERS)),
    ("calls:desk", in_district, only()),
    ("calls:calls", in_district, only(*OVERSEERS)),
    ("province:exchanges", in_district, only(*OVERSEERS)),
]  # fmt: skip

assert all(set(row[2]) == set(ROLES) for row in ROWS)
