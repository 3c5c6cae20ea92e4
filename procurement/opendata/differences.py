"""What a new release says that the ones before did not, and the tags of the standard for it.

A release carries every section that changed as a whole, merged with what was said of it before: nothing that was once
published disappears, so that merging all releases by the standard's rules gives exactly the compiled release.
"""

from collections.abc import Iterable
from typing import Any

Sections = dict[str, Any]
FOLLOWS_TENDER = ("bids", "parties", "buyer", "relatedProcesses", "language")
ENDS = {"cancelled": "tenderCancellation", "unsuccessful": "tenderCancellation"}
ORDER = (
    "planning", "planningUpdate", "tender", "tenderAmendment", "tenderUpdate", "tenderCancellation", "award",
    "awardUpdate", "awardCancellation", "contract", "contractUpdate", "contractAmendment", "implementation",
    "implementationUpdate", "contractTermination",
)  # fmt: skip


def merged(before: Any, after: Any) -> Any:
    """`after` over `before`: members by name, lists of things by their `id`, everything else replaced."""
    if isinstance(before, dict) and isinstance(after, dict):
        kept = {name: value for name, value in before.items() if name not in after}
        return kept | {name: merged(before.get(name), value) for name, value in after.items()}
    if _is_list_of_things(before) and _is_list_of_things(after):
        known = {one["id"]: one for one in before}
        fresh = {one["id"]: one for one in after}
        return [merged(one, fresh.get(name, one)) for name, one in known.items()] + [
            one for name, one in fresh.items() if name not in known
        ]
    return after


def _is_list_of_things(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and "id" in one for one in value)


def changed(before: Sections, after: Sections) -> Sections:
    """The sections that a new release has to carry."""
    return {name: section for name, section in after.items() if before.get(name) != section}


def tags(before: Sections, after: Sections) -> list[str]:
    """The tags of the release that leads from one state to the next, in the standard's order."""
    found: set[str] = set()
    if before.get("planning") != after.get("planning"):
        found.add("planningUpdate" if before else "planning")
    found |= _of_tender(before, after)
    found |= _of_awards(before.get("awards", []), after.get("awards", []))
    found |= _of_contracts(before.get("contracts", []), after.get("contracts", []))
    if not found:  # parties and bids belong to the tender
        found.add("tenderUpdate")
    return [tag for tag in ORDER if tag in found]


def _of_tender(before: Sections, after: Sections) -> set[str]:
    old, new = before.get("tender", {}), after.get("tender", {})
    found = set() if old else {"tender"}
    if old.get("status") != new.get("status") and new.get("status") in ENDS:
        found.add(ENDS[new["status"]])
    if old and len(new.get("amendments", [])) > len(old.get("amendments", [])):
        found.add("tenderAmendment")
    if not found and (old != new or before.get("bids") != after.get("bids")):
        found.add("tenderUpdate")
    return found


def _of_awards(before: Iterable[Any], after: Iterable[Any]) -> set[str]:
    found = set()
    for old, new in _pairs(before, after):
        if old is None:
            found.add("award")
        if new["status"] == "cancelled" and (old is None or old["status"] != "cancelled"):
            found.add("awardCancellation")
        elif old is not None and old != new:
            found.add("awardUpdate")
    return found


def _of_contracts(before: Iterable[Any], after: Iterable[Any]) -> set[str]:
    found = set()
    for old, new in _pairs(before, after):
        if old is None:
            found.add("contract")
        amended = len(new.get("amendments", [])) > len((old or {}).get("amendments", []))
        ended = new["status"] == "terminated" and (old or {}).get("status") != "terminated"
        found |= {"contractAmendment"} if amended else set()
        found |= {"contractTermination"} if ended else set()
        performed = new.get("implementation") != (old or {}).get("implementation")
        if performed:
            found.add("implementationUpdate" if (old or {}).get("implementation") else "implementation")
        if old is not None and _terms(old) != _terms(new) and not amended and not ended:
            found.add("contractUpdate")
    return found


def _terms(contract: Sections) -> Sections:
    """A contract without its performance, which has tags of its own."""
    return {name: one for name, one in contract.items() if name != "implementation"}


def _pairs(before: Iterable[Any], after: Iterable[Any]) -> list[tuple[Any, Any]]:
    known = {one["id"]: one for one in before}
    return [(known.get(one["id"]), one) for one in after]
