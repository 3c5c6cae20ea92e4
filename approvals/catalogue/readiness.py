"""What a draft still lacks before the public may see it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from approvals.catalogue.formdef import FormDefinition
from approvals.catalogue.models import Item, ItemVersion
from portal.core.errors import Invalid

# Types that exercise a power: they need a ground in law. A public service may stand on the city's own word.
POWERS = frozenset(Item.Type.values) - {Item.Type.SERVICE}


@dataclass(frozen=True)
class Gap:
    """One thing that is missing: the field it belongs to, and what to do about it."""

    field: str
    message: str


def missing_for_publication(item: Item, version: ItemVersion | None = None) -> list[Gap]:
    """What keeps the item's draft from being published, in the order of the guide; empty = ready.

    Looks at `version`, else at the draft, else says that there is none.
    """
    version = version or item.versions.filter(state=ItemVersion.State.DRAFT).first()
    if version is None:
        return [Gap("version", _("There is no draft. Please make a new version first."))]
    gaps = [Gap(field, message) for field, message, lacking in _rules(item, version) if lacking]
    return gaps + _form_gaps(version)


def _rules(item: Item, version: ItemVersion) -> list[tuple[str, str, bool]]:
    promise = version.kind == ItemVersion.Kind.PROMISE
    immediate_days = not promise and version.promised_days != 0
    return [
        (
            "department",
            _("The department was made by an import. Please complete it first."),
            item.department.provisional,
        ),
        ("department", _("The department is closed."), item.department.closed_on is not None),
        ("name_en", _("Enter the name in English."), not item.name_en),
        ("legal_days", _("Enter the legal limit in working days."), promise and _needs_limit(item, version)),
        ("promised_days", _("Enter the promised working days."), version.promised_days is None or immediate_days),
        ("fee_fen", _("Enter the fee in yuan; 0 if it is free."), version.fee_fen is None),
        ("fee_basis", _("Name the basis of the fee."), bool(version.fee_fen) and not version.fee_basis),
        ("visits", _("Enter how many visits to the hall are needed."), version.visits is None),
        ("conditions", _("Say who may apply and on which conditions."), not version.conditions),
        ("legal_grounds", _("Name the legal ground."), item.type in POWERS and not version.legal_grounds),
        ("steps", _("List the steps of the procedure."), not version.steps),
        ("channels", _("Say where people can apply."), not version.channels),
        ("materials", _("List the materials."), not _has_materials(version)),
        ("form", _("An item that can be filed online needs a form."), version.online and version.form_id is None),
    ]


def _has_materials(version: ItemVersion) -> bool:
    """A list annotates `has_materials`, so that it costs no query per row."""
    known: bool | None = getattr(version, "has_materials", None)
    return version.materials.exists() if known is None else known


def _needs_limit(item: Item, version: ItemVersion) -> bool:
    """The permit law sets a limit for every permit; other types have one where their own basis says so."""
    return version.legal_days is None and item.type == Item.Type.PERMIT


def _form_gaps(version: ItemVersion) -> list[Gap]:
    if version.form is None:
        return []
    try:
        FormDefinition.parse(version.form.definition)
    except Invalid as error:
        return [Gap("form", f"{place}: {message}") for place, message in error.fields.items()]
    return []
