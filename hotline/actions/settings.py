"""What administrators set: the categories and the limits of the grades."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from hotline import policies
from hotline.models import Category
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.events import record
from portal.core.time import today

FIELDS = (
    "name", "name_en", "parent", "grade", "asks_resolution", "department", "operator_dispatches", "words", "order",
)  # fmt: skip


@action
def save_category(actor: Actor, category_id: int | None, values: dict[str, Any]) -> Category:
    """Make a category or change one; its code never changes. Raises NotAllowed, NotFound, Invalid."""
    if actor.user is None or not policies.may_edit_settings(actor.user):
        raise NotAllowed()
    if category_id is None:
        code = values["code"]
        if Category.objects.filter(code=code).exists():
            raise Invalid(fields={"code": _("This code exists already.")})
        category, before = Category(code=code), {}
    else:
        try:
            category = db.lock_row(Category.objects.all(), category_id)
        except Category.DoesNotExist:
            raise NotFound() from None
        before = {name: _plain(category, name) for name in FIELDS}
    parent = values.get("parent")
    if parent is not None and (parent.pk == category.pk or parent.parent_id is not None):
        raise Invalid(fields={"parent": _("The tree has two levels: choose a category of the first one.")})
    if parent is not None and category.pk is not None and category.children.exists():
        raise Invalid(fields={"parent": _("A category with parts stays on the first level.")})
    for name in FIELDS:
        setattr(category, name, values[name])
    category.closed_on = (category.closed_on or today()) if values.get("closed") else None
    category.provisional = False
    category.save()
    after = {name: _plain(category, name) for name in FIELDS}
    changed = sorted(name for name in after if after[name] != before.get(name)) if before else []
    kind = "category.changed" if before else "category.made"
    record(category, kind, actor, data={"changed": changed, "closed": category.closed_on})
    return category


def _plain(category: Category, name: str) -> Any:
    value = getattr(category, f"{name}_id" if name in {"parent", "department"} else name)
    return value.isoformat() if isinstance(value, dt.date) else value
