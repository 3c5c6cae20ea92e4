"""Commitments (告知承诺) in a package: for which items one can be signed, and what their cases get at the filing.

The rules are those of a single case (`pledges`): the item's text in force, the applicant's own hand, no credit record. What
is signed in the draft becomes the commitment of the item's own case; everything afterwards happens there.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from approvals.cases.catalogue_memory import asked_by
from approvals.cases.models import Case, CaseMaterial
from approvals.cases.registrations import FILE_KIND as CASE_FILE
from approvals.packages.draft import Draft
from approvals.packages.later import subject_of
from approvals.packages.models import PackageFiling, PackagePart, PackageSignature, principal_of
from approvals.pledges.models import SCAN, Commitment, CommitmentText
from approvals.pledges.subjects import refuse_barred
from portal.core import files
from portal.core.actors import Actor
from portal.core.errors import WrongState
from portal.core.events import stream_of
from portal.core.models import StoredFile
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
    """The parts that can be committed to, in order; at the window they are signed on paper. Two queries at most; none
    where an agent files for a principal."""
    if principal_of(draft.filing) is not None:
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


def note(actor: Actor, draft: Draft, cases: Sequence[Case]) -> None:
    """The commitment of each case that has one; the job that follows each filing issues the paper. Statements that do
    not grow with the number of parts, none where nothing was signed."""
    if not draft.signed:
        return
    scans = _hang_scans(actor, draft, cases)
    Commitment.objects.bulk_create(
        Commitment(
            case=case, text=one.text, counted_for_id=case.department_id, item_id=case.item_id, words=one.words,
            digest=one.digest, signed_name=one.signed_name, signed_at=one.signed_at, signed_by_id=one.signed_by_id,
            signed_with=one.signed_with, scan=scans.get(case.pk), certified_by_id=one.certified_by_id,
        )
        for part, case in zip(draft.parts, cases, strict=True)
        if (one := draft.signed.get(part.item.code)) is not None
    )  # fmt: skip
    erase_signatures(draft.filing.signatures.all())


def erase_signatures(rows: QuerySet[PackageSignature]) -> None:
    """The signatures, and what is known of the scans of those on paper."""
    scans = [pk for pk in rows.values_list("scan", flat=True) if pk is not None]
    rows.delete()
    StoredFile.objects.filter(pk__in=scans).delete()


def _hang_scans(actor: Actor, draft: Draft, cases: Sequence[Case]) -> dict[int, StoredFile]:
    """Case → the scan of what was signed on paper for it, hung among its materials as for a single case."""
    wanted = [
        (one.scan, case.pk)
        for part, case in zip(draft.parts, cases, strict=True)
        if (one := draft.signed.get(part.item.code)) is not None and one.scan is not None
    ]
    if not wanted:
        return {}
    shared = files.share(wanted, kind=CASE_FILE, stream=stream_of(Case), owner=actor)
    scans = {pk: file for (_scan, pk), file in zip(wanted, shared, strict=True)}
    CaseMaterial.objects.bulk_create(
        CaseMaterial(case_id=pk, title=SCAN, file=file, added_by=actor.user) for pk, file in scans.items()
    )
    return scans
