"""What each role gets at the addresses of the telephone and of the operator's desk."""

from collections.abc import Mapping
from typing import Any

from hotline.calls.models import Call
from portal.core.time import now, today
from tests.permissions import Cast, everyone, nothing, only


def report(_cast: Cast) -> Mapping[str, Any]:
    return {"provider": "nobody"}


def call(cast: Cast) -> Mapping[str, Any]:
    made = Call.objects.create(
        provider="x", call_id="1", number="13800138000", offered_at=now(), offered_on=today(), answered_at=now(),
        answered_on=today(), state="answered", agent=cast.person("hotline_operator"), agent_at=now(),
    )  # fmt: skip
    return {"call_id": made.pk}


WORKERS = ("hotline_operator", "hotline_dispatcher")
workers = only(*WORKERS)
readers = only(*WORKERS, "supervisor", "auditor", "administrator")
assigners = only("hotline_dispatcher", "administrator")

ROWS: list[tuple] = [
    ("calls:desk", nothing, workers),
    ("calls:desk", nothing, only(*WORKERS, status=422), "post"),
    ("calls:keys", nothing, workers),
    ("calls:poll", nothing, workers),
    ("calls:helper", nothing, workers, "post"),
    ("calls:knowledge", nothing, workers),
    ("calls:history", nothing, workers, "post"),
    ("calls:draft", nothing, only(*WORKERS, status=302), "post"),
    ("calls:discard", nothing, only(*WORKERS, status=302), "post"),
    ("calls:opened", call, {**only("hotline_operator", status=302), "hotline_dispatcher": 404}),
    ("calls:calls", nothing, readers),
    ("calls:extensions", nothing, assigners),
    ("calls:extensions", nothing, only("hotline_dispatcher", "administrator", status=422), "post"),
    # Outside demo mode there is no demonstration telephone, and an unknown system is none of ours.
    ("calls:demo", nothing, only(*WORKERS, "supervisor", "auditor", "administrator", status=404)),
    ("calls:report", report, everyone(404), "post"),
]  # fmt: skip
