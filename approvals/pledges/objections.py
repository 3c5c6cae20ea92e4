"""What promises and commitments have against a step of their case: the guards of filing and of approving."""

import datetime as dt

from django.utils.translation import gettext as _

from approvals.cases.models import Case
from approvals.pledges import terms
from approvals.pledges.actions.materials import check_due
from approvals.pledges.models import PromisedMaterial
from approvals.pledges.subjects import bar_of, barred_by, subject_of
from portal.core.errors import DomainError, Invalid, WrongState


def to_filing(case: Case, _step: str) -> DomainError | None:
    """A day that is over or too late by now, a text that was replaced since, a record that was made meanwhile."""
    if not case.pledged:
        return None
    promises = list(
        PromisedMaterial.objects.filter(case=case, promised_on__isnull=True, material__version=case.version_id)
        .standing()
        .select_related("material")
    )
    commitment = terms.commitment_of(case)
    unfiled = commitment if commitment is not None and commitment.filed_on is None else None
    if not promises and unfiled is None:
        return None
    if record := bar_of(subject_of(case)):
        return barred_by(record)
    if unfiled is not None and unfiled.text.state != "in_force":
        return WrongState(
            _("The text of the commitment has changed since you signed it. Please read the new text and sign it."),
            code="commitment_text_changed",
        )
    return next((found for one in promises if (found := _of_day(case, one)) is not None), None)


def _of_day(case: Case, promise: PromisedMaterial) -> DomainError | None:
    if not promise.material.tolerable:
        return WrongState(
            _("“%(material)s” may not follow later. Please bring it."), material=promise.material.local_name
        )
    return day_objection(promise.material.local_name, terms.latest_day(case), promise.due_on)


def day_objection(material: str, latest: dt.date | None, due_on: dt.date) -> DomainError | None:
    """What speaks against a promised day by now; None where it still fits."""
    try:
        check_due(latest, due_on)
    except Invalid as error:
        return WrongState(
            _("The day by which you promised “%(material)s” no longer fits: %(why)s Please choose another one there."),
            code="promise_day", material=material, why=str(error.fields["due_on"]),
        )  # fmt: skip
    except DomainError as error:
        return error
    return None


def to_approving(case: Case, _step: str) -> DomainError | None:
    """No decision while a promised material is missing, unless the item decides first."""
    missing = terms.missing_of(case)
    if not missing:
        return None
    names = "、".join(one.material.local_name for one in missing)
    return WrongState(
        _("Promised materials are not in order yet: %(names)s. The approval waits until they are."),
        code="promised_material_missing", names=names,
    )  # fmt: skip
