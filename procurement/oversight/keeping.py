"""How computed signs become rows: compared first, then only what differs is written, set by set.

What is computed again and still holds stays the same row; what no longer holds is withdrawn, never deleted.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from portal.core import db
from portal.core.actions import action
from portal.core.db import copy
from portal.core.time import today
from procurement import screens
from procurement.oversight import leading
from procurement.oversight.facts import LotFacts
from procurement.oversight.limits import Limits
from procurement.oversight.models import LotFigures, Sign
from procurement.oversight.signs import Declared, Found
from procurement.oversight.signs.prices import SIDES
from procurement.tenders.models import Project

LOCK = "oversight.signs"
Figures = Mapping[int, screens.Screens]
# Signs of the whole lot: when a bid is rejected later, it is the same sign with other firms.
KEPT_BY_LOT = frozenset({*SIDES, "fence", "equal_gaps", "equal_ratios", "R003", "R018"})


@dataclass(frozen=True)
class Pass:
    """How many tenders a pass looked at, and what came of it."""

    tenders: int = 0
    new: int = 0
    withdrawn: int = 0

    def __add__(self, other: "Pass") -> "Pass":
        return Pass(self.tenders + other.tenders, self.new + other.new, self.withdrawn + other.withdrawn)


@dataclass(frozen=True)
class Draft:
    """A sign before it is compared with what is known: the declaration, what was found, and where."""

    line: Declared
    found: Found
    limits: Limits
    lot: LotFacts | None = None

    @cached_property
    def key(self) -> str:
        place = f"lot:{self.lot.pk}" if self.lot else "across"
        firms = "" if self.line.code in KEPT_BY_LOT else ",".join(map(str, self.found.firms))
        return hashlib.sha256(f"{self.line.code}|{place}|{firms}|{self.found.detail}".encode()).hexdigest()

    @cached_property
    def values(self) -> tuple[Any, ...]:
        """As `COMPARED` names them; a sign that is found stands."""
        line, found, lot = self.line, self.found, self.lot
        law, rule = lot.law if lot else "t", found.limit_rule
        project, place, category, opened_on = (lot.project, lot.pk, lot.category, lot.opened_on) if lot else NOWHERE
        since = self.limits.begins_on(rule) if rule else None
        return (
            line.code, line.kind, found.basis or line.bases[law], project, place, category, found.figures, line.formula,
            found.limit, rule, since, line.source(law), opened_on, None,
        )  # fmt: skip


NOWHERE = (None, None, "", None)
COMPARED = (
    "code", "kind", "basis", "project_id", "lot_id", "category", "figures", "formula", "limit", "limit_rule", "limit_from",
    "source", "opened_on", "withdrawn_on",
)  # fmt: skip
WITHDRAWN = COMPARED.index("withdrawn_on")
FIGURES = ("category", "opened_on", "n", *SIDES)
Known = dict[str, tuple[int, tuple[Any, ...]]]  # by key: the row's own key, and its values


def changed_tenders(
    projects: QuerySet[Project], lots: Iterable[LotFacts], figures: Figures, drafts: Mapping[int, Sequence[Draft]]
) -> set[int]:
    """The tenders of a pass in which anything is to be written but the day of the computation.

    Three reads without a lock, for any number of tenders; whatever is found here is compared again under the lock.
    """
    inside = Q(project__in=projects.order_by().values("pk"))
    known: dict[int, Known] = defaultdict(dict)
    for key, (pk, values) in _known(inside).items():
        known[values[COMPARED.index("project_id")]][key] = pk, values
    written = _written_figures(Q(lot__project__in=projects.order_by().values("pk")))
    changed = leading.waiting(inside)
    by_tender: dict[int, list[LotFacts]] = defaultdict(list)
    for lot in lots:
        by_tender[lot.project].append(lot)
    for project, own in by_tender.items():
        held, wanted = known.get(project, {}), {draft.key: draft for draft in drafts.get(project, ())}
        if any(row != written.get(pk) for pk, row in _figure_rows(own, figures)) or not _hold(held, wanted):
            changed.add(project)
    return changed


def _hold(known: Known, wanted: Mapping[str, Draft]) -> bool:
    """Whether every sign that was found stands as it is written, and no other does."""
    standing = sum(values[WITHDRAWN] is None for _pk, values in known.values())
    return standing == len(wanted) and all(
        key in known and known[key][1] == draft.values for key, draft in wanted.items()
    )


@action
def confirm(projects: Sequence[int]) -> None:
    """The signs of these tenders were computed today and hold."""
    db.lock_name(LOCK)
    Sign.objects.filter(project__in=projects).standing().exclude(computed_on=today()).update(computed_on=today())


@action
def write(drafts: Sequence[Draft], scope: Q, lots: Sequence[LotFacts], figures: Figures) -> Pass:
    """Bring the rows of a scope in line with what was computed; leads follow. One lock for all passes."""
    db.lock_name(LOCK)
    day = today()
    _write_figures(lots, figures)
    known, wanted = _known(scope), {draft.key: draft for draft in drafts}
    new = [draft for key, draft in wanted.items() if key not in known]
    _insert(new, day)
    _renew({known[key][0]: (known[key][1], draft) for key, draft in wanted.items() if key in known}, day)
    lost = [pk for key, (pk, values) in known.items() if key not in wanted and values[WITHDRAWN] is None]
    gone = list(Sign.objects.filter(pk__in=lost).order_by("pk")) if lost else []
    Sign.objects.filter(pk__in=lost).update(withdrawn_on=day, computed_on=day)
    leading.follow(scope, gone)
    return Pass(new=len(new), withdrawn=len(gone))


def _known(scope: Q) -> Known:
    rows = Sign.objects.filter(scope).order_by("pk").values_list("pk", "key", *COMPARED)
    return {key: (pk, tuple(values)) for pk, key, *values in rows}


def _insert(drafts: Sequence[Draft], day: dt.date) -> None:
    pks = copy.reserve_ids(Sign, len(drafts))
    rows = [(pk, draft.key, *draft.values, day, day) for pk, draft in zip(pks, drafts, strict=True)]
    copy.copy_rows(Sign, ("id", "key", *COMPARED, "found_on", "computed_on"), rows)
    _name_firms({pk: set(draft.found.firms) for pk, draft in zip(pks, drafts, strict=True)})


def _name_firms(named: Mapping[int, set[int]]) -> None:
    pairs = [(sign, firm) for sign, firms in named.items() for firm in sorted(firms)]
    copy.copy_rows(Sign.firms.through, ("sign_id", "organisation_id"), pairs)


def _renew(pairs: Mapping[int, tuple[tuple[Any, ...], Draft]], day: dt.date) -> None:
    """Rows that are known: written anew where something changed, else only the day of the computation."""
    changed = {pk: draft for pk, (before, draft) in pairs.items() if before != draft.values}
    Sign.objects.filter(pk__in=pairs.keys() - changed.keys()).exclude(computed_on=day).update(computed_on=day)
    if not changed:
        return
    rows = [(pk, *draft.values, day) for pk, draft in sorted(changed.items(), key=lambda one: one[0])]
    copy.update_rows(Sign, ("id", *COMPARED, "computed_on"), rows)
    through: Any = Sign.firms.through
    named: dict[int, set[int]] = {pk: set() for pk in changed}
    for sign, firm in through.objects.filter(sign__in=changed).values_list("sign_id", "organisation_id"):
        named[sign].add(firm)
    other = {pk: set(draft.found.firms) for pk, draft in changed.items() if named[pk] != set(draft.found.firms)}
    through.objects.filter(sign__in=other).delete()
    _name_firms(other)


# --- figures ------------------------------------------------------------------------------------------------------------


def _figure_rows(lots: Iterable[LotFacts], figures: Figures) -> Iterable[tuple[int, tuple[Any, ...]]]:
    """Of each lot that is no sale: its key, and its figures as `FIGURES` names them."""
    for lot in lots:
        if not lot.is_sale:
            yield lot.pk, (lot.category, lot.opened_on, len(lot.valid_prices), *map(figures[lot.pk].get, SIDES))


def _written_figures(scope: Q) -> dict[int, tuple[Any, ...]]:
    rows = LotFigures.objects.filter(scope).values_list("lot_id", *FIGURES)
    return {pk: tuple(values) for pk, *values in rows}


def _write_figures(lots: Sequence[LotFacts], figures: Figures) -> None:
    written = _written_figures(Q(lot__in=[lot.pk for lot in lots]))
    rows = [(pk, *row) for pk, row in _figure_rows(lots, figures) if row != written.get(pk)]
    copy.upsert_rows(LotFigures, ("lot_id", *FIGURES), rows, key=("lot",), update=FIGURES)
