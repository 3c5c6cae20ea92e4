"""What the two parties of a draw may seal and reveal, whoever is drawn: experts of a committee, or social supervisors.

The arithmetic stands in `portal.core.draw`; the rows of the seeds belong to the room that draws.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from portal.core import draw as arithmetic
from portal.core.errors import Invalid, NotAllowed, WrongState
from portal.core.time import now


class Seed(Protocol):
    """A party's side of a draw: sealed as a commitment, revealed as 64 digits."""

    party: str
    commitment: str
    seed: str
    committed_by_id: int

    def get_party_display(self) -> str: ...


def sealed(typed: str, *, party: str, user_id: int | None, held: Iterable[Seed]) -> str:
    """The commitment as it is kept, for a party that seals now; `held` are the seeds of this draw so far.

    Raises WrongState where the party has sealed, NotAllowed where one person would seal both, and Invalid.
    """
    others = {one.party: one for one in held}
    if party in others:
        raise WrongState(_("Your side has sealed its seed already."))
    if any(one.committed_by_id == user_id for one in others.values()):
        raise NotAllowed(_("Two different people seal the two seeds."))
    commitment = typed.strip().lower()
    if not arithmetic.is_hex(commitment):
        raise Invalid(fields={"commitment": _("A commitment is written with 64 digits from 0 to 9 and a to f.")})
    if commitment in {one.commitment for one in others.values()}:
        raise Invalid(fields={"commitment": _("This is the commitment of the other side. Make a seed of your own.")})
    return commitment


def check_time(reveal_by: dt.datetime | None) -> None:
    """Raises WrongState after the moment until which seeds are revealed."""
    if reveal_by is not None and reveal_by < now():
        raise WrongState(_("The time for revealing the seeds has passed; the draw fails."))


def revealed(typed: str, *, own: Seed, pool_digest: str) -> str:
    """The seed as it is kept, for the party that sealed `own`. Raises WrongState for a second one, and Invalid."""
    if own.seed:
        raise WrongState(_("Your side has revealed its seed already."))
    seed = "".join(typed.split()).lower()
    if not arithmetic.is_hex(seed):
        raise Invalid(fields={"seed": _("A seed is written with 64 digits from 0 to 9 and a to f.")})
    if not arithmetic.is_revealed(own.commitment, own.party, pool_digest, bytes.fromhex(seed)):
        raise Invalid(fields={"seed": _("This is not the seed that was sealed. Its commitment would be another one.")})
    return seed


def is_late(state: str, reveal_by: dt.datetime | None) -> bool:
    """Whether a sealed draw waits for seeds that may not come any more."""
    return state == "sealed" and reveal_by is not None and reveal_by < now()


def silence(seeds: Iterable[Seed]) -> str:
    """The sentence that names who did not reveal."""
    parties = ", ".join(str(one.get_party_display()) for one in seeds if not one.seed)
    return str(_("Not revealed in time by: %(parties)s") % {"parties": parties})
