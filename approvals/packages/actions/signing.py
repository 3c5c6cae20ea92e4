"""Signing the commitment (告知承诺) of an item in the draft of a package, in the account or on paper; taking it back."""

from approvals.packages import policies
from approvals.packages.actions.drafting import editable
from approvals.packages.draft import Draft
from approvals.packages.later import subject_of
from approvals.packages.models import PackageFiling, PackagePart, PackageSignature, principal_of
from approvals.packages.signing import erase_signatures, signer_of
from approvals.pledges import terms
from approvals.pledges.models import Commitment, CommitmentText
from approvals.pledges.signing import BY_AGENT, check_paper, check_signature, text_to_sign
from approvals.pledges.subjects import refuse_barred
from portal.core import files
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import NotAllowed, NotFound, WrongState
from portal.core.events import record, stream_of
from portal.core.models import StoredFile
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
    if actor.user is None:
        raise NotFound()
    part, text = _text_of(filing, part_id, text_id)
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
def certify_commitment(
    actor: Actor, filing_id: int, part_id: int, text_id: int, scan: StoredFile, *, name: str, before_my_eyes: bool
) -> PackageSignature:
    """At the window: the person has signed the printed text of one part; the clerk keeps the scan and certifies the
    signature. It has the effects of a signature in the account; a paper that is signed anew takes its place.

    `name` is who signed, as it stands on the paper. Raises NotFound, WrongState (filed, an agent, no text), Stale (the
    text changed since it was printed), Barred, Invalid.
    """
    filing = editable(actor, filing_id)
    person, intake = filing.applicant, filing.intake
    if actor.user is None or person is None or intake is None or not policies.may_certify(actor.user, filing):
        raise NotFound()
    part, text = _text_of(filing, part_id, text_id)
    refuse_barred(subject_of(filing))
    check_paper(signer_of(filing, person), name, before_my_eyes=before_my_eyes)
    erase_signatures(filing.signatures.filter(item=part.item_id))
    files.attach(scan.pk, stream=stream_of(filing), stream_id=filing.pk, owner=actor)
    moment, words = now(), terms.words_of(text)
    made = PackageSignature.objects.create(
        filing=filing, item_id=part.item_id, text=text, words=words,
        digest=terms.digest_of(words, name.strip(), moment), signed_name=name.strip(), signed_at=moment,
        signed_by=person, signed_with=Commitment.Step.PAPER, scan=scan, certified_by=actor.user,
    )  # fmt: skip
    told = {"package": filing.package.code, "item": part.item.code, "text": text.number, "digest": made.digest}
    record(intake, "intake.commitment_certified", actor, data=told)
    return made


def _text_of(filing: PackageFiling, part_id: int, text_id: int) -> tuple[PackagePart, CommitmentText]:
    """A part of the draft, and the text in force that was read. Raises NotFound, WrongState, Stale."""
    part = next((one for one in Draft(filing).parts if one.pk == part_id), None)
    if part is None:
        raise NotFound()
    if principal_of(filing) is not None:
        raise WrongState(BY_AGENT)
    return part, text_to_sign(part.item_id, text_id)


@action
def unsign_commitment(actor: Actor, filing_id: int, part_id: int) -> None:
    """The materials come with the filing after all. Nothing of the signature is kept, nor of its scan.

    At the window the clerk takes it back, with the person's word. Raises NotFound, WrongState.
    """
    filing = editable(actor, filing_id)
    if actor.user is None or not policies.may_unsign(actor.user, filing):
        raise NotFound()
    erase_signatures(filing.signatures.filter(item__in=filing.parts.filter(pk=part_id).values("item")))


def _own(actor: Actor, filing_id: int) -> PackageFiling:
    """The applicant's own draft: a clerk signs nothing for anybody."""
    filing = editable(actor, filing_id)
    if actor.user is None or not policies.may_sign(actor.user, filing):
        raise NotFound()
    return filing
