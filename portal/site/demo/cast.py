"""Cases that every demo has on its last day: one in each state, some amber, some overdue, many of them visitors' own."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from portal.core.time import local_date
from portal.site.demo.people import Applicant
from portal.site.demo.story import Offer, Story
from portal.site.demo.year import Casting

# A renewal, a fixed fee, and a fee that depends on what is inspected.
RENEWAL_ITEM, FEE_ITEM, SCHEDULE_ITEM = "SCJG-003", "GAJ-016", "SCJG-030"
CITIZEN_ITEM, FIRM_ITEM, EXPERT_ITEM, VISIT_ITEM, IMMEDIATE_ITEM = (
    "GAJ-004",
    "SCJG-001",
    "ZJJ-002",
    "ZJJ-003",
    "SCJG-004",
)


@dataclass(frozen=True)
class Part:
    """Where a case stands on the last day: filed so many working days before it (or the next one), halted in a state."""

    item: str
    filed_ago: int
    halt: str
    fate: tuple[str, ...] = ()


# Citizens and firms see a case of their own in every stage.
PARTS = (
    Part(CITIZEN_ITEM, 1, "draft"),
    Part(CITIZEN_ITEM, 1, "submitted"),
    Part(CITIZEN_ITEM, 3, "supplement", ("supplement",)),
    Part(CITIZEN_ITEM, 4, "in_review"),
    Part(CITIZEN_ITEM, 12, "issued"),
    Part(CITIZEN_ITEM, 40, "closed"),
    Part(FIRM_ITEM, 1, "draft"),
    Part(FIRM_ITEM, 1, "submitted"),
    Part(FIRM_ITEM, 2, "accepted"),
    Part(FIRM_ITEM, 2, "supplement", ("supplement",)),
    Part(FIRM_ITEM, 5, "in_review"),  # amber
    Part(FIRM_ITEM, 8, "in_review"),  # red
    Part(FIRM_ITEM, 6, "suspended", ("suspend",)),
    Part(FIRM_ITEM, 9, "approved"),
    Part(FIRM_ITEM, 9, "refused", ("refuse",)),
    Part(FIRM_ITEM, 11, "delivered"),
    Part(FIRM_ITEM, 4, "proposed", ("extend",)),
    Part(FIRM_ITEM, 2, "proposed", ("not_accept",)),
    Part(FIRM_ITEM, 10, "not_accepted", ("not_accept",)),
    Part(FIRM_ITEM, 8, "withdrawn", ("withdraw",)),
    Part(FIRM_ITEM, 35, "returned", ("supplement", "no_supplement")),
    Part(FIRM_ITEM, 12, "closed", ("slow_answer",)),
    Part(EXPERT_ITEM, 6, "suspended", ("suspend",)),
    Part(EXPERT_ITEM, 6, "deciding"),
    Part(EXPERT_ITEM, 8, "in_review"),  # amber
    Part(EXPERT_ITEM, 12, "deciding"),  # red
    Part(EXPERT_ITEM, 3, "proposed", ("suspend",)),
    Part(VISIT_ITEM, 11, "in_review"),  # red
    Part(VISIT_ITEM, 7, "terminated", ("terminate",)),
    Part(IMMEDIATE_ITEM, 1, "accepted"),
    Part(RENEWAL_ITEM, 30, "in_review", ("expiring",)),  # granted by law a few days ago
    Part(RENEWAL_ITEM, 4, "accepted"),
    Part(FEE_ITEM, 3, "approved"),  # its fee waits to be paid
    Part(SCHEDULE_ITEM, 9, "approved"),  # its fee waits to be set by the window
)


def cast(casting: Casting, end: dt.datetime) -> Iterator[Story]:
    """The stories of all parts whose item is in the catalogue; the accounts of the sign-in page play the first ones."""
    by_code = {offer.item.code: offer for offer in casting.offers}
    index = casting.stage.hours.index
    last = index.next_workday_on_or_after(local_date(end))
    played: set[tuple[str, str]] = set()
    for part in PARTS:
        offer = by_code.get(part.item)
        if offer is None:
            continue
        day = index.add(last, -part.filed_ago)
        own = (part.item, part.halt) not in played and part.item != EXPERT_ITEM
        played.add((part.item, part.halt))
        yield casting.story(
            offer, day, applicant=_visitor(casting, offer) if own else None, halt=part.halt,
            **dict.fromkeys(part.fate, True),
        )  # fmt: skip


def _visitor(casting: Casting, offer: Offer) -> Applicant:
    """The account `firm1` or `citizen1`."""
    return (casting.people.firms if offer.item.enterprise else casting.people.citizens)[0]
