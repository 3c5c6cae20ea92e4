"""What an item allows today: which materials may follow and by when, and the commitment that it may be decided on."""

import datetime as dt
import hashlib
import json
from collections.abc import Collection
from typing import Any

from approvals.cases.models import Case
from approvals.catalogue.models import ItemVersion, Material
from approvals.pledges.models import Commitment, CommitmentText, PromisedMaterial, ToleranceTerms
from approvals.pledges.models.materials import UNSETTLED
from approvals.pledges.rules import days
from portal.core.calendar import workdays
from portal.core.time import today


def terms_of(item_id: int, on: dt.date | None = None) -> ToleranceTerms | None:
    """The terms in force; None where nobody ever set any (the decision then waits)."""
    rows = ToleranceTerms.objects.filter(item=item_id, valid_from__lte=on or today())
    return rows.order_by("-valid_from").first()


def decides_first(item_id: int) -> bool:
    terms = terms_of(item_id)
    return terms is not None and terms.decides_first


def first_deciders(item_ids: Collection[int]) -> frozenset[int]:
    """Those of the items that decide before the material is there, by the terms of today. One query."""
    rows = ToleranceTerms.objects.filter(item__in=item_ids, valid_from__lte=today()).order_by("valid_from", "pk")
    last = dict(rows.values_list("item_id", "decides_first"))
    return frozenset(item for item, first in last.items() if first)


def latest_day(case: Case) -> dt.date | None:
    """The last day by which a material of this case may follow, as `latest_of` says."""
    return latest_of(case.version, first=decides_first(case.item_id))


def latest_of(version: ItemVersion | None, *, first: bool) -> dt.date | None:
    """The last day by which a material may follow, if it is promised today; None where nothing may. `first`: the item
    decides before it is there.

    Where the decision waits, the promise is at most as long as the item takes: a promise that is longer than the whole
    procedure would make it late. An item that is decided at once leaves no time, unless it decides first.
    """
    limit = days("pledge.tolerance_days")
    if not first:
        promised = version.promised_days if version is not None else None
        limit = min(limit, promised or 0)
    return workdays().add(today(), limit) if limit > 0 else None


def tolerable(case: Case) -> list[Material]:
    """The materials of the case's version that may follow, required ones only; one query."""
    if case.version is None:
        return []
    return list(case.version.materials.filter(tolerable=True, required=True))


def promises_of(case: Case) -> list[PromisedMaterial]:
    """The promises that stand, in the order of the materials; one query, none where nothing was pledged."""
    if not case.pledged:
        return []
    rows = PromisedMaterial.objects.filter(case=case).standing().select_related("material")
    return list(rows.order_by("material__order", "pk"))


def missing_of(case: Case) -> list[PromisedMaterial]:
    """What still holds the decision up."""
    return [one for one in promises_of(case) if one.state in UNSETTLED and not one.decides_first]


# --- commitments --------------------------------------------------------------------------------------------------------


def text_of(item_id: int) -> CommitmentText | None:
    """The text in force; None where the item is not decided on a commitment."""
    return CommitmentText.objects.filter(item=item_id, state="in_force").first()


def commitment_of(case: Case) -> Commitment | None:
    """What was signed for the case; nothing is asked where nothing was pledged."""
    if not case.pledged:
        return None
    return Commitment.objects.filter(case=case).exclude(state="void").select_related("text").first()


def words_of(text: CommitmentText) -> str:
    """The text as it is read and kept: canonical JSON, both languages."""
    names = ("conditions", "conditions_en", "checked", "checked_en", "consequences", "consequences_en")
    words: dict[str, Any] = {name: getattr(text, name) for name in names}
    words |= {"version": text.number, "check_days": text.check_days}
    return json.dumps(words, ensure_ascii=False, sort_keys=True)


def digest_of(words: str, name: str, moment: dt.datetime) -> str:
    """SHA-256 over words, name and moment, each with its length, so that no two signatures give the same."""
    parts = (words, name, moment.astimezone(dt.UTC).isoformat(timespec="microseconds"))
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode()).hexdigest()


def excused(case: Case) -> frozenset[int]:
    """The materials that the filing may lack: promised for later, or covered by the signed commitment."""
    if case.version is None:
        return frozenset()
    rows = PromisedMaterial.objects.filter(case=case, material__version=case.version_id).standing()
    found = set(rows.values_list("material_id", flat=True))
    if Commitment.objects.filter(case=case).exclude(state="void").exists():
        found |= set(case.version.materials.filter(committable=True).values_list("pk", flat=True))
    return frozenset(found)
