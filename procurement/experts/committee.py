"""How large a committee is and who sits on it, by the dated rules. Reads nothing but them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from portal.core.draw import Place
from portal.core.errors import Invalid, type_of_message
from portal.core.rules import Rule, rule
from procurement.experts import rules as book
from procurement.models import Category, Method
from procurement.tenders.periods import by_law

FEN_PER_WAN = 10_000_00
GROUPS = frozenset({Method.NEGOTIATION.value, Method.CONSULTATION.value, Method.INQUIRY.value})


def is_negotiated(project: Any) -> bool:
    """A single source: nothing is compared, so no committee judges; professionals with experience negotiate.

    MOF order 74, article 41: neither a draw nor an odd number nor a share of experts is asked for, and the buyer says who.
    """
    return bool(project.method == Method.SINGLE)


def least(project: Any, is_complex: bool, on: dt.date) -> Rule:
    """The rule that says how many members there are at least."""
    if is_negotiated(project):
        return rule(book.SINGLE, on)
    if project.category == Category.GOVERNMENT:
        from_wan = rule(book.LARGE_FROM, on).days
        if is_complex or project.budget_fen >= from_wan * FEN_PER_WAN:
            return rule(book.LEAST_LARGE, on)
        if project.method in GROUPS:
            return rule(book.LEAST_SMALL, on)
    return rule(by_law(book.LEAST, project), on)


def check(
    project: Any, size: int, places: Sequence[Place], representatives: int, is_complex: bool, on: dt.date
) -> None:
    """Raises Invalid whose fields name the rule and its source: at least so many, odd, experts two thirds or more."""
    wrong: dict[str, type_of_message] = {}
    floor = least(project, is_complex, on)
    if size < floor.days:
        wrong["size"] = _("The committee has at least %(n)s members (%(source)s).") % {
            "n": floor.days, "source": floor.display_source,
        }  # fmt: skip
    elif size % 2 == 0 and not is_negotiated(project):
        wrong["size"] = _("The committee has an odd number of members (%(source)s).") % {"source": floor.display_source}
    one_in = rule(by_law(book.ONE_IN, project), on)
    if representatives * one_in.days > size and not is_negotiated(project):
        wrong["representatives"] = _("At most one member in %(n)s represents the buyer (%(source)s).") % {
            "n": one_in.days, "source": one_in.display_source,
        }  # fmt: skip
    drawn = sum(place.count for place in places)
    if drawn + representatives != size:
        wrong.setdefault(
            "places",
            _("%(drawn)s experts and %(own)s representatives do not make a committee of %(size)s.")
            % {"drawn": drawn, "own": representatives, "size": size},
        )
    if wrong:
        raise Invalid(fields=wrong)
