"""Carriers: what their numbers look like, and the adapters that ask where a letter is."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from approvals.delivery.models import DemoParcel
from portal.core.errors import Invalid
from portal.core.time import now

S10 = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}")  # Universal Postal Union, standard S10
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
DOMESTIC_EMS = re.compile(r"1\d{12}")
SF = re.compile(r"(?:SF)?\d{12,15}")
ANY = re.compile(r"[A-Z0-9]{8,25}")
ARRIVES_AFTER = dt.timedelta(days=3)


class Unreachable(Exception):
    """The carrier does not answer; asked again later."""


@dataclass(frozen=True)
class Where:
    """`transit`, `delivered`, `returned` or `unknown`; who signed and when, as far as the carrier says it."""

    state: str
    at: dt.datetime | None = None
    signed_by: str = ""


class CarrierAdapter(Protocol):
    """An adapter. `codes` are the carriers that it speaks for."""

    codes: frozenset[str]

    def announce(self, tracking_number: str) -> None:
        """The letter was handed in."""

    def track(self, tracking_number: str) -> Where:
        """Where it is. Raises Unreachable."""


class DemoCarrier:
    """The demonstration's post office: letters arrive after three days, or when somebody presses the button."""

    codes = frozenset({"ems", "sf", "other"})

    def announce(self, tracking_number: str) -> None:
        DemoParcel.objects.get_or_create(tracking_number=tracking_number, defaults={"announced_at": now()})

    def track(self, tracking_number: str) -> Where:
        row = DemoParcel.objects.filter(tracking_number=tracking_number).first()
        if row is None:
            return Where("unknown")
        if row.state == "transit" and now() - row.announced_at >= ARRIVES_AFTER:
            return Where("delivered", row.announced_at + ARRIVES_AFTER, "本人签收")
        return Where(row.state, row.changed_at, row.signed_by)


def adapter_for(carrier: str) -> CarrierAdapter | None:
    """The adapter that speaks for a carrier, or None: then the clerk enters the slip."""
    found: list[CarrierAdapter] = [_made(path) for path in settings.POST_CARRIERS]
    if settings.DEMO:
        found.append(DemoCarrier())
    return next((one for one in found if carrier in one.codes), None)


@cache
def _made(path: str) -> CarrierAdapter:
    made: CarrierAdapter = import_string(path)()
    return made


def checked_number(carrier: str, text: str) -> str:
    """The tracking number as the carrier writes it. Raises Invalid for one that it cannot be."""
    number = re.sub(r"[\s-]", "", text).upper()
    fits = {"ems": _is_ems, "sf": lambda n: bool(SF.fullmatch(n))}.get(carrier, lambda n: bool(ANY.fullmatch(n)))
    if not number.isascii() or not fits(number):
        raise Invalid(
            fields={"tracking_number": _("This is no number of that carrier. Please compare it with the slip.")}
        )
    return number


def _is_ems(number: str) -> bool:
    """Thirteen digits that begin with 1, or the international form with its check digit."""
    if DOMESTIC_EMS.fullmatch(number):
        return True
    found = S10.fullmatch(number)
    return found is not None and s10_check(found[1]) == found[2]


def s10_check(serial: str) -> str:
    """The check digit of an S10 number's eight digits."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(serial, S10_WEIGHTS, strict=True)) % 11
    return {10: "0", 11: "5"}.get(rest, str(rest))
