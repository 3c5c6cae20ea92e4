"""What the portal asks of a payment provider. Amounts are fen; a `key` is ours and the same in every repetition."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol


class Unreachable(Exception):
    """The call did not arrive, or nobody knows whether it did: ask again under the same key."""


class Refused(Exception):
    """The provider understood and said no; its words are for the staff."""


class Forged(Exception):
    """A message whose signature does not fit, or that is too old to be believed."""


@dataclass(frozen=True)
class Charge:
    """What is to be paid, and where the provider reports to."""

    key: str
    order_number: str
    subject: str
    amount_fen: int
    notify_url: str
    return_url: str


@dataclass(frozen=True)
class Started:
    """The provider's number, and the page on which people pay."""

    reference: str
    pay_url: str


@dataclass(frozen=True)
class Answer:
    """What the provider says of a key: `open`, `paid`, `failed`, `closed`, or `unknown` to it."""

    state: str
    reference: str = ""
    amount_fen: int = 0
    currency: str = "CNY"
    at: dt.datetime | None = None


@dataclass(frozen=True)
class Notice(Answer):
    """The same, sent by the provider itself and signed."""

    event_id: str = ""
    key: str = ""


@dataclass(frozen=True)
class Returned:
    """A refund that the provider took: its number."""

    reference: str


@dataclass(frozen=True)
class StatementLine:
    """One line of a day's statement: payments in plus, refunds in minus."""

    reference: str
    key: str
    amount_fen: int


class Provider(Protocol):
    """An adapter. Every call may raise Unreachable."""

    code: str
    label: str
    # Whether a repetition under the same key does nothing twice. Without it an unclear refund waits for a person.
    knows_keys: bool

    def start(self, charge: Charge) -> Started:
        """Open a payment, or give the one that is open under this key. Raises Refused."""

    def ask(self, key: str) -> Answer:
        """How it stands."""

    def close(self, key: str) -> Answer:
        """Make sure that it can no longer be paid; the answer is `closed`, or `paid` when that came first."""

    def refund(self, key: str, refund_key: str, amount_fen: int) -> Returned:
        """Send money back. Raises Refused."""

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Check the signature and read the message. Raises Forged."""

    def statement(self, day: dt.date) -> Iterable[StatementLine]:
        """What the provider booked on a day."""
