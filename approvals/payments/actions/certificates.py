"""Reduction certificates: proposed by one person, issued by another, taken off every fee that they hold for."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.cases.models import Case
from approvals.catalogue.models import Item
from approvals.payments import policies
from approvals.payments.lifecycle import CERTIFICATE
from approvals.payments.models import Order, ReductionCertificate
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, type_of_message
from portal.core.events import record
from portal.core.numbers import next_number
from portal.core.time import today
from portal.people.models import Department, Organisation

PREFIX = "JM"


@dataclass(frozen=True)
class CertificateDraft:
    """What a certificate says; `department_id` None means the items of all departments."""

    organisation_id: int
    department_id: int | None
    ground: str
    basis: str
    valid_from: dt.date
    valid_to: dt.date
    percent: int | None = None
    amount_fen: int | None = None
    items: Sequence[int] = ()


def by_certificate(case: Case, gross_fen: int, on: dt.date) -> dict[str, Any]:
    """The columns of an order that the enterprise's best certificate of the day fills; empty where none holds."""
    if case.organisation_id is None or not gross_fen:
        return {}
    rows = ReductionCertificate.objects.in_force(on).filter(organisation=case.organisation_id)
    found = list(rows.covering(case.item_id, case.department_id).order_by("pk"))
    if not found:
        return {}
    best = max(found, key=lambda one: one.takes_off(gross_fen))
    return {
        "reduced_fen": best.takes_off(gross_fen), "reduction_ground": Order.Ground.CERTIFICATE,
        "reduction_note": f"{best.number} · {best.basis}"[:300], "reduced_by": None, "reduced_on": on,
        "certificate": best,
    }  # fmt: skip


@action
def propose_certificate(actor: Actor, draft: CertificateDraft) -> ReductionCertificate:
    """Propose a certificate for an enterprise. Raises NotAllowed, Invalid that names each field."""
    if actor.user is None or not policies.may_propose_certificate(actor.user, draft.department_id):
        raise NotAllowed()
    _check(draft)
    day = today()
    department = Department.objects.filter(pk=draft.department_id or 0).first()
    made = ReductionCertificate.objects.create(
        number=next_number(PREFIX, department.code if department else "ZX", day), organisation_id=draft.organisation_id,
        department=department, ground=draft.ground, basis=draft.basis.strip(), percent=draft.percent,
        amount_fen=draft.amount_fen, valid_from=draft.valid_from, valid_to=draft.valid_to, proposed_by=actor.user,
        proposed_on=day,
    )  # fmt: skip
    made.items.set(draft.items)
    data = {"number": made.number, "percent": made.percent, "amount_fen": made.amount_fen}
    record(made, "certificate.proposed", actor, to_state=made.state, data=data)
    return made


def _check(draft: CertificateDraft) -> None:
    wrong: dict[str, type_of_message] = {}
    if not Organisation.objects.filter(pk=draft.organisation_id).exists():
        wrong["uscc"] = _("There is no enterprise with this code in the portal.")
    if draft.ground not in Order.Ground.values or draft.ground == Order.Ground.CERTIFICATE:
        wrong["ground"] = _("Please choose one of the answers.")
    if not draft.basis.strip():
        wrong["basis"] = _("Name the document that the reduction rests on, with its number.")
    if (draft.percent is None) == (draft.amount_fen is None):
        wrong["percent"] = _("Enter either a percentage or an amount.")
    elif draft.percent is not None and not 1 <= draft.percent <= 100:
        wrong["percent"] = _("The percentage lies between 1 and 100.")
    elif draft.amount_fen is not None and draft.amount_fen <= 0:
        wrong["amount_fen"] = _("Enter an amount above zero.")
    if draft.valid_to < max(draft.valid_from, today()):
        wrong["valid_to"] = _("The last day is today or later, and not before the first day.")
    items = Item.objects.filter(pk__in=list(draft.items))
    if draft.department_id is not None:
        items = items.filter(department=draft.department_id)
    if draft.items and items.count() != len(set(draft.items)):
        wrong["items"] = _("One of the items does not belong to the department.")
    if wrong:
        raise Invalid(fields=wrong)


@action
def decide_certificate(
    actor: Actor, certificate_id: int, code: str, *, note: str = "", state_version: int
) -> ReductionCertificate:
    """Issue, reject, suspend, resume or revoke. What was taken off before stays as it was.

    Raises NotFound, NotAllowed (the proposer never issues), Stale, WrongState, Invalid.
    """
    if code not in CERTIFICATE.transitions:
        raise NotFound()
    try:
        certificate = db.lock_row(ReductionCertificate.objects.all(), certificate_id)
    except ReductionCertificate.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not policies.may_see_certificate(actor.user, certificate):
        raise NotFound()
    step = CERTIFICATE.begin(certificate, code, actor, {"note": note}, state_version=state_version)
    certificate.last_note = step.inputs.get("note", "")
    if code == "issue":
        certificate.issued_by, certificate.issued_on = actor.user, today()
    before, after = step.apply()
    certificate.save()
    record(certificate, f"certificate.{code}", actor, from_state=before, to_state=after, data=step.inputs)
    return certificate
