"""What the rules in use say of a ticket: the public face of this room, for the desk and the ticket's page."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from hotline.models import Category, Ticket
from hotline.routing.actions.broken import disable_broken
from hotline.routing.engine import Facts, RuleSpec, Verdict, decide
from hotline.routing.loading import live_specs
from portal.core.time import ZONE, now


@dataclass(frozen=True)
class Suggestion:
    """Where the ticket should go, and which rule says so. An empty value says nothing."""

    department_id: int | None
    department_name: str
    grade: str
    kind: str
    rule: str
    reasons: tuple[str, ...]


def suggest(
    *, text: str, category_id: int | None = None, street_code: str = "", place: str = "", at: dt.datetime | None = None
) -> Suggestion | None:
    """What the first fitting rule in use says; None when none fits. Three queries at most.

    A rule that cannot be used is passed over, takes itself out of use and tells the administrators.
    """
    facts = Facts(
        text=text,
        at=(at or now()).astimezone(ZONE),
        categories=lineage(category_id),
        street_code=street_code,
        place=place,
    )
    return _said(settle(live_specs(), facts))


def suggest_for(ticket: Ticket) -> Suggestion | None:
    """The same for a ticket that was recorded."""
    return suggest(
        text=f"{ticket.title}\n{ticket.content}",
        category_id=ticket.category_id,
        street_code=ticket.street_code,
        place=ticket.address,
        at=ticket.recorded_at,
    )


def settle(rules: Iterable[RuleSpec], facts: Facts) -> Verdict:
    """Decide; whatever cannot be used is taken out of use."""
    verdict = decide(rules, facts)
    for rule, because in verdict.broken:
        disable_broken(rule.pk, because)
    return verdict


def _said(verdict: Verdict) -> Suggestion | None:
    rule = verdict.rule
    if rule is None:
        return None
    return Suggestion(rule.department_id, rule.department_name, rule.grade, rule.kind, rule.name, verdict.reasons)


def lineage(category_id: int | None, parents: dict[int, int | None] | None = None) -> frozenset[int]:
    """The category with all that it stands under; one query when the tree is not given."""
    if category_id is None:
        return frozenset()
    tree = parents if parents is not None else tree_of_categories()
    found: set[int] = set()
    here: int | None = category_id
    while here is not None and here not in found:
        found.add(here)
        here = tree.get(here)
    return frozenset(found)


def tree_of_categories() -> dict[int, int | None]:
    """Category → what it stands under."""
    return dict(Category.objects.values_list("pk", "parent_id"))
