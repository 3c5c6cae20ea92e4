"""What each role gets at the addresses of the Open311 interface: all the same, for the key decides."""

from collections.abc import Mapping
from typing import Any

from hotline.models import Category, Ticket
from hotline.open311.models import Submission
from portal.core.time import now, today
from tests.api.objects import system
from tests.permissions import Cast, everyone

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


def json_form(_cast: Cast) -> Mapping[str, Any]:
    return {"form": "json"}


def service(_cast: Cast) -> Mapping[str, Any]:
    return {"code": "0205", "form": "xml"}


def published(_cast: Cast) -> Mapping[str, Any]:
    made = _ticket()
    return {"number": made.number, "form": "json"}


def sent(_cast: Cast) -> Mapping[str, Any]:
    Submission.objects.create(ticket=_ticket(), client=system(), token=KEY)
    return {"token": KEY, "form": "json"}


def _ticket() -> Ticket:
    return Ticket.objects.create(
        number="RX-20261120-12345-000001-X", title="井盖", content="井盖破损", kind="help", recorded_at=now(),
        recorded_on=today(), category=Category.objects.get(code="0205"),
    )  # fmt: skip


ROWS: list[tuple] = [
    ("open311:discovery", json_form, everyone()),
    ("open311:services", json_form, everyone()),
    ("open311:definition", service, everyone()),
    ("open311:requests", json_form, everyone()),
    ("open311:requests", json_form, everyone(403), "post"),
    ("open311:request", published, everyone()),
    ("open311:token", sent, everyone()),
]
