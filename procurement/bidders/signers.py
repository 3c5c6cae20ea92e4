"""Who signs within the page: the browser's half of the signature adapter, chosen by the setting `BID_SIGNER`.

A signer is one row here and one script that calls `signing.register(code, …)` (`static/js/signing.js` says what it has
to be able to do). The middleware of a certification authority is another row and another script. Without one nothing is
offered: a bidder signs with the authority's own program and pastes the signature. `signatures.py` is the other half: it
checks whatever came, whoever signed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise

from procurement.bidders.models import Certificate


@dataclass(frozen=True)
class Signer:
    """`owns` says whether a certificate is one that this signer signs with; `template` asks for what it needs."""

    code: str
    name: str | Promise
    script: str
    template: str
    owns: Callable[[Certificate], bool]
    demo_only: bool = False


_signers: dict[str, Signer] = {}


def register(one: Signer) -> None:
    """Make a signer known under the code that the setting uses."""
    _signers[one.code] = one


def signer() -> Signer | None:
    """The signer in use: the setting's, else the demonstration's in demo mode, else none."""
    found = _signers.get(settings.BID_SIGNER or ("demo" if settings.DEMO else ""))
    return None if found is None or (found.demo_only and not settings.DEMO) else found


def signer_of(certificate: Certificate) -> Signer | None:
    """The signer in use, if it signs with this certificate."""
    found = signer()
    return found if found is not None and found.owns(certificate) else None
