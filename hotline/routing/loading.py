"""Rules as plain values: read with what they name, and what is wrong with them found on the way."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from hotline.models import Category
from hotline.routing.engine import RuleSpec
from hotline.routing.models import Rule, RuleBook
from portal.core.time import today


def live_specs() -> list[RuleSpec]:
    """The rules in use, without those that are out of use; one query."""
    rows = Rule.objects.filter(book__state=RuleBook.State.LIVE, disabled_at__isnull=True)
    return specs(rows.select_related("category", "department"))


def specs_of(book: RuleBook) -> list[RuleSpec]:
    """The rules of a version, for its trial; one query."""
    return specs(book.rules.filter(disabled_at__isnull=True).select_related("category", "department"))


def specs(rows: Iterable[Rule]) -> list[RuleSpec]:
    return [spec(row) for row in rows]


def spec(row: Rule) -> RuleSpec:
    """One rule as a plain value."""
    return RuleSpec(
        pk=row.pk,
        position=row.position,
        name=row.name,
        category_id=row.category_id,
        category_name=row.category.display_name if row.category else "",
        area=row.area,
        words=_words(row.words),
        without=_words(row.without),
        time_from=row.time_from,
        time_to=row.time_to,
        weekdays=row.weekdays,
        department_id=row.department_id,
        department_name=row.department.display_short if row.department else "",
        grade=row.grade,
        kind=row.kind,
        broken=wrong_with(row),
    )


def _words(value: Any) -> tuple[str, ...]:
    return tuple(str(word) for word in value) if isinstance(value, list) else ()


def wrong_with(row: Rule) -> str:
    """Why the rule cannot be used: what it names is closed. "" when it can."""
    if row.department is not None and row.department.is_closed:
        return _("The department %(name)s is closed.") % {"name": row.department.name}
    if row.category is not None and is_closed(row.category):
        return _("The category %(name)s is closed.") % {"name": row.category.name}
    if not isinstance(row.words, list) or not isinstance(row.without, list):
        return _("The words are no list.")
    return ""


def is_closed(category: Category) -> bool:
    """Whether tickets can no longer be given this category."""
    return category.closed_on is not None and category.closed_on <= today()
