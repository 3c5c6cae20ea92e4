"""What is handed to the catalogue's actions: an item and a version as plain values, without ids."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class MaterialDraft:
    """One material of a version."""

    code: str
    name: str
    name_en: str = ""
    required: bool = True
    tolerable: bool = False
    committable: bool = False
    kind: str = "electronic"
    copies: int = 1
    note: str = ""
    note_en: str = ""
    blank_file_id: int | None = None
    sample_file_id: int | None = None


@dataclass(frozen=True)
class ItemFacts:
    """What belongs to the item itself and to none of its versions."""

    name: str
    department_id: int
    type: str
    name_en: str = ""
    enterprise: bool = False
    synonyms: str = ""
    life_events: Sequence[str] = ()


@dataclass(frozen=True)
class VersionDraft:
    """The contents of a version. Days are working days, the fee is in fen, None = not yet known."""

    kind: str = "promise"
    legal_days: int | None = None
    promised_days: int | None = None
    previous_promised_days: int | None = None
    fee_fen: int | None = None
    fee_basis: str = ""
    fee_basis_en: str = ""
    fee_when: str = "issue"
    fee_schedule: Sequence[Mapping[str, Any]] = ()
    online: bool = False
    visits: int | None = None
    instant: bool = False
    conditions: str = ""
    conditions_en: str = ""
    steps: Sequence[Mapping[str, Any]] = ()
    legal_grounds: Sequence[Mapping[str, str]] = ()
    channels: Sequence[str] = ()
    review_steps: int = 1
    renewal_lead_days: int | None = None
    renewal_in_working_days: bool = False
    materials: Sequence[MaterialDraft] = ()
    form: Mapping[str, Any] | None = None

    def columns(self) -> dict[str, Any]:
        """The values of the version's own columns; materials and form have rows of their own."""
        own = {key: getattr(self, key) for key in self.__dataclass_fields__ if key not in {"materials", "form"}}
        return own | {key: list(own[key]) for key in ("steps", "legal_grounds", "channels", "fee_schedule")}


@dataclass(frozen=True)
class ItemDraft:
    """A new item with the contents of its first version."""

    code: str
    name: str
    department_id: int
    type: str
    name_en: str = ""
    enterprise: bool = False
    source: str = ""
    external_id: str = ""
    synonyms: str = ""
    life_events: Sequence[str] = ()
    version: VersionDraft = field(default_factory=VersionDraft)


@dataclass(frozen=True)
class Standing:
    """A change of an item's standing, for the reform ledger."""

    change: str
    on: dt.date
    ground: str
    merged_into_id: int | None = None
    delegated_to_id: int | None = None
