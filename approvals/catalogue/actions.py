"""What changes the catalogue: drafts, review by a second person, publication, and changes of standing."""

import datetime as dt
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from approvals.catalogue import policies
from approvals.catalogue.drafts import ItemDraft, MaterialDraft, Standing, VersionDraft
from approvals.catalogue.formdef import FormDefinition
from approvals.catalogue.indexing import index_item
from approvals.catalogue.models import FormVersion, Item, ItemChange, ItemVersion, LifeEvent, Material
from approvals.catalogue.readiness import missing_for_publication
from approvals.catalogue.steps import allow, check_days, draft_of, item_of
from portal.core import events
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, WrongState, type_of_message
from portal.core.time import now, today


@action
def create_item(actor: Actor, draft: ItemDraft) -> Item:
    """A new item with its first version as a draft, closed to filing.

    Raises Invalid for a code that is taken or values that break a rule, NotAllowed for other departments' staff.
    """
    item = Item(
        code=draft.code,
        name=draft.name,
        name_en=draft.name_en,
        department_id=draft.department_id,
        type=draft.type,
        enterprise=draft.enterprise,
        source=draft.source,
        external_id=draft.external_id,
        synonyms=draft.synonyms,
        created_by=actor.user,
    )
    allow(policies.can_edit, actor, item)
    if Item.objects.filter(code=draft.code).exists():
        raise Invalid(fields={"code": _("Another item has this code already.")}, code="code_taken")
    item.save()
    item.life_events.set(LifeEvent.objects.filter(code__in=draft.life_events))
    version = ItemVersion(item=item, number=1, created_by=actor.user)
    _fill(version, draft.version)
    index_item(item)
    events.record(item, "item.created", actor, to_state=item.status, data={"code": item.code})
    return item


@action
def edit_version(actor: Actor, version_id: int, contents: VersionDraft) -> ItemVersion:
    """Replace the contents of a draft; an approval given before is void. Raises WrongState once it is published."""
    version = draft_of(version_id)
    allow(policies.can_edit, actor, version.item)
    version.reviewed_by = version.reviewed_at = None
    version.created_by = actor.user
    _fill(version, contents)
    events.record(version.item, "item.edited", actor, data={"version": version.number})
    return version


@action
def new_version(actor: Actor, item_id: int) -> ItemVersion:
    """A draft that starts as a copy of the version in force. Raises WrongState while another draft is open."""
    item = item_of(item_id)
    allow(policies.can_edit, actor, item)
    return open_version(actor, item)


def open_version(actor: Actor, item: Item, *, promised_days: int | None = None) -> ItemVersion:
    """The draft itself, for actions of rooms above that hold the lock of the item and have checked the right.

    `promised_days` is another promise than that of the version in force. Raises WrongState, Invalid.
    """
    if item.versions.filter(state=ItemVersion.State.DRAFT).exists():
        raise WrongState(
            _("This item has an open draft already. Please finish or discard it first."), code="open_draft"
        )
    latest = item.versions.order_by("-number").first()
    version = ItemVersion(item=item, number=latest.number + 1 if latest else 1, created_by=actor.user)
    contents = contents_of(latest) if latest else VersionDraft()
    contents = replace(contents, previous_promised_days=contents.promised_days)
    _fill(version, contents if promised_days is None else replace(contents, promised_days=promised_days))
    events.record(item, "item.version_opened", actor, data={"version": version.number})
    return version


@action
def review(actor: Actor, version_id: int) -> ItemVersion:
    """Approve a draft. Raises NotAllowed for the person who wrote it, Invalid while something is missing."""
    version = draft_of(version_id)
    allow(policies.can_review, actor, version.item)
    if actor.user_id is None or actor.user_id == version.created_by_id:
        raise NotAllowed(_("A version is reviewed by somebody other than its author."), code="second_person")
    _refuse_incomplete(version)
    version.reviewed_by, version.reviewed_at = actor.user, now()
    version.save()
    events.record(version.item, "item.reviewed", actor, data={"version": version.number})
    return version


@action
def publish(actor: Actor, version_id: int, *, valid_from: dt.date | None = None) -> ItemVersion:
    """Put a reviewed draft in force, from today unless an earlier `valid_from` is given; the one before it ends.

    Raises NotAllowed without the approval of a second person, Invalid while something is missing.
    """
    version = draft_of(version_id)
    item = version.item
    allow(policies.can_edit, actor, item)
    if version.reviewed_by_id is None or version.reviewed_by_id == version.created_by_id:
        raise NotAllowed(
            _("A version needs the approval of a second person before it is published."), code="second_person"
        )
    if item.status in {Item.Status.CANCELLED, Item.Status.MERGED}:
        raise WrongState(_("This item has been cancelled or merged."), code="item_ended")
    _refuse_incomplete(version)
    starts = valid_from or today()
    if starts > today():
        raise Invalid(fields={"valid_from": _("A version takes effect today or has taken effect before.")})
    _retire(item.current, starts)
    if version.form is not None:
        version.form.state = FormVersion.State.PUBLISHED
        version.form.save(update_fields=["state"])
    version.state, version.valid_from = ItemVersion.State.PUBLISHED, starts
    version.published_by, version.published_at = actor.user, now()
    version.save()
    before = item.status
    item.current = version
    if item.status != Item.Status.SUSPENDED:  # a suspended item gets its new version and stays closed until resumed
        item.status = Item.Status.PUBLISHED
    item.save(update_fields=["current", "status"])
    if version.number == 1:
        ItemChange.objects.get_or_create(
            item=item, change=ItemChange.Change.ADD, on=starts, defaults={"recorded_by": actor.user}
        )
    events.record(
        item, "item.published", actor, from_state=before, to_state=item.status, data={"version": version.number}
    )
    return version


@action
def change_standing(actor: Actor, item_id: int, standing: Standing) -> ItemChange:
    """Cancel, suspend, merge or delegate an item, with date and ground, and write it into the reform ledger.

    Cases under way go on; new ones cannot be filed. Raises Invalid without a ground or a target.
    """
    item = item_of(item_id)
    allow(policies.can_change_standing, actor, item)
    return write_standing(actor, item, standing)


def write_standing(actor: Actor, item: Item, standing: Standing) -> ItemChange:
    """The change itself, for actions of rooms above that hold the lock of the item and have checked the right.

    Raises Invalid, WrongState.
    """
    check_standing(item, standing)
    if item.changes.filter(change=standing.change, on=standing.on).exists():
        raise Invalid(fields={"on": _("The ledger has this change of the item on this day already.")})
    before, department_before = item.status, item.department_id
    item.status = status_after(item, standing.change)
    if standing.change == ItemChange.Change.DELEGATE and standing.delegated_to_id:
        item.department_id = standing.delegated_to_id
    item.save(update_fields=["status", "department"])
    change = ItemChange.objects.create(
        item=item,
        change=standing.change,
        on=standing.on,
        ground=standing.ground,
        merged_into_id=standing.merged_into_id,
        delegated_to_id=standing.delegated_to_id,
        status_before=before,
        status_after=item.status,
        department_before_id=department_before,
        recorded_by=actor.user,
    )
    events.record(
        item, f"item.{standing.change}", actor, from_state=before, to_state=item.status,
        data={"on": standing.on.isoformat(), "ground": standing.ground, "into": standing.merged_into_id},
    )  # fmt: skip
    return change


def contents_of(version: ItemVersion) -> VersionDraft:
    """A version as plain values, for a copy of it."""
    plain = {key: getattr(version, key) for key in VersionDraft().columns()}
    materials = [
        MaterialDraft(**{key: getattr(row, key) for key in MaterialDraft.__dataclass_fields__})
        for row in version.materials.all()
    ]
    return VersionDraft(**plain, materials=materials, form=version.form.definition if version.form else None)


# --- shared steps -------------------------------------------------------------------------------------------------------

_STATUS_AFTER: dict[str, Item.Status] = {
    ItemChange.Change.CANCEL: Item.Status.CANCELLED,
    ItemChange.Change.SUSPEND: Item.Status.SUSPENDED,
    ItemChange.Change.MERGE: Item.Status.MERGED,
}


def _fill(version: ItemVersion, contents: VersionDraft) -> None:
    """Write the contents of a draft with its materials and its form."""
    check_days(contents.kind, contents.legal_days, contents.promised_days)
    for key, value in contents.columns().items():
        setattr(version, key, value)
    version.form = _form(version, contents)
    version.save()
    version.materials.all().delete()
    Material.objects.bulk_create(
        Material(version=version, order=place, **{key: getattr(row, key) for key in row.__dataclass_fields__})
        for place, row in enumerate(contents.materials, start=1)
    )


def _form(version: ItemVersion, contents: VersionDraft) -> FormVersion | None:
    """The form row of the contents: the draft's own, rewritten, or a new one with the next number."""
    if contents.form is None:
        return None
    FormDefinition.parse(contents.form)
    form = version.form if version.form is not None and version.form.state == FormVersion.State.DRAFT else None
    if form is None:
        latest = FormVersion.objects.filter(item=version.item).order_by("-number").first()
        if latest is not None and latest.definition == contents.form:
            return latest
        form = FormVersion(item=version.item, number=latest.number + 1 if latest else 1)
    form.definition = dict(contents.form)
    form.save()
    return form


def _refuse_incomplete(version: ItemVersion) -> None:
    gaps = missing_for_publication(version.item, version)
    if gaps:
        raise Invalid(
            _("This draft is not complete yet."), fields={gap.field: gap.message for gap in gaps}, code="incomplete"
        )


def _retire(version: ItemVersion | None, successor_starts: dt.date) -> None:
    """End the version in force on the day before its successor starts (never before its own first day)."""
    if version is None:
        return
    last_day = successor_starts - dt.timedelta(days=1)
    version.state = ItemVersion.State.RETIRED
    version.valid_to = max(last_day, version.valid_from or last_day)
    version.save(update_fields=["state", "valid_to"])


def status_after(item: Item, change: str) -> Item.Status:
    """What the item is once the change holds."""
    if change == ItemChange.Change.RESTORE:
        return Item.Status.PUBLISHED if item.current_id else Item.Status.DRAFT
    return _STATUS_AFTER.get(change, Item.Status(item.status))


def check_standing(item: Item, standing: Standing) -> None:
    """The rules of a change. Raises Invalid that names each field, WrongState for an item that has ended."""
    restores = standing.change == ItemChange.Change.RESTORE
    if standing.change not in {*_STATUS_AFTER, ItemChange.Change.DELEGATE, ItemChange.Change.RESTORE}:
        raise Invalid(fields={"change": _("Please choose what happens to the item.")})
    if restores and item.status not in _STATUS_AFTER.values():
        raise WrongState(_("Only an item that is cancelled, suspended or merged can be restored."), code="not_closed")
    if not restores and item.status in {Item.Status.CANCELLED, Item.Status.MERGED}:
        raise WrongState(_("This item has been cancelled or merged."), code="item_ended")
    problems: dict[str, type_of_message] = {}
    if not standing.ground.strip():
        problems["ground"] = _("Name the ground of the change.")
    if standing.change == ItemChange.Change.MERGE and standing.merged_into_id in (None, item.pk):
        problems["merged_into"] = _("Name another item into which this one is merged.")
    if standing.change == ItemChange.Change.DELEGATE and standing.delegated_to_id is None:
        problems["delegated_to"] = _("Name the department to which the item is delegated.")
    if standing.on > today():
        problems["on"] = _("The change holds from today or from a day before.")
    target = Item.objects.filter(pk=standing.merged_into_id or 0).first()
    if target is not None and target.status != Item.Status.PUBLISHED:
        problems["merged_into"] = _("The item that takes this one over must be open itself.")
    if item.status == Item.Status.DRAFT and standing.change in {ItemChange.Change.SUSPEND, ItemChange.Change.MERGE}:
        problems["change"] = _("An item that was never published can only be cancelled or delegated.")
    if problems:
        raise Invalid(fields=problems)
