"""Findings: facts that two bidders of one lot share, read off the records, each with where it was found."""

import itertools
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from procurement.oversight.documents import wrong_sums
from procurement.oversight.facts import Held, LotFacts, groups
from procurement.oversight.limits import Limits
from procurement.oversight.rules import CONTROL, EQUAL_SHARE, REGULAR
from procurement.oversight.signs.base import Basis, Compute, Found

CONTACT = "contact"


def sharing(fact: str) -> Compute:
    """Every value of one fact that several bidders hold."""
    return partial(_sharing, fact)


def _sharing(fact: str, lot: LotFacts, _limits: Limits) -> Iterable[Found]:
    for rows in groups(lot.facts.get(fact, [])):
        yield _found(lot, rows)


def _found(lot: LotFacts, rows: Sequence[Held], basis: str = "") -> Found:
    bidders = {one.organisation for one in rows}
    firms = tuple(sorted(bidders | {one.member.organisation for one in rows if one.member}))
    figures = {"bidders": len(bidders), "evidence": evidence(lot, rows)}
    return Found(firms, figures, detail=rows[0].digest, basis=basis)


def evidence(lot: LotFacts, rows: Iterable[Held]) -> list[dict[str, Any]]:
    """Who, where, what: as it is shown and kept. Never a number whole."""
    names = {bid.organisation: bid.name for bid in lot.bids}
    told = {(one.member.name if one.member else names.get(one.organisation, ""), one.where, one.shown) for one in rows}
    return [{"firm": firm, "where": where, "value": shown} for firm, where, shown in sorted(told)]


def phones(lot: LotFacts, _limits: Limits) -> Iterable[Found]:
    """One telephone under two firms. Between the contacts of two bidders order 87 names it (one contact person)."""
    for rows in groups(lot.facts.get("phone", [])):
        contacts = {one.organisation for one in rows if one.where == CONTACT}
        named = lot.law == "g" and len(contacts) > 1
        yield _found(lot, rows, "" if named else Basis.CIRCUMSTANCE.value)


def shareholders(lot: LotFacts, limits: Limits) -> Iterable[Found]:
    """One shareholder of two bidders, or one bidder a shareholder of the other; from a share of the rule on: control."""
    control = limits.share(CONTROL) * 10_000
    for rows in groups(lot.facts.get("shareholder", [])):
        parent = any(one.where == "itself" for one in rows)
        owned = [one.share_bp or 0 for one in rows if one.where != "itself"]
        # A parent controls what it owns half of; a common owner, only if it does so on both sides.
        controls = max(owned) >= control if parent else min(owned) >= control
        found = _found(lot, rows, "" if controls else Basis.CIRCUMSTANCE.value)
        yield Found(found.firms, {**found.figures, "share": max(owned) / 10_000}, found.detail, basis=found.basis)


def mixed_files(lot: LotFacts, _limits: Limits) -> Iterable[Found]:
    """The name or credit code of one bidder in the documents of another: `digest` is whom the document names."""
    for one in lot.facts.get("mixed", []):
        if one.digest.isdecimal() and any(bid.organisation == int(one.digest) for bid in lot.bids):
            firms = tuple(sorted((one.organisation, int(one.digest))))
            yield Found(firms, {"evidence": evidence(lot, [one])}, detail=f"{one.organisation}>{one.digest}")


def regular(code: str) -> Compute:
    """Equal gaps or equal ratios between neighbouring prices."""
    return partial(_regular, code)


def _regular(code: str, lot: LotFacts, limits: Limits) -> Iterable[Found]:
    for sign in lot.price_signs(limits.for_prices()):
        if sign.code == code:
            firms = tuple(sorted(int(one) for one in sign.bidders))
            figures = {**sign.figures, "prices_fen": sorted(lot.valid_prices)}
            figures.pop("within", None)
            yield Found(firms, figures, limit=limits.share(REGULAR), limit_rule=REGULAR)


def equal_unit_prices(lot: LotFacts, limits: Limits) -> Iterable[Found]:
    for sign in lot.price_signs(limits.for_prices()):
        if sign.code == "equal_unit_prices":
            firms = tuple(sorted(int(one) for one in sign.bidders))
            yield Found(
                firms,
                dict(sign.figures),
                detail="-".join(map(str, firms)),
                limit=limits.share(EQUAL_SHARE),
                limit_rule=EQUAL_SHARE,
            )


def shared_errors(lot: LotFacts, _limits: Limits) -> Iterable[Found]:
    """The same wrong amount in the same line of two bills: quantity times unit price says otherwise in both."""
    wrong = {bid.organisation: wrong_sums(bid.items) for bid in lot.bids if bid.items}
    for one, other in itertools.combinations(sorted(wrong), 2):
        same = sorted(code for code, amount in wrong[one].items() if wrong[other].get(code) == amount)
        if same:
            yield Found((one, other), {"errors": len(same), "lines": same[:20]}, detail=f"{one}-{other}")
