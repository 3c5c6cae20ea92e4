"""The verification adapter of bonds: who is asked whether money came in, or whether a guarantee is genuine.

A provider is one class with `check(bond)`, registered by a name that the setting `BOND_PROVIDER` chooses. Without one
an officer compares the bank's statement. The demo's provider knows the sort of numbers that the demo city writes.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.core.numbers import check_character

if TYPE_CHECKING:
    from procurement.tenders.models import Bond


class Unreachable(Exception):
    """The provider did not answer; the job asks again later."""


@dataclass(frozen=True)
class Verdict:
    """What the provider said; `reason` is for the officer and the bidder where it is no."""

    genuine: bool
    by: str
    reason: str = ""


class Provider(Protocol):
    """Whoever keeps the accounts of bonds or issues electronic guarantees."""

    def check(self, bond: "Bond") -> Verdict:
        """Raises Unreachable. Safe to ask again."""


class DemoProvider:
    """Takes references whose last character is the check character of the rest; invents no money."""

    name = "demo"

    def check(self, bond: "Bond") -> Verdict:
        payload, last = bond.reference[:-1], bond.reference[-1:]
        try:
            genuine = bool(payload) and check_character(payload.upper()) == last.upper()
        except KeyError:
            genuine = False
        with override(settings.LANGUAGE_CODE):  # it is written down, so in the centre's language
            by, reason = _("Bond service of the demonstration"), _("The bond service knows no such number.")
        return Verdict(True, by) if genuine else Verdict(False, by, reason)


_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Make a provider known under the name that the setting uses."""
    _providers[name] = provider


def provider() -> Provider | None:
    """The provider in use: the setting's, else the demo's in demo mode, else none."""
    name = settings.BOND_PROVIDER or ("demo" if settings.DEMO else "")
    return _providers.get(name)


register("demo", DemoProvider())
