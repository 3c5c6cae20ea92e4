"""JSON with exact amounts: fen become yuan as decimals, and no binary fraction ever comes in between."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from portal.core.time import ZONE


def yuan(fen: int) -> Decimal:
    """123456 fen → 1234.56; exact for every amount that a column holds."""
    return Decimal(fen).scaleb(-2)


def value(fen: int) -> dict[str, Any]:
    """An amount as the standard writes it."""
    return {"amount": yuan(fen), "currency": "CNY"}


def moment(at: dt.datetime) -> str:
    """A moment with its zone: 2026-11-20T10:00:00+08:00."""
    return at.astimezone(ZONE).isoformat(timespec="seconds")


def midnight(day: dt.date) -> str:
    """The beginning of a day in Shanghai, for facts of which the day is known."""
    return moment(dt.datetime.combine(day, dt.time(0), ZONE))


def day_end(day: dt.date) -> str:
    """The last second of a day in Shanghai."""
    return moment(dt.datetime.combine(day, dt.time(23, 59, 59), ZONE))


def written(data: Any) -> str:
    """Data as JSON in UTF-8, in its own order; a `Decimal` is a number with exactly its digits."""
    match data:
        case Decimal():
            return _number(data)
        case Mapping():
            inner = (f"{json.dumps(str(name), ensure_ascii=False)}:{written(one)}" for name, one in data.items())
            return "{" + ",".join(inner) + "}"
        case str():
            return json.dumps(data, ensure_ascii=False)
        case Sequence():
            return "[" + ",".join(written(one) for one in data) + "]"
        case float():
            raise TypeError("amounts are decimals: a float loses fen")
        case _:
            return json.dumps(data)


def _number(number: Decimal) -> str:
    """Plain digits: 900000 rather than 900000.00 or 9E+5."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def read(text: str) -> Any:
    """What `written` wrote, numbers with a fraction as decimals again."""
    return json.loads(text, parse_float=Decimal)


def digest(text: str) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
