"""At the window (窗口代办): a clerk begins a package with the person of an intake, and notes what stays on paper."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy as _

from approvals.cases.models import Channel
from approvals.cases.principals import Principal
from approvals.counter.models import Intake
from approvals.packages import policies
from approvals.packages.actions.drafting import (
    came,
    choose,
    draft_for,
    editable,
    erase,
    erase_all,
    keep_principal,
    open_version,
    whom,
)
from approvals.packages.merging import AUTHORITY
from approvals.packages.models import Package, PackageFiling, PackagePaper
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record


@action
def begin_at_window(
    actor: Actor,
    intake_id: int,
    package_id: int,
    answers: Mapping[str, str],
    *,
    without: Collection[str] = (),
    principal: Principal | None = None,
) -> PackageFiling:
    """The draft of the person who stands at the window, with the items that the answers pick, less those `without`; for
    a `principal` where the person has a power of attorney.

    Raises NotFound, NotAllowed for a package that this window does not take in and for a colleague's intake, WrongState
    for an intake that has its matter already, Invalid as `begin`, also for a principal with faults.
    """
    found = Intake.objects.select_related("person__citizen", "organisation").filter(pk=intake_id).first()
    if found is None or actor.user is None or found.clerk_id != actor.user.pk or found.person_id == actor.user.pk:
        raise NotFound()
    package = Package.objects.taken_in_by(actor.user).select_related("current").filter(pk=package_id).first()
    if package is None:
        raise NotAllowed(_("This window does not take in this package."))
    version = open_version(package)
    principal = whom(principal, found.person, found.organisation)
    filing = draft_for(found.person, package, found.organisation, Channel.COUNTER, principal)
    intake = db.lock_row(Intake.objects.all(), intake_id)
    _must_be_free(intake, filing)
    filing.intake = intake
    choose(filing, version, answers, without)
    keep_principal(filing, principal)
    intake.matter = version.name[:200]
    intake.save(update_fields=["matter"])
    record(intake, "intake.package_begun", actor, data={"package": package.code})
    return filing


def _must_be_free(intake: Intake, filing: PackageFiling) -> None:
    if intake.state != Intake.State.OPEN:
        raise WrongState(_("This intake is over."))
    if intake.case_id is not None or (intake.matter and filing.intake_id != intake.pk):
        raise WrongState(_("This intake has its item already."))
    if filing.intake is not None and filing.intake_id != intake.pk and filing.intake.state == Intake.State.OPEN:
        raise WrongState(_("This application has been begun already; you find it among the open intakes."))


@action
def keep_paper(actor: Actor, filing_id: int, *, key: str, kept: str, copies: int = 1) -> PackageFiling:
    """Note what stays at the window of one merged material: "copy", "original", or "" for nothing any more.

    Raises NotFound (also for the applicant, who keeps nothing here), WrongState, Invalid.
    """
    filing = editable(actor, filing_id)
    if actor.user is None or not policies.takes_in(actor.user, filing):
        raise NotFound()
    if key == AUTHORITY.key:
        raise Invalid(fields={f"kept-{key}": _("The power of attorney is scanned; it goes to every department.")})
    rows = filing.papers.exclude(kept="").filter(key=key)
    if not kept:
        erase(list(rows))
        return filing
    if kept not in PackagePaper.Kept.values or not 1 <= copies <= 99:
        raise Invalid(fields={f"copies-{key}": _("Please give a number between 1 and 99.")})
    came(filing, key)
    paper = rows.first() or PackagePaper(filing=filing, key=key)
    paper.kept, paper.copies = kept, copies
    paper.save()
    return filing


def let_go(intake_id: int) -> int:
    """Called by the job after an intake was dropped: its draft of a package goes with everything in it. Safe to repeat."""
    gone = 0
    for pk in PackageFiling.objects.filter(intake=intake_id, state="draft").values_list("pk", flat=True):
        filing = db.lock_row(PackageFiling.objects.select_related("intake"), pk)
        if filing.is_draft and filing.intake is not None and filing.intake.state == Intake.State.DROPPED:
            erase_all(filing)
            gone += 1
    return gone
