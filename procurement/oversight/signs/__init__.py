"""The registry: every computation of signs is one line here. Pages, exports and passes read this table."""

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from procurement import screens
from procurement.oversight import rules as book
from procurement.oversight.facts import LotFacts
from procurement.oversight.limits import Limits
from procurement.oversight.signs import across, prices, shared
from procurement.oversight.signs.base import (
    IMHOF,
    OECD,
    PRACTICE,
    Compute,
    Declared,
    Found,
    Kind,
    barred,
    circumstance,
    deemed,
    figure,
    law,
    ocp,
)

__all__ = ["ACROSS", "REGISTRY", "Declared", "Found", "of"]

FACT, AWARD, PRICES, ACROSS_LOTS = "facts", "award", "prices", "across"
SAME = "value(i) = value(j)"
STEPS = "max(step) − min(step) ≤ ε · mean(step)"


def _finding(
    code: str,
    title: Any,
    points: int,
    formula: str,
    ground: tuple[Any, Any],
    compute: Any,
    needs: str = FACT,
    **more: Any,
) -> Declared:
    return Declared(
        code, title, Kind.FINDING.value, formula, *ground, needs=needs, points=points, family=code, compute=compute, **more
    )  # fmt: skip


def _sign(
    code: str, title: Any, points: int, family: str, formula: str, ground: tuple[Any, Any], compute: Any, needs: str,
    **more: Any,
) -> Declared:  # fmt: skip
    return Declared(
        code, title, Kind.STATISTICAL.value, formula, *ground, needs=needs, points=points, family=family,
        compute=compute, **more,
    )  # fmt: skip


def _screens() -> list[Declared]:
    titles = {
        "cv": (_("Prices lie unusually close together (CV)"), "spread"),
        "spd": (_("Highest and lowest price differ unusually little (SPD)"), "spread"),
        "diffp": (_("The lowest price lies unusually far below the second (DIFFP)"), "distance"),
        "rd": (_("The lowest price stands apart from a close row of losers (RD)"), "distance"),
        "rdnor": (_("The first gap is unusually large among all gaps (RDNOR)"), "distance"),
        "rdalt": (_("The first gap is unusually large among the losers' gaps (RDALT)"), "distance"),
        "skew": (_("The prices are unusually lopsided (SKEW)"), "shape"),
        "kurt": (_("The prices have unusually heavy ends (KURT)"), "shape"),
    }
    return [
        _sign(name, title, 2, family, screens.FORMULAS[name], figure(IMHOF), prices.screen(name), PRICES,
              rule=book.SCREENS)
        for name, (title, family) in titles.items()
    ]  # fmt: skip


_LINES: tuple[Declared, ...] = (
    # Findings that regulation, article 40, and order 87, article 37, deem collusion.
    _finding("same_preparer", _("Documents by the same author"), 10, SAME, deemed("一", 1), shared.sharing("preparer")),
    _finding("same_machine", _("Documents from the same machine"), 10, SAME, deemed("一", 1), shared.sharing("machine")),
    _finding("same_agent", _("The same person bids for several firms"), 10, SAME, deemed("二", 2),
             shared.sharing("agent")),
    _finding("same_staff", _("The same project staff"), 10, SAME, deemed("三", 3), shared.sharing("staff")),
    _finding("same_file", _("The same document in several bids"), 10, "SHA-256(i) = SHA-256(j)", deemed("四", 4),
             shared.sharing("file")),
    _finding("equal_gaps", _("Prices with equal gaps"), 10, STEPS, deemed("四", 4), shared.regular("equal_gaps"), PRICES,
             rule=book.REGULAR),
    _finding("equal_ratios", _("Prices with equal ratios"), 10, STEPS, deemed("四", 4), shared.regular("equal_ratios"),
             PRICES, rule=book.REGULAR),
    _finding("equal_unit_prices", _("Most unit prices are identical"), 10, "equal / items > limit", deemed("四", 4),
             shared.equal_unit_prices, PRICES, rule=book.EQUAL_SHARE),
    _finding("shared_errors", _("The same errors of arithmetic"), 10, "amount ≠ quantity · price", deemed("四", 4),
             shared.shared_errors),
    _finding("mixed_files", _("One bidder's document names another bidder"), 10, "name(j) ∈ text(i)", deemed("五", 5),
             shared.mixed_files),
    _finding("same_account", _("Bonds from the same account"), 10, SAME, deemed("六", 6), shared.sharing("account")),
    # Who may not bid side by side (regulation, article 34; regulation on government procurement, article 18).
    _finding("same_head", _("The same legal person"), 10, SAME, barred(), shared.sharing("legal_person")),
    _finding("same_owner", _("The same shareholder, or one firm owns the other"), 8, SAME, barred(),
             shared.shareholders),
    # Circumstances: facts from which the law by itself draws no conclusion.
    _finding("same_address", _("The same network address at download or upload"), 6, SAME, circumstance(),
             shared.sharing("address")),
    _finding("same_device", _("The same device at download or upload"), 6, SAME, circumstance(),
             shared.sharing("device")),
    _finding("same_phone", _("The same telephone number"), 6, SAME,
             law("四十条", "article 40", "三十七条第（三）项", "article 37 (3)"), shared.phones),
    # Figures of the prices.
    *_screens(),
    _sign("fence", _("A figure far from those of the category"), 2, "fence", "x < Q1 − 1.5·IQR, x > Q3 + 1.5·IQR",
          figure(IMHOF), None, PRICES, rule=book.FENCE_GROUP),
    # Red flags by their codes.
    _sign("R003", _("Bid period shorter than the rule"), 4, "R003", "days < least", ocp("R003"), prices.short_period,
          FACT),
    _sign("R018", _("A single bid"), 2, "R018", "n = 1", ocp("R018"), prices.single_bid, FACT),
    _sign("R024", _("The second price is close to the winner's"), 2, "second", "(second − winner) / winner", ocp("R024"),
          prices.flag("R024"), AWARD, rule=book.CLOSE_SECOND),
    _sign("R028", _("Identical prices"), 4, "R028", "bi = bj", ocp("R028"), prices.flag("R028"), PRICES),
    _sign("R030", _("A late bid won"), 6, "R030", "received(winner) > deadline", ocp("R030"), prices.late_bid_won, AWARD),
    _sign("R035", _("All others were rejected"), 3, "rejected", "rejected = n − 1", ocp("R035"), prices.flag("R035"),
          AWARD),
    _sign("R036", _("The lowest price was rejected"), 3, "rejected", "rejected(b1)", ocp("R036"), prices.flag("R036"),
          AWARD),
    _sign("R038", _("Many bids were rejected"), 2, "rejected", "rejected / n ≥ limit", ocp("R038"), prices.flag("R038"),
          PRICES, rule=book.REJECTED),
    _sign("R058", _("The winner lies far below the second"), 2, "second", "(second − winner) / winner", ocp("R058"),
          prices.flag("R058"), AWARD, rule=book.FAR_SECOND),
    _sign("subcontract", _("The winner subcontracts to a loser"), 6, "subcontract", "subcontractor ∈ losers", figure(OECD),
          prices.subcontract_to_a_loser, AWARD),
    # Across tenders.
    _sign("R025", _("Many bids, never a win"), 3, "R025", "wins = 0, bids ≥ limit", ocp("R025"), None, ACROSS_LOTS,
          rule=book.LOSING_BIDS),
    _sign("R048", _("Wins in many unrelated categories"), 2, "R048", "categories ≥ limit", ocp("R048"), None, ACROSS_LOTS,
          rule=book.CATEGORIES),
    _sign("rotation", _("Two firms take turns in winning"), 6, "rotation", "(wins(i) + wins(j)) / lots ≥ limit",
          figure(PRACTICE), None, ACROSS_LOTS, rule=book.ROTATION_SHARE),
)  # fmt: skip
REGISTRY: dict[str, Declared] = {line.code: line for line in _LINES}

Across = Callable[[Sequence[LotFacts], Limits], Iterable[Found]]
ACROSS: dict[str, Across] = {
    "R025": across.frequent_losers, "R048": across.heterogeneous, "rotation": across.rotation,
}  # fmt: skip


def of(lot: LotFacts, limits: Limits) -> Iterable[tuple[Declared, Found]]:
    """Every sign of one lot, fences aside, in the order of the registry."""
    for line, compute in _lines(lot.law):
        for found in compute(lot, limits):
            yield line, found


@functools.cache
def _lines(law: str) -> list[tuple[Declared, Compute]]:
    """What is computed of each lot under one law."""
    return [(line, line.compute) for line in REGISTRY.values() if line.compute and line.applies_to(law)]
