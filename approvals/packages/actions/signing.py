"""Signing the commitment (告知承诺) of an item in the draft of a package, and taking the signature back."""

from approvals.packages import policies
from approvals.packages.actions.drafting import editable
from approvals.packages.draft import Draft
from approvals.packages.later import subject_of
from approvals.packages.models import PackageFiling, PackageSignature, principal_of
from approvals.packages.signing import signer_of
from approvals.pledges import terms
from approvals.pledges.models import Commitment
from approvals.pledges.signing import BY_AGENT, check_signature, text_to_sign
from approvals.pledges.subjects import refuse_barred
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import NotAllowed, NotFound, WrongState
from portal.core.time import now


@action
def sign_commitment(
    actor: Actor, filing_id: int, part_id: int, text_id: int, *, name: str, read: bool, step: str
) -> PackageSignature:
    """The applicant signs the text in force for one part; a text that was replaced is signed anew.

    The caller has checked the second step. Raises NotFound, WrongState (filed, an agent, no text), Stale (the text
    changed), Barred, Invalid.
    """
    filing = _own(actor, filing_id)
    part = next((one for one in Draft(filing).parts if one.pk == part_id), None)
    if part is None or actor.user is None:
        raise NotFound()
    if principal_of(filing) is not None:
        raise WrongState(BY_AGENT)
    text = text_to_sign(part.item_id, text_id)
    if step not in {Commitment.Step.PASSWORD, Commitment.Step.DEVICE}:
        raise NotAllowed()
    refuse_barred(subject_of(filing))
    check_signature(signer_of(filing, actor.user), name, read=read)
    held = filing.signatures.filter(item=part.item_id).first()
    if held is not None and held.text_id == text.pk:
        return held
    if held is not None:
        held.delete()
    moment, words = now(), terms.words_of(text)
    return PackageSignature.objects.create(
        filing=filing, item_id=part.item_id, text=text, words=words,
        digest=terms.digest_of(words, name.strip(), moment), signed_name=name.strip(), signed_at=moment,
        signed_by=actor.user, signed_with=step,
    )  # fmt: skip


@action
def unsign_commitment(actor: Actor, filing_id: int, part_id: int) -> None:
    """The materials come with the filing after all. Nothing of the signature is kept. Raises NotFound, WrongState."""
    filing = _own(actor, filing_id)
    filing.signatures.filter(item__in=filing.parts.filter(pk=part_id).values("item")).delete()


def _own(actor: Actor, filing_id: int) -> PackageFiling:
    """The applicant's own draft: a clerk signs nothing for anybody."""
    filing = editable(actor, filing_id)
    if actor.user is None or not policies.is_applicant(actor.user, filing) or filing.intake_id is not None:
        raise NotFound()
    return filing
