"""Money is whole fen; yuan, ten thousands (万元) and hundred millions (亿元) exist at the edge only."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Invalid

FEN_PER_YUAN = 100
FEN_PER_WAN = 10_000 * FEN_PER_YUAN
FEN_PER_YI = 100_000_000 * FEN_PER_YUAN
MAX_FEN = 10**17  # 10,000 亿元, far under a signed 64-bit column
_AMOUNT = re.compile(r"(?P<sign>[-−]?)(?P<yuan>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<fen>\d+))?", re.ASCII)
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_CAPITAL_UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))
_UNITS = {
    "": FEN_PER_YUAN,
    "元": FEN_PER_YUAN,
    "万": FEN_PER_WAN,
    "万元": FEN_PER_WAN,
    "亿": FEN_PER_YI,
    "亿元": FEN_PER_YI,
}


def format_yuan(fen: int) -> str:
    """`123456789` → `1,234,567.89`, without a unit."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{sign}{yuan:,}.{rest:02d}"


def in_capitals(fen: int) -> str:
    """As Chinese receipts write it (大写): `8050` → `捌拾元伍角整`. Raises ValueError for less than nothing."""
    if fen < 0:
        raise ValueError("a receipt is not written over less than nothing")
    yuan, rest = divmod(fen, FEN_PER_YUAN)
    jiao, last = divmod(rest, 10)
    whole = f"{_capital(yuan)}元" if yuan or not rest else ""
    tenths = f"{_CAPITALS[jiao]}角" if jiao else "零" if yuan and last else ""
    return f"{whole}{tenths}{f'{_CAPITALS[last]}分' if last else '整'}"


def _capital(number: int) -> str:
    for size, unit in _CAPITAL_UNITS:
        if number >= size:
            high, low = divmod(number, size)
            gap = "零" if 0 < low < size // 10 else ""
            return f"{_capital(high)}{unit}{gap}{_capital(low) if low else ''}"
    return _CAPITALS[number]


def format_wan(fen: int, *, places: int = 2) -> str:
    """In ten thousands of yuan (万元), rounded half up: `123456789` → `123.46`."""
    return _scaled(fen, FEN_PER_WAN, places)


def format_yi(fen: int, *, places: int = 2) -> str:
    """In hundred millions of yuan (亿元), rounded half up."""
    return _scaled(fen, FEN_PER_YI, places)


def _scaled(fen: int, unit: int, places: int) -> str:
    value = (Decimal(fen) / unit).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{value if value else abs(value):,f}"  # never "-0.00"


def parse_yuan(text: str) -> int:
    """What a person typed, as fen: `1,234.5`, `¥12`, `3.2万元`. Raises Invalid with what to type instead.

    A fraction of a fen is refused instead of rounded: nobody would see where it went.
    """
    cleaned = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).removeprefix("¥").removeprefix("RMB")
    number = cleaned.rstrip("元万亿")
    unit = _UNITS.get(cleaned[len(number) :])
    match = _AMOUNT.fullmatch(number)
    if unit is None or match is None:
        raise Invalid(_("Enter an amount in yuan, for instance 1234.50."), code="money_format")
    value = Decimal(match["yuan"].replace(",", "") + "." + (match["fen"] or "0")) * unit
    if value != value.to_integral_value():
        raise Invalid(
            _("Enter the amount to the fen: no more than two decimal places of a yuan."), code="money_fraction"
        )
    fen = -int(value) if match["sign"] else int(value)
    if abs(fen) > MAX_FEN:
        raise Invalid(_("This amount is too large. Please check the unit."), code="money_size")
    return fen
