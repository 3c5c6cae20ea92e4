"""What the window adds to filing a package: how the person confirmed it, how it came in, which papers stay here.

Plain functions inside the transaction of the filing. The filing is locked before its intake, by everybody.
"""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from approvals.cases.actions.together import Way, Who, who_of
from approvals.cases.models import Case, Channel
from approvals.cases.principals import Principal
from approvals.counter.models import Intake, LeftPaper
from approvals.packages import policies
from approvals.packages.draft import Draft
from approvals.packages.merging import MergedMaterial
from approvals.packages.models import PackageFiling, PackagePaper, principal_of
from portal.core import db
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.events import record
from portal.core.time import now


def confirmed(actor: Actor, filing: PackageFiling, confirmation: str) -> Intake | None:
    """The open intake under its lock, where a clerk files; None where the applicant does, with or without an intake.

    Raises Invalid without a confirmation, WrongState when the intake is over.
    """
    if actor.user is None or not policies.takes_in(actor.user, filing):
        return None
    if confirmation not in Intake.Confirmation.values:
        raise Invalid(fields={"confirmation": _("Say how the person confirmed what is written.")})
    intake = db.lock_row(Intake.objects.select_related("person"), filing.intake_id or 0)
    if intake.state != Intake.State.OPEN or intake.clerk_id != actor.user.pk:
        raise WrongState(_("This intake is over."))
    intake.confirmation = confirmation
    return intake


def applicant_of(filing: PackageFiling, draft: Draft, intake: Intake | None) -> Who:
    """Who applies; with the telephone that was given at the window. For whoever files for another person, that person
    with the power of attorney. Raises NotFound for a draft without an account."""
    if filing.applicant is None:
        raise NotFound()
    if (row := principal_of(filing)) is not None:
        person = Principal.of(row)
        return Who(
            filing.applicant, None, person.name, person.phone, person.resident_number, person, draft.authority
        )  # fmt: skip
    who = who_of(filing.applicant, filing.organisation)
    if intake is None or not intake.phone:
        return who
    return Who(who.user, who.organisation, who.name, intake.phone, who.resident_number)


def way_of(actor: Actor, intake: Intake | None) -> Way:
    if intake is None:
        return Way()
    return Way(channel=Channel.COUNTER, taken_in_by=actor.user, window_id=intake.window_id)


def close(actor: Actor, intake: Intake, filing: PackageFiling, draft: Draft, cases: Sequence[Case], place: str) -> None:
    """The intake is done; the originals that were kept lie here until they go back, with the first case that has them."""
    intake.confirmed_at = intake.ended_at = now()
    intake.state = Intake.State.FILED
    intake.save()
    LeftPaper.objects.bulk_create(
        LeftPaper(
            case=case, name=merged.material.name, material=merged.material, copies=paper.copies,
            place=place.strip()[:80], window_id=intake.window_id, taken_at=now(), taken_by=actor.user,
        )
        for merged, paper, case in _originals(draft, cases)
    )  # fmt: skip
    data = {"package": filing.number, "confirmation": intake.confirmation}
    record(intake, "intake.filed", actor, data=data)


def _originals(draft: Draft, cases: Sequence[Case]) -> list[tuple[MergedMaterial, PackagePaper, Case]]:
    by_item = {part.item.code: case for part, case in zip(draft.parts, cases, strict=True)}
    kept = {paper.key: paper for paper in draft.papers if paper.kept == PackagePaper.Kept.ORIGINAL}
    return [
        (merged, kept[merged.key], by_item[merged.asked[0][0]])
        for merged in draft.materials
        if merged.key in kept and merged.asked[0][0] in by_item
    ]
