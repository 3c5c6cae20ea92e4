"""What each role gets at the addresses of the exchange with the province."""

from collections.abc import Mapping
from typing import Any

from hotline.models import Ticket
from hotline.province.models import Exchange
from portal.core.time import now, today
from tests.permissions import Cast, everyone, nothing, only


def stuck(_cast: Cast) -> Mapping[str, Any]:
    ticket = Ticket.objects.create(
        number="RX-20261120-12345-000001-X", title="问", content="问", province_number="SZ1", recorded_at=now(),
        recorded_on=today(),
    )  # fmt: skip
    row = Exchange.objects.create(direction="out", kind="reply", key="k", ticket=ticket, state="failed", at=now())
    return {"exchange_id": row.pk}


readers = only("hotline_dispatcher", "supervisor", "auditor", "administrator")
ROWS: list[tuple] = [
    ("province:exchanges", nothing, readers),
    ("province:exchange", stuck, readers),
    ("province:again", stuck, only("hotline_dispatcher", "administrator", status=302), "post"),
    ("province:settle", stuck, only("hotline_dispatcher", "administrator", status=422), "post"),
    ("province:in", nothing, everyone(401), "post"),
]
