"""Writing packages: made and edited by one person, approved by another, published; suspended and resumed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.catalogue.models import Item
from approvals.packages import policies
from approvals.packages.models import Package, PackageItem, PackageVersion
from approvals.packages.outline import RESERVED, parse_items, parse_questions
from approvals.packages.readiness import missing
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.events import record
from portal.core.time import now
from portal.people.models import Department


@dataclass(frozen=True, kw_only=True)
class VersionDraft:
    """What an editor writes; `questions` and `items` as text, see outline.py."""

    name: str
    items: str
    promised_days: int
    name_en: str = ""
    summary: str = ""
    summary_en: str = ""
    visits: int = 0
    questions: str = ""


@dataclass(frozen=True, kw_only=True)
class PackageDraft:
    """A new package with its first version."""

    code: str
    department_id: int
    audience: str
    version: VersionDraft
    life_event_id: int | None = None


@action
def make_package(actor: Actor, draft: PackageDraft) -> Package:
    """A package with its first version as a draft, not open yet.

    Raises NotAllowed for another department than one's own, Invalid for a code that is taken and for texts with faults.
    """
    package = Package(
        code=draft.code, department_id=draft.department_id, audience=draft.audience, life_event_id=draft.life_event_id,
        created_by=actor.user,
    )  # fmt: skip
    _allow(policies.may_edit, actor, package)
    if draft.code in RESERVED or Package.objects.filter(code=draft.code).exists():
        raise Invalid(fields={"code": _("Another package has this code already.")}, code="code_taken")
    if Department.objects.filter(pk=draft.department_id, closed_on__isnull=False).exists():
        raise Invalid(fields={"department": _("This department has been closed. Please choose another one.")})
    package.save()
    version = PackageVersion(package=package, number=1, created_by=actor.user)
    _fill(version, draft.version)
    record(package, "package.made", actor, to_state=package.status, data={"code": package.code})
    return package


@action
def edit_version(actor: Actor, version_id: int, contents: VersionDraft, *, revision: int) -> PackageVersion:
    """Replace the contents of a draft; an approval given before is void. Raises NotFound, NotAllowed, Stale, Invalid."""
    version = _draft(version_id, policies.may_edit, actor, revision)
    version.created_by, version.reviewed_by, version.reviewed_at = actor.user, None, None
    _fill(version, contents)
    record(version.package, "package.edited", actor, data={"version": version.number})
    return version


@action
def new_version(actor: Actor, package_id: int) -> PackageVersion:
    """A draft that starts as a copy of the version in force. Raises WrongState while another draft is open."""
    package = _locked(package_id, policies.may_edit, actor)
    if package.versions.filter(state=PackageVersion.State.DRAFT).exists():
        raise WrongState(
            _("This package has an open draft already. Please finish or discard it first."), code="open_draft"
        )
    last = package.versions.order_by("-number").first()
    if last is None:
        raise WrongState()
    entries = list(last.entries.all())
    last.pk, last._state.adding = None, True
    last.number, last.state, last.created_by = last.number + 1, PackageVersion.State.DRAFT, actor.user
    last.reviewed_by = last.reviewed_at = last.published_by = last.published_at = None
    last.save()
    PackageItem.objects.bulk_create(
        PackageItem(version=last, item_id=one.item_id, order=one.order, condition=one.condition) for one in entries
    )
    _touch(package)
    record(package, "package.version_opened", actor, data={"version": last.number})
    return last


@action
def discard_version(actor: Actor, version_id: int, *, revision: int) -> Package:
    """Throw a draft away; the first one stays, since a package has at least one version. Raises WrongState."""
    version = _draft(version_id, policies.may_edit, actor, revision)
    if version.number == 1:
        raise WrongState(_("The first version of a package cannot be discarded. Please edit it."))
    package, number = version.package, version.number
    version.entries.all().delete()
    version.delete()
    record(package, "package.version_discarded", actor, data={"version": number})
    return package


@action
def review(actor: Actor, version_id: int, *, revision: int) -> PackageVersion:
    """Approve a draft. Raises NotAllowed for the person who wrote it, Invalid with what is still missing."""
    version = _draft(version_id, policies.may_review, actor, revision)
    if actor.user_id is None or actor.user_id == version.created_by_id:
        raise NotAllowed(_("A version is reviewed by somebody other than its author."), code="second_person")
    _refuse_incomplete(version)
    version.reviewed_by, version.reviewed_at = actor.user, now()
    version.save()
    record(version.package, "package.reviewed", actor, data={"version": version.number})
    return version


@action
def publish(actor: Actor, version_id: int, *, revision: int) -> PackageVersion:
    """Put a reviewed draft in force; drafts of applicants follow it by themselves when they go on.

    Raises NotAllowed without the approval of a second person, Invalid with what is still missing.
    """
    version = _draft(version_id, policies.may_edit, actor, revision)
    package = version.package
    if version.reviewed_by_id is None or version.reviewed_by_id == version.created_by_id:
        raise NotAllowed(
            _("A version needs the approval of a second person before it is published."), code="second_person"
        )
    _refuse_incomplete(version)
    if package.current is not None:
        package.current.state = PackageVersion.State.RETIRED
        package.current.save(update_fields=["state"])
    version.state, version.published_by, version.published_at = PackageVersion.State.PUBLISHED, actor.user, now()
    version.save()
    before, package.current = package.status, version
    if package.status == Package.Status.DRAFT:  # a suspended one stays closed until it is resumed
        package.status = Package.Status.PUBLISHED
    package.save(update_fields=["current", "status"])
    data = {"version": version.number}
    record(package, "package.published", actor, from_state=before, to_state=package.status, data=data)
    return version


@action
def suspend(actor: Actor, package_id: int, *, ground: str, revision: int) -> Package:
    """Close an open package to new filings; what was filed goes on. Raises NotFound, Stale, WrongState, Invalid."""
    return _set_status(actor, package_id, "published", "suspended", "package.suspended", ground, revision)


@action
def resume(actor: Actor, package_id: int, *, ground: str, revision: int) -> Package:
    """Open a suspended package again. Raises NotFound, Stale, WrongState, Invalid."""
    return _set_status(actor, package_id, "suspended", "published", "package.resumed", ground, revision)


def _set_status(
    actor: Actor, package_id: int, before: str, after: str, event: str, ground: str, revision: int
) -> Package:
    package = _locked(package_id, policies.may_edit, actor)
    if package.revision != revision:
        raise Stale()
    if package.status != before:
        raise WrongState()
    if not ground.strip():
        raise Invalid(fields={"ground": _("Please give the reason.")})
    package.status = after
    package.save(update_fields=["status"])
    _touch(package)
    record(package, event, actor, from_state=before, to_state=after, data={"ground": ground.strip()[:500]})
    return package


# --- parts ------------------------------------------------------------------------------------------------------------


def _fill(version: PackageVersion, contents: VersionDraft) -> None:
    """Texts, questions and items. Raises Invalid that names field and line."""
    questions = parse_questions(contents.questions)
    entries = parse_items(contents.items, questions)
    items = {one.code: one for one in Item.objects.filter(code__in=[code for code, _condition in entries])}
    if unknown := [code for code, _condition in entries if code not in items]:
        words = _("There is no item with the code %(codes)s.")
        raise Invalid(fields={"items": str(words) % {"codes": ", ".join(unknown)}}, code="unknown_item")
    for name in ("name", "name_en", "summary", "summary_en", "promised_days", "visits"):
        setattr(version, name, getattr(contents, name))
    version.questions = questions
    version.save()
    version.entries.all().delete()
    PackageItem.objects.bulk_create(
        PackageItem(version=version, item=items[code], order=order, condition=condition)
        for order, (code, condition) in enumerate(entries)
    )
    _touch(version.package)


def _refuse_incomplete(version: PackageVersion) -> None:
    if found := missing(version):
        raise Invalid(fields={"version": " ".join(str(one) for one in found)}, code="incomplete")


def _touch(package: Package) -> None:
    package.revision += 1
    package.save(update_fields=["revision"])


def _allow(policy: Callable[[Any, Package], bool], actor: Actor, package: Package) -> None:
    if actor.user is None or not policy(actor.user, package):
        raise NotAllowed()


def _locked(package_id: int, policy: Callable[[Any, Package], bool], actor: Actor) -> Package:
    """The locked package; NotFound for whoever does not manage it, NotAllowed for whoever may not take the step."""
    try:
        package = db.lock_row(Package.objects.select_related("current"), package_id)
    except Package.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not policies.may_manage(actor.user, package):
        raise NotFound()
    _allow(policy, actor, package)
    return package


def _draft(version_id: int, policy: Callable[[Any, Package], bool], actor: Actor, revision: int) -> PackageVersion:
    """The draft, with its package locked. Raises NotFound, NotAllowed, Stale, WrongState."""
    found = PackageVersion.objects.filter(pk=version_id).values_list("package_id", flat=True).first()
    if found is None:
        raise NotFound()
    package = _locked(found, policy, actor)
    if package.revision != revision:
        raise Stale()
    version: PackageVersion | None = package.versions.filter(pk=version_id).first()
    if version is None:
        raise NotFound()
    if version.state != PackageVersion.State.DRAFT:
        raise WrongState(_("A published version never changes. Please make a new version."), code="published")
    version.package = package
    return version
