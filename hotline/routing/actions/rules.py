"""Single rules of a draft: written, moved, removed."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from hotline.models import Category
from hotline.routing.actions.books import editor_of, locked_draft, touch
from hotline.routing.loading import is_closed
from hotline.routing.models import Rule, RuleBook
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound
from portal.core.events import record
from portal.people.models import Department

MOST_RULES, MOST_WORDS, LONGEST_WORD = 200, 40, 30


@dataclass(frozen=True)
class RuleDraft:
    """A rule as typed."""

    name: str
    category_id: int | None = None
    area: str = ""
    words: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    time_from: dt.time | None = None
    time_to: dt.time | None = None
    weekdays: str = ""
    department_id: int | None = None
    grade: str = ""
    kind: str = ""


@action
def save_rule(actor: Actor, book_id: int, rule_id: int | None, draft: RuleDraft, *, state_version: int) -> Rule:
    """Write a rule of the draft, a new one at the end. Raises Invalid that names the fields."""
    editor = editor_of(actor)
    book = locked_draft(book_id, state_version)
    _check(draft)
    if rule_id is None:
        last = book.rules.order_by("-position").values_list("position", flat=True).first()
        if book.rules.count() >= MOST_RULES:
            raise Invalid(_("A version holds at most %(n)s rules."), n=MOST_RULES)
        rule = Rule(book=book, position=(last or 0) + 1)
    else:
        rule = _rule_of(book, rule_id)
    for name, value in vars(draft).items():
        setattr(rule, name, value)
    rule.disabled_at, rule.disabled_because = None, ""  # it has just been mended
    rule.save()
    touch(book, editor)
    record(book, "rulebook.edited", actor, data={"rule": rule.pk, "name": rule.name})
    return rule


def _check(draft: RuleDraft) -> None:
    wrong: dict[str, object] = {}
    if not draft.name.strip():
        wrong["name"] = _("Please give the rule a name.")
    if not (draft.department_id or draft.grade or draft.kind):
        wrong["department"] = _("Say what follows: a department, an urgency or a kind.")
    if (draft.time_from is None) != (draft.time_to is None):
        wrong["time_to"] = _("Give both times, or none.")
    for name in ("words", "without"):
        given = getattr(draft, name)
        if len(given) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in given):
            wrong[name] = _("At most %(n)s words of %(m)s characters each.") % {"n": MOST_WORDS, "m": LONGEST_WORD}
    if draft.department_id:
        department = Department.objects.filter(pk=draft.department_id).first()
        if department is None or department.is_closed:
            wrong["department"] = _("This department is closed. Please choose another one.")
    if draft.category_id:
        category = Category.objects.filter(pk=draft.category_id).first()
        if category is None or is_closed(category):
            wrong["category"] = _("This category is closed. Please choose another one.")
    if wrong:
        raise Invalid(fields=wrong)  # type: ignore[arg-type]


def _rule_of(book: RuleBook, rule_id: int) -> Rule:
    rule = book.rules.filter(pk=rule_id).first()
    if rule is None:
        raise NotFound()
    return rule


@action
def remove_rule(actor: Actor, book_id: int, rule_id: int, *, state_version: int) -> None:
    """Take a rule out of the draft."""
    editor = editor_of(actor)
    book = locked_draft(book_id, state_version)
    rule = _rule_of(book, rule_id)
    record(book, "rulebook.rule_removed", actor, data={"rule": rule.pk, "name": rule.name})
    rule.delete()
    touch(book, editor)


@action
def move_rule(actor: Actor, book_id: int, rule_id: int, *, up: bool, state_version: int) -> None:
    """Change places with the rule before or after; at the end nothing happens."""
    editor = editor_of(actor)
    book = locked_draft(book_id, state_version)
    order = list(book.rules.order_by("position", "pk"))
    here = next((place for place, one in enumerate(order) if one.pk == rule_id), None)
    if here is None:
        raise NotFound()
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, one in enumerate(order, start=1):
        one.position = position
    Rule.objects.bulk_update(order, ["position"])
    touch(book, editor)
    record(book, "rulebook.moved", actor, data={"rule": rule_id, "to": there + 1})
