"""Rules in words, for the page: what must be so, what follows, what is wrong."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hotline.models import Grade, Kind
from hotline.routing.forms import WEEKDAYS
from hotline.routing.loading import wrong_with
from hotline.routing.models import Rule, RuleBook


@dataclass(frozen=True)
class RuleRow:
    """A rule as the page shows it; `wrong` is why it is, or will be, out of use."""

    rule: Rule
    conditions: list[str]
    follows: list[str]
    wrong: str


def rows_of(book: RuleBook) -> list[RuleRow]:
    """The rules of a version in their order; one query."""
    rules = book.rules.select_related("category", "department").order_by("position", "pk")
    return [RuleRow(one, conditions(one), follows(one), one.disabled_because or wrong_with(one)) for one in rules]


def conditions(rule: Rule) -> list[str]:
    """What must be so; one sentence for a rule that takes everything."""
    said: list[str] = []
    if rule.category:
        said.append(_("category %(name)s") % {"name": rule.category.display_name})
    if rule.words:
        said.append(_("one of: %(words)s") % {"words": _listed(rule.words)})
    if rule.without:
        said.append(_("none of: %(words)s") % {"words": _listed(rule.without)})
    if rule.area:
        said.append(_("place %(name)s") % {"name": rule.area})
    if rule.time_from and rule.time_to:
        times = {"start": f"{rule.time_from:%H:%M}", "end": f"{rule.time_to:%H:%M}"}
        said.append(_("time %(start)s–%(end)s") % times)
    if rule.weekdays:
        said.append(" ".join(str(name) for digit, name in WEEKDAYS if digit in rule.weekdays))
    return said or [_("whatever is left")]


def follows(rule: Rule) -> list[str]:
    """What the rule says."""
    said = [rule.department.display_short] if rule.department else []
    said += [_label(Grade, rule.grade)] if rule.grade else []
    return said + ([_label(Kind, rule.kind)] if rule.kind else [])


def _label(choices: Any, value: str) -> str:
    return str(dict(choices.choices).get(value, value))


def _listed(words: Any) -> str:
    return "、".join(str(word) for word in words) if isinstance(words, list) else str(words)
