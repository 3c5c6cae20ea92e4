"""Commitments (告知承诺) in a package: for which items one can be signed, and what their cases get at the filing.

The rules are those of a single case (`pledges`): the item's text in force, the applicant's own hand, no credit record. What
is signed in the draft becomes the commitment of the item's own case; everything afterwards happens there.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.cases.catalogue_memory import asked_by
from approvals.cases.models import Case
from approvals.packages.draft import Draft
from approvals.packages.later import subject_of
from approvals.packages.models import PackageFiling, PackagePart, PackageSignature, principal_of
from approvals.pledges.models import Commitment, CommitmentText
from approvals.pledges.subjects import refuse_barred
from portal.core.errors import WrongState
from portal.people.models import User


@dataclass(frozen=True)
class Offer:
    """A part that is decided on a commitment: its text in force, the signature, and what need not be brought once it and
    every other part that requires the same are committed to."""

    part: PackagePart
    text: CommitmentText
    covers: tuple[Any, ...]
    signature: PackageSignature | None

    @property
    def outdated(self) -> bool:
        return self.signature is not None and self.signature.text_id != self.text.pk


def offers(draft: Draft) -> list[Offer]:
    """The parts that can be committed to, in order. Two queries at most; none where an agent files for a principal, or a
    clerk takes the draft in: there the person signs on paper, with the item alone."""
    if principal_of(draft.filing) is not None or draft.filing.intake_id is not None:
        return []
    texts = CommitmentText.objects.filter(item__in=[part.item_id for part in draft.parts], state="in_force")
    known = {text.item_id: text for text in texts}
    committed = {part.item.code for part in draft.parts if part.item_id in known}
    spared = {
        asked
        for merged in draft.materials
        if all(code in committed and one.committable for code, one in merged.asked if one.required)
        for asked in ((code, one.code) for code, one in merged.asked)
    }
    return [
        Offer(part, known[part.item_id], _covers(part, spared), draft.signed.get(part.item.code))
        for part in draft.parts if part.item_id in known
    ]  # fmt: skip


def _covers(part: PackagePart, spared: Set[tuple[str, str]]) -> tuple[Any, ...]:
    asked = asked_by(part.item_version).materials
    return tuple(one for one in asked if one.committable and (part.item.code, one.code) in spared)


def signer_of(filing: PackageFiling, user: User) -> str:
    """Whose name is typed: for an organisation the person's who acts for it."""
    return user.name if filing.organisation_id is not None else filing.applicant_name


def refuse(draft: Draft) -> None:
    """At the filing: a credit record that was made meanwhile, a text that is no longer in force.

    Raises Barred, WrongState. Reads nothing where nothing was signed.
    """
    if not draft.signed:
        return
    refuse_barred(subject_of(draft.filing))
    for part in draft.parts:
        found = draft.signed.get(part.item.code)
        if found is not None and found.text.state != "in_force":
            words = _(
                "The text of the commitment for “%(item)s” has changed since you signed it. Please read the new text and "
                "sign it, or take the signature back."
            )
            raise WrongState(words, code="commitment_text_changed", item=part.item.local_name)


def note(draft: Draft, cases: Sequence[Case]) -> None:
    """The commitment of each case that has one; the job that follows each filing issues the paper. Two statements, none
    where nothing was signed."""
    if not draft.signed:
        return
    Commitment.objects.bulk_create(
        Commitment(
            case=case, text=one.text, counted_for_id=case.department_id, item_id=case.item_id, words=one.words,
            digest=one.digest, signed_name=one.signed_name, signed_at=one.signed_at, signed_by_id=one.signed_by_id,
            signed_with=one.signed_with,
        )
        for part, case in zip(draft.parts, cases, strict=True)
        if (one := draft.signed.get(part.item.code)) is not None
    )  # fmt: skip
    draft.filing.signatures.all().delete()
