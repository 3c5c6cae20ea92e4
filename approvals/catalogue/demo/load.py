"""Puts the demo city's catalogue in place through the actions: made by one person, reviewed by another."""

import datetime as dt
from collections.abc import Collection

from approvals.catalogue import actions
from approvals.catalogue.demo.forms import FORMS
from approvals.catalogue.demo.package_forms import PACKAGE_FORMS
from approvals.catalogue.demo.tables import item_drafts, rows
from approvals.catalogue.models import Item, LifeEvent
from portal.core.actors import Actor
from portal.people.models import Department


def load_demo_departments() -> dict[str, int]:
    """The demo city's departments, made where they are missing; their ids by code."""
    ids = dict(Department.objects.values_list("code", "pk"))
    for code, name, name_en, short_name, level, parent, phone in rows("departments"):
        if code not in ids:
            ids[code] = Department.objects.create(
                code=code, name=name, name_en=name_en, short_name=short_name, level=level, phone=phone,
                parent_id=ids[parent] if parent else None,
            ).pk  # fmt: skip
    return ids


def load_demo_catalogue(
    author: Actor,
    reviewer: Actor,
    *,
    valid_from: dt.date | None = None,
    only: Collection[str] | None = None,
    table: str = "items",
) -> int:
    """Life events and items of the demo city, published; returns how many items are new. Running it again adds nothing.

    `author` and `reviewer` are two people who may edit and review for every department (administrators).
    `valid_from` is the day from which the versions hold; a demo of the past year needs one before it. `only` names
    the codes that are wanted, instead of all; `table` other items than those that stand by themselves.
    """
    departments = load_demo_departments()
    for order, (code, audience, icon, name, name_en) in enumerate(rows("life_events")):
        LifeEvent.objects.update_or_create(
            code=code,
            defaults={"audience": audience, "icon": icon, "name": name, "name_en": name_en, "order": order},
        )
    published = set(Item.objects.exclude(status=Item.Status.DRAFT).values_list("code", flat=True))
    drafts = dict(Item.objects.filter(status=Item.Status.DRAFT).values_list("code", "pk"))
    made = 0
    for draft in item_drafts(departments, {**FORMS, **PACKAGE_FORMS}, table=table):
        if draft.code in published or (only is not None and draft.code not in only):
            continue
        item_id = drafts.get(draft.code) or actions.create_item(author, draft).pk
        version = Item.objects.get(pk=item_id).versions.get(number=1)
        if version.reviewed_by_id is None:
            actions.review(reviewer, version.pk)
        actions.publish(author, version.pk, valid_from=valid_from)
        made += 1
    return made
