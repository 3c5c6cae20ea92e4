"""Deals for tests."""

import datetime as dt
from typing import Any

from portal.core.search import document
from portal.core.time import now
from procurement.exchange import AMOUNTS, derived
from procurement.models import Deal


def deal(**more: Any) -> Deal:
    """An awarded open tender of a million yuan that saved a tenth, unless told otherwise."""
    values: dict[str, Any] = {
        "category": "construction", "method": "open", "title": "临港区农村公路工程", "buyer": "海州市交通运输局",
        "winner": "海州路桥工程有限公司", "budget_fen": 100_000_000, "deal_fen": 90_000_000, "status": "awarded",
        "awarded_on": dt.date(2026, 6, 1), **more,
    }  # fmt: skip
    values = {**dict.fromkeys(AMOUNTS), **values}
    values.setdefault("listed_on", values["awarded_on"])
    return Deal.objects.create(**values, **derived(values), created_at=now(), search=document(names=[values["title"]]))
