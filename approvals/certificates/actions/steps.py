"""Steps of a certificate: locked, checked against the table, saved, counted, recorded; with a second person where asked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.certificates import notices, policies
from approvals.certificates.lifecycle import CERTIFICATE
from approvals.certificates.measures import CERTIFICATE_MEASURES
from approvals.certificates.models import Certificate, CertificateProposal
from portal.core import db, documents, statistics
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import NotAllowed, NotFound, Stale, WrongState
from portal.core.events import record
from portal.core.lifecycle import clean_inputs
from portal.core.time import now

WITH_PAPER = {"revoke": documents.revoke, "withdraw": documents.withdraw}
PORTAL = Actor.system("certificates")


def locked(certificate_id: int, actor: Actor) -> Certificate:
    """The certificate, locked; NotFound for a missing one and for one that the actor may not see, alike."""
    rows = Certificate.objects.select_related("type", "version", "department", "organisation", "holder", "document")
    try:
        certificate = db.lock_row(rows, certificate_id)
    except Certificate.DoesNotExist:
        raise NotFound() from None
    if actor.user is not None and not policies.may_see(actor.user, certificate):
        raise NotFound()
    return certificate


@contextmanager
def counted(certificate: Certificate) -> Iterator[None]:
    """What the block changes in the certificate's figures is marked for the statistics."""
    with statistics.watch(CERTIFICATE_MEASURES, certificate):
        yield


def take(
    certificate: Certificate,
    code: str,
    actor: Actor,
    inputs: Mapping[str, Any] | None = None,
    *,
    state_version: int | None = None,
    confirming: bool = False,
    changes: Mapping[str, Any] | None = None,
) -> Certificate:
    """Take one step with a locked certificate, and end its paper where the step does. Raises as `Lifecycle.begin`."""
    step = CERTIFICATE.begin(certificate, code, actor, inputs, state_version=state_version, confirming=confirming)
    with counted(certificate):
        for name, value in (changes or {}).items():
            setattr(certificate, name, value)
        before, after = step.apply()
        certificate.save()
    record(certificate, f"certificate.{code}", actor, from_state=before, to_state=after, data=step.data)
    if code in WITH_PAPER and certificate.document is not None and certificate.document.holds:
        WITH_PAPER[code](certificate.document, actor, reason=certificate.state_reason)
    _lapse(certificate)
    notices.tell_step(certificate, code)
    return certificate


def _lapse(certificate: Certificate) -> None:
    """A proposal that no longer fits the state ends with the step that made it so."""
    for waiting in certificate.proposals.filter(outcome=CertificateProposal.Outcome.WAITING):
        if not CERTIFICATE.transitions[waiting.step].possible(certificate):
            waiting.outcome, waiting.decided_at = CertificateProposal.Outcome.LAPSED, now()
            waiting.save(update_fields=["outcome", "decided_at"])


# --- two people -------------------------------------------------------------------------------------------------------


@action
def propose(
    actor: Actor, certificate_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int
) -> CertificateProposal:
    """Ask for a suspension, a revocation or a restoration; nothing changes before a second person confirms.

    Raises NotFound, NotAllowed, WrongState (also where another proposal waits), Stale, Invalid.
    """
    certificate = locked(certificate_id, actor)
    transition = CERTIFICATE.transitions.get(code)
    if transition is None or not transition.proposed:
        raise NotFound()
    if actor.user is None or not transition.may(actor.user, certificate):
        raise NotAllowed()
    if state_version != certificate.state_version:
        raise Stale()
    if not transition.possible(certificate):
        raise WrongState()
    if certificate.proposals.filter(outcome=CertificateProposal.Outcome.WAITING).exists():
        raise WrongState(_("Another proposal for this certificate waits for its second person."))
    reason = clean_inputs(transition, inputs)["reason"]
    certificate.state_version += 1
    certificate.save(update_fields=["state_version"])
    proposal = CertificateProposal.objects.create(
        certificate=certificate, step=code, reason=reason, proposed_by=actor.user, proposed_at=now()
    )
    record(
        certificate, "certificate.proposed", actor, from_state=certificate.state, to_state=certificate.state,
        data={"step": code, "reason": reason},
    )  # fmt: skip
    return proposal


def _waiting(actor: Actor, proposal_id: int) -> tuple[Certificate, CertificateProposal]:
    """The certificate first, then its proposal, both locked. Raises NotFound, WrongState."""
    found = CertificateProposal.objects.filter(pk=proposal_id).values_list("certificate_id", flat=True).first()
    if found is None:
        raise NotFound()
    certificate = locked(found, actor)
    proposal = db.lock_row(CertificateProposal.objects.all(), proposal_id)
    if proposal.outcome != CertificateProposal.Outcome.WAITING:
        raise WrongState(_("This proposal has been decided already."))
    return certificate, proposal


@action
def decide(actor: Actor, proposal_id: int, *, confirm: bool, note: str = "") -> Certificate:
    """The second person confirms or sends back. Raises NotFound, NotAllowed (also for who proposed), WrongState."""
    certificate, proposal = _waiting(actor, proposal_id)
    user = actor.user
    if user is None or not policies.may_confirm(user, certificate):
        raise NotAllowed()
    if proposal.proposed_by_id == user.pk:
        raise NotAllowed(_("Somebody else has to confirm what you proposed."))
    outcomes = CertificateProposal.Outcome
    proposal.outcome = outcomes.CONFIRMED if confirm else outcomes.REJECTED
    proposal.decided_by, proposal.decided_at, proposal.note = user, now(), note.strip()[:300]
    proposal.save()
    if confirm:
        return take(certificate, proposal.step, actor, {"reason": proposal.reason}, confirming=True)
    record(
        certificate, "certificate.rejected", actor, from_state=certificate.state, to_state=certificate.state,
        data={"step": proposal.step, "reason": proposal.note},
    )  # fmt: skip
    return certificate


@action
def take_back(actor: Actor, proposal_id: int) -> Certificate:
    """Whoever proposed takes it back. Raises NotFound, NotAllowed, WrongState."""
    certificate, proposal = _waiting(actor, proposal_id)
    if actor.user is None or proposal.proposed_by_id != actor.user.pk:
        raise NotAllowed()
    proposal.outcome, proposal.decided_at = CertificateProposal.Outcome.LAPSED, now()
    proposal.save(update_fields=["outcome", "decided_at"])
    record(
        certificate, "certificate.proposal_taken_back", actor, from_state=certificate.state,
        to_state=certificate.state, data={"step": proposal.step},
    )  # fmt: skip
    return certificate
