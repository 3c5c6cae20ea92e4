"""Which rule a ticket falls under: pure functions over plain values, the first match decides and explains itself."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from portal.core.search import normalise


class Broken(Exception):
    """A rule that cannot be used: it names something that is gone, or does not make sense."""


@dataclass(frozen=True)
class Facts:
    """What of a ticket the rules look at. `categories` is its category with all that it stands under."""

    text: str
    at: dt.datetime  # local time
    categories: frozenset[int] = frozenset()
    street_code: str = ""
    place: str = ""


@dataclass(frozen=True)
class RuleSpec:
    """One rule as plain values; an empty condition says nothing."""

    pk: int
    position: int
    name: str
    category_id: int | None = None
    category_name: str = ""
    area: str = ""  # a street's code, or words of the address
    words: tuple[str, ...] = ()  # one of them is enough; "a+b" asks for both
    without: tuple[str, ...] = ()  # none of them may stand there
    time_from: dt.time | None = None
    time_to: dt.time | None = None
    weekdays: str = ""  # digits, Monday is 0
    department_id: int | None = None
    department_name: str = ""
    grade: str = ""
    kind: str = ""
    # Why the rule cannot be used, found when it was loaded.
    broken: str = ""


@dataclass(frozen=True)
class Verdict:
    """What the rules say: the rule that decided, and why it did. No rule: `rule` is None."""

    rule: RuleSpec | None
    reasons: tuple[str, ...] = ()
    broken: tuple[tuple[RuleSpec, str], ...] = field(default=())


def decide(rules: Iterable[RuleSpec], facts: Facts) -> Verdict:
    """The first rule that fits, in their order; a rule that cannot be used is passed over and named."""
    broken: list[tuple[RuleSpec, str]] = []
    prepared = normalise(facts.text)
    for rule in sorted(rules, key=lambda one: one.position):
        try:
            reasons = fits(rule, facts, prepared)
        except Exception as error:  # whatever a rule does wrong must not keep a ticket from its way
            broken.append((rule, str(error) or type(error).__name__))
            continue
        if reasons is not None:
            return Verdict(rule, tuple(reasons), tuple(broken))
    return Verdict(None, (), tuple(broken))


def fits(rule: RuleSpec, facts: Facts, prepared: str) -> list[str] | None:
    """Why the rule fits, None when it does not. Raises Broken for one that cannot be used."""
    check(rule)
    reasons: list[str] = []
    for condition in (_category, _area, _words, _time):
        said = condition(rule, facts, prepared)
        if said is None:
            return None
        reasons += [said] if said else []
    return reasons or [_("The rule has no condition: it takes whatever is left.")]


def check(rule: RuleSpec) -> None:
    """Raises Broken."""
    if rule.broken:
        raise Broken(rule.broken)
    if not (rule.department_id or rule.grade or rule.kind):
        raise Broken(_("The rule says nothing: no department, no urgency, no kind."))
    if (rule.time_from is None) != (rule.time_to is None):
        raise Broken(_("The time has a beginning or an end only."))
    if any(not digit.isdecimal() or int(digit) > 6 for digit in rule.weekdays):
        raise Broken(_("The weekdays make no sense."))


def _category(rule: RuleSpec, facts: Facts, _text: str) -> str | None:
    if rule.category_id is None:
        return ""
    return _("category %(name)s") % {"name": rule.category_name} if rule.category_id in facts.categories else None


def _area(rule: RuleSpec, facts: Facts, _text: str) -> str | None:
    if not rule.area:
        return ""
    here = rule.area == facts.street_code or normalise(rule.area) in normalise(facts.place)
    return _("place %(name)s") % {"name": rule.area} if here else None


def _words(rule: RuleSpec, _facts: Facts, text: str) -> str | None:
    if found := first_found(rule.without, text):
        return None if found else ""
    if not rule.words:
        return ""
    found = first_found(rule.words, text)
    return _("the words “%(words)s”") % {"words": found} if found else None


def first_found(words: Sequence[str], text: str) -> str:
    """The first of the words that stands in the text; "a+b" asks for both. The text is normalised already."""
    for word in words:
        parts = [normalise(part).strip() for part in word.split("+")]
        if all(part and part in text for part in parts):
            return word
    return ""


def _time(rule: RuleSpec, facts: Facts, _text: str) -> str | None:
    """A time that ends before it begins goes over midnight; the weekday is the one on which it began."""
    day = facts.at.weekday()
    said = ""
    if rule.time_from is not None and rule.time_to is not None:
        at = facts.at.time()
        over_midnight = rule.time_to <= rule.time_from
        inside = at >= rule.time_from or at < rule.time_to if over_midnight else rule.time_from <= at < rule.time_to
        if not inside:
            return None
        if over_midnight and at < rule.time_to:
            day = (day - 1) % 7
        said = _("time %(start)s–%(end)s") % {"start": f"{rule.time_from:%H:%M}", "end": f"{rule.time_to:%H:%M}"}
    if rule.weekdays and str(day) not in rule.weekdays:
        return None
    return said or (_("day of the week") if rule.weekdays else "")
