"""How a sign is shown: its title, its figures in words, its threshold with the version of the rule, its evidence."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.core.money import format_yuan
from portal.core.rules import UNITS, title
from portal.core.templatetags.portal import day, percent, thousands
from procurement.bidders.models import BidderPerson
from procurement.models import Category
from procurement.oversight.models import Lead, LotFigures, Sign
from procurement.oversight.signs import REGISTRY
from procurement.oversight.signs.base import LAWS
from procurement.oversight.signs.prices import SIDES

TONES = {"deemed": "red", "barred": "red", "circumstance": "amber", "figure": "blue"}
BASIS_WORDS = {
    "deemed": pgettext_lazy("sign", "Deemed collusion"),
    "barred": pgettext_lazy("sign", "Barred from bidding together"),
    "circumstance": pgettext_lazy("sign", "Circumstance"),
    "figure": pgettext_lazy("sign", "Figure"),
}
WHERE = {
    "upload": gettext_lazy("when the bid was sent"),
    "download": gettext_lazy("when the documents were taken"),
    "contact": gettext_lazy("contact of the bidder"),
    "bond": gettext_lazy("account of the bond"),
    "itself": gettext_lazy("the firm itself"),
    **{one.value: one.label for one in BidderPerson.Kind},
}
LABELS = {
    "n": gettext_lazy("Valid bids"),
    "bids": pgettext_lazy("oversight", "Bids"),
    "bidders": gettext_lazy("Firms"),
    "rejected": gettext_lazy("Rejected bids"),
    "price_fen": pgettext_lazy("oversight", "Price"),
    "winner_fen": gettext_lazy("Price of the winner"),
    "second_fen": gettext_lazy("Second price"),
    "lowest_fen": gettext_lazy("Lowest price"),
    "prices_fen": gettext_lazy("Prices"),
    "amount_fen": gettext_lazy("Amount"),
    "distance": gettext_lazy("Distance"),
    "mean": gettext_lazy("Mean step"),
    "spread": gettext_lazy("Spread of the steps"),
    "low": gettext_lazy("Lower fence"),
    "high": gettext_lazy("Upper fence"),
    "items": gettext_lazy("Common items"),
    "equal": gettext_lazy("Identical unit prices"),
    "errors": gettext_lazy("Common errors"),
    "lines": pgettext_lazy("oversight", "Items"),
    "late_seconds": gettext_lazy("Seconds late"),
    "days": gettext_lazy("Days of the bid period"),
    "unit": gettext_lazy("Counted in"),
    "share": gettext_lazy("Share"),
    "lots": gettext_lazy("Lots together"),
    "wins": gettext_lazy("Wins of each"),
    "tenders": pgettext_lazy("oversight", "Tenders"),
    "categories": pgettext_lazy("oversight", "Categories"),
    "number": pgettext_lazy("oversight", "Number"),
}
SHARES = frozenset({"distance", "share"})
RED_FLAG = re.compile(r"R\d{3}")


@dataclass(frozen=True)
class Face:
    """One sign as pages show it."""

    sign: Sign
    title: Any
    # The figure that lies beyond its fences, where a lot may have several such signs.
    detail: str
    # The number of a published red flag; codes of our own stand on the page of the method only.
    flag: str
    tone: str
    basis: Any
    figures: list[tuple[Any, str]]
    evidence: list[dict[str, Any]]
    limit: str
    source: str
    firms: list[Any]


def face(sign: Sign) -> Face:
    """Reads `project`, `lot` and the prefetched `firms`."""
    line = REGISTRY[sign.code]
    evidence = [
        {**one, "where": WHERE.get(one["where"], one["where"])} for one in sign.figures.get("evidence", [])
    ]  # fmt: skip
    return Face(
        sign=sign, title=line.title, detail=_detail(sign), flag=sign.code if RED_FLAG.fullmatch(sign.code) else "",
        tone=TONES[sign.basis] if sign.stands else "grey", basis=BASIS_WORDS[sign.basis],
        figures=_figures(sign), evidence=evidence, limit=_limit(sign), source=_source(sign),
        firms=sorted(sign.firms.all(), key=lambda firm: firm.pk),
    )  # fmt: skip


def _detail(sign: Sign) -> str:
    return next((name.upper() for name in sign.figures if name in SIDES), "") if sign.code == "fence" else ""


def _figures(sign: Sign) -> list[tuple[Any, str]]:
    return [
        (LABELS.get(name, name.upper()), _value(sign, name, value))
        for name, value in sign.figures.items()
        if name != "evidence"
    ]


def _value(sign: Sign, name: str, value: Any) -> str:
    in_fen = name.endswith("_fen") or (sign.code == "equal_gaps" and name in ("mean", "spread"))
    if isinstance(value, list):
        if name == "categories":
            return "、".join(str(Category(one).label) for one in value)
        return "、".join(format_yuan(one) if in_fen else str(one) for one in value)
    if in_fen:
        return str(format_yuan(round(value)))
    if name in SHARES:
        return percent(value, 2)
    if name == "unit":
        return str(UNITS.get(value, value))
    return f"{value:.4f}" if isinstance(value, float) else thousands(value)


def _limit(sign: Sign) -> str:
    """The threshold, and since when this version of the rule holds."""
    if sign.limit is None:
        return ""
    value = f"{sign.limit:g}"
    if not sign.limit_rule:
        return value
    words = {"value": value, "rule": title(sign.limit_rule), "day": day(sign.limit_from)}
    return _("%(value)s (%(rule)s, version of %(day)s)") % words


def _source(sign: Sign) -> str:
    """In the reader's language where the registry still knows the source that was written."""
    line = REGISTRY[sign.code]
    law = next((law for law in LAWS if line.sources[law][0] == sign.source), None)
    return line.source_for(law) if law else sign.source


def figures_table(kept: LotFigures) -> list[tuple[str, str]]:
    """The eight figures of a lot; a dash where one has no value."""
    return [
        (name.upper(), "—" if (value := getattr(kept, name)) is None else f"{value:.4f}") for name in SIDES
    ]  # fmt: skip


PRIORITIES = (
    (20, "red", gettext_lazy("High")),
    (10, "amber", gettext_lazy("Medium")),
    (0, "grey", gettext_lazy("Low")),
)


def priority_face(lead: Lead) -> tuple[Any, str]:
    """The weight of a lead in a word, and its tone."""
    _least, tone, label = next(line for line in PRIORITIES if lead.priority >= line[0])
    return label, tone
