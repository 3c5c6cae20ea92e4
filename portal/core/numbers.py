"""Numbers that people read out: counters for prefix, department and day, a check character, random query codes."""

import datetime as dt
import re
import secrets
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from portal.core import db

if TYPE_CHECKING:
    from portal.core.models.numbers import NumberCounter

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # ISO 7064 MOD 37,36
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
# What people mix up on the phone and on paper (0/O/D/Q, 1/I/L, 2/Z, 5/S, 8/B, U/V) has no place in a code.
QUERY_ALPHABET = "34679ACEFGHJKMNPRTWXY"
QUERY_LENGTH = 8
SERIAL_DIGITS = 6
_DASHES = re.compile(r"[\s‐-―−_-]+")
_FORM = re.compile(r"[A-Z]{1,6}-\d{8}-[0-9A-Z]{1,20}-\d{6,}-[0-9A-Z]")


def check_character(payload: str) -> str:
    """The ISO 7064 MOD 37,36 character of `payload`: it finds every single error and nearly every exchange of two."""
    state = 36
    for character in payload:
        if character == "-":
            continue
        state = ((state + _VALUES[character]) % 36 or 36) * 2 % 37
    return ALPHABET[(37 - state) % 36]


def normalise_number(text: str) -> str:
    """What a person typed or read out, in the printed form as far as it can be told: capitals, plain dashes."""
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text).strip()).strip("-").upper()


def check_number(text: str) -> bool:
    """True for a number of ours without a typing error."""
    number = normalise_number(text)
    if not _FORM.fullmatch(number) or not number.isascii():
        return False
    payload, _dash, check = number.rpartition("-")
    return check_character(payload) == check.replace("O", "0").replace("I", "1")


def compose(prefix: str, department_code: str, day: dt.date, serial: int) -> str:
    """`SP`, `SCJG`, 21 November 2026, 123 → `SP-20261121-SCJG-000123-…`."""
    payload = f"{prefix}-{day:%Y%m%d}-{department_code}-{serial:0{SERIAL_DIGITS}d}".upper()
    number = f"{payload}-{check_character(payload)}"
    if not _FORM.fullmatch(number) or not number.isascii():
        raise ValueError(f"{prefix!r} and {department_code!r} make no number: letters and digits only")
    return number


def next_number(prefix: str, department_code: str, day: dt.date) -> str:
    """The next number of this prefix, department and day.

    Taken last in an action's transaction, since its counter row stays locked until the commit. Gaps are possible.
    Raises RuntimeError outside a transaction.
    """
    while True:
        number = compose(prefix, department_code, day, next_serial(prefix, department_code, day))
        if number[-1] not in "IO":  # nobody tells them from 1 and 0; such a serial is passed over
            return number


def next_numbers(wanted: Sequence[tuple[str, str]], day: dt.date) -> list[str]:
    """Numbers for several pairs of prefix and department at once, in their order: three statements, however many.

    The counters are locked in one order, so that two who take several never wait for each other in a circle. Raises
    RuntimeError outside a transaction.
    """
    from portal.core.models.numbers import NumberCounter

    counters = {(row.prefix, row.department_code): row for row in _locked_counters(set(wanted), day)}
    numbers = []
    for prefix, code in wanted:
        row, number = counters[prefix, code], "I"
        while number[-1] in "IO":  # as in `next_number`
            row.last += 1
            number = compose(prefix, code, day, row.last)
        numbers.append(number)
    NumberCounter.objects.bulk_update(counters.values(), ["last"])
    return numbers


def _locked_counters(pairs: set[tuple[str, str]], day: dt.date) -> "list[NumberCounter]":
    from portal.core.models.numbers import NumberCounter

    wanted = Q()
    for prefix, code in pairs:
        wanted |= Q(prefix=prefix, department_code=code)
    rows = NumberCounter.objects.filter(wanted, day=day)
    known = set(rows.values_list("pk", "prefix", "department_code"))
    if missing := sorted(pairs - {(prefix, code) for _pk, prefix, code in known}):
        new = [NumberCounter(prefix=prefix, department_code=code, day=day) for prefix, code in missing]
        NumberCounter.objects.bulk_create(new, ignore_conflicts=True)
        known = set(rows.values_list("pk", "prefix", "department_code"))
    return db.lock_rows(NumberCounter.objects.all(), [pk for pk, _prefix, _code in known])


def next_serial(prefix: str, department_code: str, day: dt.date) -> int:
    """The bare counter under `next_number`, for numbers of another form (queue tickets, documents)."""
    from portal.core.models.numbers import NumberCounter

    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("numbers are taken inside a transaction only")
    key = {"prefix": prefix, "department_code": department_code, "day": day}
    serial = db.increment(NumberCounter, "last", **key)
    if serial is None:
        NumberCounter.objects.bulk_create([NumberCounter(**key, last=0)], ignore_conflicts=True)
        serial = db.increment(NumberCounter, "last", **key)
    if serial is None:
        raise RuntimeError("the counter that was just made is gone")
    return serial


def query_code() -> str:
    """Eight random characters that nobody guesses (21^8 is 3.8 × 10^10) and nobody misreads."""
    return "".join(secrets.choice(QUERY_ALPHABET) for _ in range(QUERY_LENGTH))


def normalise_query_code(text: str) -> str:
    """As stored: capitals without blanks and dashes."""
    return _DASHES.sub("", unicodedata.normalize("NFKC", text)).upper()
