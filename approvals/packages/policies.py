"""Who may do what with packages: pure functions of (user, thing)."""

from typing import TYPE_CHECKING, Any

from approvals.packages.querysets import DESK, EDITORS
from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.counter.models import Intake
    from approvals.packages.models import Package, PackageFiling


def _signed_in(user: Any) -> bool:
    return bool(getattr(user, "is_authenticated", False))


# --- packages ---------------------------------------------------------------------------------------------------------


def may_see(user: Any, package: "Package") -> bool:
    """The same rule as `PackageQuerySet.visible_to`."""
    if package.status != "draft":
        return True
    if not _signed_in(user):
        return False
    return bool(user.access.centre_wide or package.department_id in user.access.departments(*EDITORS))


def may_manage(user: Any, package: "Package") -> bool:
    """Open the pages behind the scenes: who writes and who approves. The same rule as `managed_by`."""
    if not _signed_in(user):
        return False
    return bool(user.access.has(Role.ADMINISTRATOR) or package.department_id in user.access.departments(*EDITORS))


def may_edit(user: Any, package: "Package") -> bool:
    """Write, publish, suspend: the head of the leading department, and administrators."""
    if not _signed_in(user):
        return False
    return bool(user.access.has(Role.ADMINISTRATOR) or user.access.has(Role.DEPARTMENT_HEAD, package.department_id))


def may_review(user: Any, package: "Package") -> bool:
    """Approve a draft: reviewers and head of the leading department, and administrators. Never the draft's author."""
    return may_manage(user, package)


def works_on_packages(user: Any) -> bool:
    """Somebody who manages at least some packages, or may make one."""
    return _signed_in(user) and bool(user.access.roles & {Role.ADMINISTRATOR, *EDITORS})


def may_make(user: Any) -> bool:
    """Somebody who may lead a package with the own department, or with any."""
    return _signed_in(user) and bool(user.access.roles & {Role.ADMINISTRATOR, Role.DEPARTMENT_HEAD})


# --- filings ----------------------------------------------------------------------------------------------------------


def is_applicant(user: Any, filing: "PackageFiling") -> bool:
    """The person who filed, or somebody who acts for the organisation that did."""
    return filing.applicant_id == user.pk or (
        filing.organisation_id is not None and filing.organisation_id in user.acting_for
    )


def takes_in(user: Any, filing: "PackageFiling") -> bool:
    """The clerk at whose window the draft is being written, as long as the intake is open; never for oneself."""
    intake = filing.intake if filing.intake_id is not None else None
    return bool(intake is not None and intake.state == "open" and _serves(user, intake)) and filing.is_draft


def took_in(user: Any, filing: "PackageFiling") -> bool:
    """The clerk who took it in, while still a clerk: sees how far it is, as with a single case."""
    return filing.intake is not None and not filing.is_draft and _serves(user, filing.intake)


def _serves(user: Any, intake: "Intake") -> bool:
    own = intake.person_id == user.pk
    return bool(intake.clerk_id == user.pk and user.access.has(Role.CLERK) and not user.access.system and not own)


def sent_in(user: Any, filing: "PackageFiling") -> bool:
    """The department's own system that filed it for somebody."""
    return bool(user.access.system) and filing.source == user.access.system


def may_fill_in(user: Any, filing: "PackageFiling") -> bool:
    """Who writes in a draft: the applicant, and at the window the clerk, before the applicant's eyes."""
    return is_applicant(user, filing) or takes_in(user, filing)


def may_sign(user: Any, filing: "PackageFiling") -> bool:
    """The applicant, in the own account; what is taken in at a window is signed there, on paper."""
    return is_applicant(user, filing) and filing.intake_id is None


def may_certify(user: Any, filing: "PackageFiling") -> bool:
    """The clerk at the window, for a commitment signed on paper before the own eyes; never in an own matter, also not in
    that of an organisation that the clerk acts for."""
    return takes_in(user, filing) and not is_applicant(user, filing)


def may_unsign(user: Any, filing: "PackageFiling") -> bool:
    return may_sign(user, filing) or may_certify(user, filing)


def may_submit(user: Any, filing: "PackageFiling") -> bool:
    return may_fill_in(user, filing) or sent_in(user, filing)


def may_withdraw(user: Any, filing: "PackageFiling") -> bool:
    return is_applicant(user, filing)


def may_take_in(user: Any, package: "Package") -> bool:
    """A clerk of the leading department, or one whose window today stands in front for it. As `taken_in_by`."""
    from approvals.packages.models import Package

    return Package.objects.taken_in_by(user).filter(pk=package.pk).exists()


def may_send_in(user: Any, package: "Package") -> bool:
    """The system of the leading department files for whoever came there."""
    return bool(user.access.system) and package.department_id in user.access.departments(Role.CLERK)


def may_see_desk(user: Any) -> bool:
    """The list of filings at work."""
    return bool(user.access.centre_wide or user.access.departments(*DESK))


def may_see_at_work(user: Any, filing: "PackageFiling") -> bool:
    """The leading department's staff and centre-wide roles, once it was filed; the departments that decide a part of it;
    the clerk who took it in. The same rule as `seen_at_work`."""
    if filing.is_draft:
        return False
    mine = user.access.departments(*DESK)
    if user.access.centre_wide or filing.department_id in mine or took_in(user, filing) or sent_in(user, filing):
        return True
    return bool(mine) and filing.parts.filter(case__department__in=mine).exists()


def may_see_filing(user: Any, filing: "PackageFiling") -> bool:
    """The same rule as `PackageFilingQuerySet.visible_to`."""
    if not _signed_in(user):
        return False
    return may_fill_in(user, filing) or may_see_at_work(user, filing)
