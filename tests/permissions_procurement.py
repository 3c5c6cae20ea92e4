"""What each role gets at the addresses of public trading: results are public."""

from collections.abc import Mapping
from typing import Any

from tests.permissions import Cast, everyone, nothing
from tests.procurement.objects import deal


def one(_cast: Cast) -> Mapping[str, Any]:
    return {"deal_id": deal().pk}


def kind(_cast: Cast) -> Mapping[str, Any]:
    return {"kind": "csv"}


ROWS = [
    ("procurement:deal-file", kind, everyone()),
    ("procurement:statistics", nothing, everyone()),
    ("procurement:statistics-file", kind, everyone()),
    ("procurement:deals", nothing, everyone()),
    ("procurement:deal", one, everyone()),
    ("procurement:deal", lambda _cast: {"deal_id": 0}, everyone(404)),
]
