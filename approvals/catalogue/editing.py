"""Drafts piece by piece, as the pages change them: the item's own facts, a version's columns, materials, the form.

Each page carries the revision that it was drawn from (`revision_of`); a piece written over somebody else's work raises
Stale instead. Every change voids an approval and makes its writer the author, so that another person must approve.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.catalogue import policies
from approvals.catalogue.drafts import ItemFacts, MaterialDraft, VersionDraft
from approvals.catalogue.formedit import refuse_new_faults
from approvals.catalogue.indexing import index_item
from approvals.catalogue.models import FormVersion, Item, ItemVersion, LifeEvent, Material
from approvals.catalogue.steps import allow, check_days, check_revision, draft_of, item_of
from portal.core import events, files
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.models import StoredFile
from portal.people.models import Department

FILE_KIND = "catalogue.guide"


@action
def edit_item(actor: Actor, item_id: int, facts: ItemFacts, *, revision: int | None = None) -> Item:
    """Change name, department, type, everyday words and life events; found anew at once.

    Raises NotAllowed (also for a department that is not the editor's), Stale, Invalid.
    """
    item = item_of(item_id)
    allow(policies.can_edit, actor, item)
    check_revision(item, revision)
    if not facts.name.strip():
        raise Invalid(fields={"name": _("Enter the name.")})
    if facts.department_id != item.department_id:
        _check_move(actor, item, facts.department_id)
    for name in ("name", "name_en", "type", "enterprise", "synonyms"):
        setattr(item, name, getattr(facts, name))
    item.save()
    item.life_events.set(LifeEvent.objects.filter(code__in=facts.life_events))
    index_item(Item.objects.get(pk=item.pk))
    events.record(item, "item.facts_changed", actor)
    return item


def _check_move(actor: Actor, item: Item, department_id: int) -> None:
    """A department gives an item away by delegating it; only while it was never published it is simply moved."""
    if item.status != Item.Status.DRAFT:
        raise Invalid(fields={"department": _("A published item changes its department by delegation only.")})
    if not Department.objects.filter(pk=department_id, closed_on__isnull=True).exists():
        raise Invalid(fields={"department": _("The department is closed.")})
    item.department_id = department_id
    if actor.user is None or not policies.can_edit(actor.user, item):
        raise NotAllowed()


@action
def edit_columns(
    actor: Actor, version_id: int, columns: Mapping[str, Any], *, revision: int | None = None
) -> ItemVersion:
    """Write columns of a draft (days, kind, fee, texts, steps …); materials and form stay. Raises Stale, Invalid."""
    version = draft_of(version_id)
    allow(policies.can_edit, actor, version.item)
    check_revision(version.item, revision)
    write_columns(version, columns)
    _touch(actor, version, "contents")
    return version


def write_columns(version: ItemVersion, columns: Mapping[str, Any]) -> None:
    """Set columns of a draft, in memory, with the rules between them. Raises Invalid with the column's name."""
    known = VersionDraft().columns().keys()
    for name, value in columns.items():
        if name not in known:
            raise ValueError(f"a version has no column {name}")
        setattr(version, name, value)
    if version.kind == ItemVersion.Kind.IMMEDIATE and version.promised_days is None:
        version.promised_days = 0
    check_days(version.kind, version.legal_days, version.promised_days)


@action
def discard_version(actor: Actor, version_id: int) -> None:
    """Throw a draft away; the version in force stays. Raises WrongState for the only version that the item has."""
    version = draft_of(version_id)
    item = version.item
    allow(policies.can_edit, actor, item)
    if not item.versions.exclude(pk=version.pk).exists():
        raise WrongState(_("This is the only version of the item, so it cannot be discarded."), code="only_version")
    form, number = version.form, version.number
    version.delete()
    if form is not None and form.state == FormVersion.State.DRAFT and not form.versions.exists():
        form.delete()
    events.record(item, "item.version_discarded", actor, data={"version": number})


# --- materials --------------------------------------------------------------------------------------------------------


@action
def save_material(
    actor: Actor, version_id: int, draft: MaterialDraft, *, material_id: int | None = None, revision: int | None = None
) -> Material:
    """Add a material at the end, or rewrite one. New files are uploads of the same person, and become the item's.

    Raises Invalid for a code that is taken, NotFound for a material of another version, Stale.
    """
    version = draft_of(version_id)
    allow(policies.can_edit, actor, version.item)
    check_revision(version.item, revision)
    row = _material(version, material_id) if material_id else Material(version=version)
    if version.materials.filter(code=draft.code).exclude(pk=row.pk).exists():
        raise Invalid(fields={"code": _("Another material has this code already.")}, code="code_taken")
    for file_id in (draft.blank_file_id, draft.sample_file_id):
        _take_file(actor, version.item, file_id, known={row.blank_file_id, row.sample_file_id})
    for name, value in asdict(draft).items():
        setattr(row, name, value)
    if row.pk is None:
        last = version.materials.order_by("-order").values_list("order", flat=True).first()
        row.order = (last or 0) + 1
    row.save()
    _touch(actor, version, "materials")
    return row


def _take_file(actor: Actor, item: Item, file_id: int | None, *, known: set[int | None]) -> None:
    """An upload becomes the item's; one that the material has already, or that is the item's, stays."""
    if file_id is None or file_id in known:
        return
    stream = events.stream_of(item)
    if StoredFile.objects.filter(pk=file_id, stream=stream, stream_id=item.pk).exists():
        return
    files.attach(file_id, stream=stream, stream_id=item.pk, owner=actor)


@action
def move_material(actor: Actor, version_id: int, material_id: int, *, up: bool) -> None:
    """Exchange a material with its neighbour; at the end of the list nothing happens."""
    version = draft_of(version_id)
    allow(policies.can_edit, actor, version.item)
    row = _material(version, material_id)
    rows = list(version.materials.order_by("order", "pk"))
    place = rows.index(row)
    target = place + (-1 if up else 1)
    if not 0 <= target < len(rows):
        return
    rows[place], rows[target] = rows[target], rows[place]
    for order, one in enumerate(rows, start=1):
        one.order = order
        one.save(update_fields=["order"])
    _touch(actor, version, "materials")


@action
def remove_material(actor: Actor, version_id: int, material_id: int) -> None:
    """Take a material out of the draft; versions that were published keep theirs."""
    version = draft_of(version_id)
    allow(policies.can_edit, actor, version.item)
    _material(version, material_id).delete()
    _touch(actor, version, "materials")


def _material(version: ItemVersion, material_id: int) -> Material:
    row: Material | None = version.materials.filter(pk=material_id).first()
    if row is None:
        raise NotFound()
    return row


# --- form -------------------------------------------------------------------------------------------------------------


@action
def save_form(
    actor: Actor, version_id: int, definition: Mapping[str, Any] | None, *, revision: int | None = None
) -> FormVersion | None:
    """Write the form of a draft; None takes it away. A page without questions may wait, every other fault is refused.

    Raises Invalid whose `fields` name the place of each new fault, Stale.
    """
    version = draft_of(version_id)
    allow(policies.can_edit, actor, version.item)
    check_revision(version.item, revision)
    if definition is None:
        version.form = None
        _touch(actor, version, "form")
        return None
    refuse_new_faults(version.form.definition if version.form else None, definition)
    form = version.form
    if form is None or form.state != FormVersion.State.DRAFT or form.versions.exclude(pk=version.pk).exists():
        latest = FormVersion.objects.filter(item=version.item).order_by("-number").first()
        form = FormVersion(item=version.item, number=latest.number + 1 if latest else 1)
    form.definition = dict(definition)
    form.save()
    version.form = form
    _touch(actor, version, "form")
    return form


def _touch(actor: Actor, version: ItemVersion, what: str) -> None:
    """The draft has a new author and no approval; the event carries the revision on."""
    version.reviewed_by = version.reviewed_at = None
    version.created_by = actor.user
    version.save()
    events.record(version.item, "item.edited", actor, data={"version": version.number, "what": what})


def copied_material(row: Material) -> MaterialDraft:
    """A material as plain values, for a form's initial values."""
    names = MaterialDraft.__dataclass_fields__
    return replace(MaterialDraft(code="", name=""), **{name: getattr(row, name) for name in names})
