"""Types of certificates and their dated versions: made by the administrator or the head, never changed afterwards."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.catalogue.models import Item, Material
from approvals.certificates import policies
from approvals.certificates.models import CertificateType, IssuingItem, MaterialSource, TypeVersion
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.time import now, today
from portal.people.models import Department

CODE = re.compile(r"[A-Z][A-Z0-9-]{1,39}")
MOST_YEARS = 50


@dataclass(frozen=True)
class VersionDraft:
    """What a version says. `fields` are lines of {"source", "label", "label_en"}."""

    valid_from: dt.date
    word: str
    validity: str = TypeVersion.Validity.NONE
    years: int | None = None
    end_field: str = ""
    fields: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    seal: str = ""
    layout: str = TypeVersion.Layout.PORTRAIT
    on_paper: bool = True
    numbered_forms: bool = False


@dataclass(frozen=True)
class TypeDraft:
    """A new type with its first version."""

    code: str
    name: str
    department_id: int
    version: VersionDraft
    name_en: str = ""
    renewal_item_code: str = ""


@action
def make_type(actor: Actor, draft: TypeDraft) -> CertificateType:
    """A new type. Raises NotAllowed, Invalid with the fields."""
    if actor.user is None or not policies.may_edit_for(actor.user, draft.department_id):
        raise NotAllowed()
    wrong = _faults(draft.version)
    if not CODE.fullmatch(draft.code):
        wrong["code"] = _("Capital letters, digits and hyphens, beginning with a letter.")
    elif CertificateType.objects.filter(code=draft.code).exists():
        wrong["code"] = _("Another type has this code.")
    if not Department.objects.filter(pk=draft.department_id).exists():
        wrong["department"] = _("Please choose one of the answers.")
    if draft.renewal_item_code and not Item.objects.filter(code=draft.renewal_item_code).exists():
        wrong["renewal_item_code"] = _("There is no item with this code.")
    if wrong:
        raise Invalid(fields=wrong)
    kind = CertificateType.objects.create(
        code=draft.code, name=draft.name, name_en=draft.name_en, department_id=draft.department_id,
        renewal_item_code=draft.renewal_item_code, made_at=now(),
    )  # fmt: skip
    _write(kind, draft.version, 1, actor)
    record(kind, "certificate_type.made", actor, data={"code": kind.code})
    return kind


@action
def add_version(actor: Actor, type_id: int, draft: VersionDraft) -> TypeVersion:
    """A version that holds from its day on; what was issued before keeps the earlier one.

    Raises NotFound, NotAllowed, WrongState for a closed type, Invalid (also for a day that has gone by).
    """
    kind = _locked(actor, type_id)
    if kind.closed_on is not None:
        raise WrongState(_("This type has been closed."))
    wrong = _faults(draft)
    if draft.valid_from < today():
        wrong["valid_from"] = _("A version begins today or later: what was issued is not changed afterwards.")
    elif kind.versions.filter(valid_from=draft.valid_from).exists():
        wrong["valid_from"] = _("Another version begins on this day.")
    if wrong:
        raise Invalid(fields=wrong)
    last = kind.versions.order_by("-number").first()
    made = _write(kind, draft, (last.number if last else 0) + 1, actor)
    record(kind, "certificate_type.version_added", actor, data={"number": made.number, "on": made.valid_from})
    return made


def _locked(actor: Actor, type_id: int) -> CertificateType:
    try:
        kind = db.lock_row(CertificateType.objects.all(), type_id)
    except CertificateType.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not policies.may_see_type(actor.user, kind):
        raise NotFound()
    if not policies.may_edit_type(actor.user, kind):
        raise NotAllowed()
    return kind


def _faults(draft: VersionDraft) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    if draft.validity == TypeVersion.Validity.YEARS and not 1 <= (draft.years or 0) <= MOST_YEARS:
        wrong["years"] = _("Between 1 and %(n)s years.") % {"n": MOST_YEARS}
    if draft.validity == TypeVersion.Validity.ANSWER and not draft.end_field:
        wrong["end_field"] = _("Name the question of the form that asks for the last day.")
    if not draft.word.strip():
        wrong["word"] = _("Please fill this in.")
    if any(not line.get("source") or not line.get("label") for line in draft.fields):
        wrong["fields"] = _("Each line: question | label | label in English.")
    return wrong


def _write(kind: CertificateType, draft: VersionDraft, number: int, actor: Actor) -> TypeVersion:
    return TypeVersion.objects.create(
        type=kind, number=number, valid_from=draft.valid_from, validity=draft.validity,
        years=draft.years if draft.validity == TypeVersion.Validity.YEARS else None,
        end_field=draft.end_field if draft.validity == TypeVersion.Validity.ANSWER else "",
        fields=[dict(line) for line in draft.fields], word=draft.word.strip(), seal=draft.seal.strip(),
        layout=draft.layout, on_paper=draft.on_paper, numbered_forms=draft.numbered_forms and draft.on_paper,
        made_at=now(), made_by=actor.user,
    )  # fmt: skip


# --- what issues it, and what it stands for -----------------------------------------------------------------------------


@action
def set_links(
    actor: Actor, type_id: int, *, items: Sequence[str], materials: Sequence[tuple[str, str]]
) -> CertificateType:
    """The items whose approval issues the type, and the (item, material) pairs that it stands in for, as a whole.

    Raises NotFound, NotAllowed, Invalid that names what does not exist or belongs to another type.
    """
    kind = _locked(actor, type_id)
    wrong = _wrong_links(kind, items, materials)
    if wrong:
        raise Invalid(fields=wrong)
    kind.issuing_items.exclude(item_code__in=items).delete()
    known = set(kind.issuing_items.values_list("item_code", flat=True))
    IssuingItem.objects.bulk_create([IssuingItem(type=kind, item_code=code) for code in items if code not in known])
    kind.material_sources.all().delete()
    MaterialSource.objects.bulk_create(
        [MaterialSource(type=kind, item_code=item, material_code=material) for item, material in materials]
    )
    record(kind, "certificate_type.linked", actor, data={"items": sorted(items), "materials": len(materials)})
    return kind


def _wrong_links(kind: CertificateType, items: Sequence[str], materials: Sequence[tuple[str, str]]) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    known = dict(
        Item.objects.filter(code__in=[*items, *(item for item, _material in materials)]).values_list("code", "pk")
    )
    if missing := [code for code in items if code not in known]:
        wrong["items"] = _("There is no item with the code %(code)s.") % {"code": missing[0]}
    elif taken := IssuingItem.objects.filter(item_code__in=items).exclude(type=kind).first():
        wrong["items"] = _("The item %(code)s issues another type already.") % {"code": taken.item_code}
    rows = Material.objects.filter(version__item__code__in=[item for item, _material in materials])
    exists = set(rows.values_list("version__item__code", "code"))
    for pair in materials:
        if pair not in exists:
            wrong["materials"] = _("The item %(item)s asks for no material %(material)s.") % {
                "item": pair[0], "material": pair[1],
            }  # fmt: skip
    others = MaterialSource.objects.filter(item_code__in=[item for item, _material in materials]).exclude(type=kind)
    for item, material in others.values_list("item_code", "material_code"):
        if (item, material) in materials:
            wrong["materials"] = _("Another type stands in for %(item)s/%(material)s already.") % {
                "item": item, "material": material,
            }  # fmt: skip
    return wrong


@action
def close_type(actor: Actor, type_id: int) -> CertificateType:
    """From today on nothing is issued under the type; what was issued holds. Raises NotFound, NotAllowed, WrongState."""
    kind = _locked(actor, type_id)
    if kind.closed_on is not None:
        raise WrongState(_("This type has been closed."))
    kind.closed_on = today()
    kind.save(update_fields=["closed_on"])
    record(kind, "certificate_type.closed", actor, data={"on": kind.closed_on})
    return kind
