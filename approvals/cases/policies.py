"""Who may do what with a case: pure functions of (user, case), used by actions, pages and API alike."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from approvals.cases import onlookers
from portal.people.roles import Role

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from approvals.cases.models import Case
    from hall.models import WindowDuty
    from portal.people.models import User


def is_applicant(user: "User", case: "Case") -> bool:
    """The person who filed, or somebody who acts for the organisation that did."""
    return case.applicant_id == user.pk or (
        case.organisation_id is not None and case.organisation_id in user.acting_for
    )


def took_in(user: "User", case: "Case") -> bool:
    """The department's own system that sent the filing in; it goes on speaking for the applicant."""
    system = user.access.system
    return bool(system) and case.source == system and not case.imported


def may_file(user: "User", case: "Case") -> bool:
    """Who fills the filing in, submits it and brings what is missing."""
    return is_applicant(user, case) or took_in(user, case)


def is_clerk(user: "User", case: "Case") -> bool:
    return user.access.has(Role.CLERK, case.department_id)


def is_reviewer(user: "User", case: "Case") -> bool:
    return user.access.has(Role.REVIEWER, case.department_id)


def is_head(user: "User", case: "Case") -> bool:
    return user.access.has(Role.DEPARTMENT_HEAD, case.department_id)


def is_intake_clerk(user: "User", case: "Case") -> bool:
    """Whoever typed it in at the window for the applicant, while still a clerk."""
    return case.taken_in_by_id == user.pk and user.access.has(Role.CLERK)


def is_front(user: "User", case: "Case") -> bool:
    """The front desk of the case (前台受理): who took it in, and the colleagues who serve at that window today."""
    if is_intake_clerk(user, case):
        return True
    return case.intake_window_id is not None and case.intake_window_id in windows_today(user)


def windows_today(user: "User") -> frozenset[int]:
    """The windows at which the person serves as a clerk today: read once for each request."""
    known: frozenset[int] | None = user.__dict__.get("_windows_today")
    if known is None:
        known = frozenset(duties_today(user).values_list("window_id", flat=True))
        user.__dict__["_windows_today"] = known
    return known


def duties_today(user: "User") -> "QuerySet[WindowDuty]":
    """The person's duties of today, of the postings as a clerk."""
    from hall.models import WindowDuty

    if not user.access.has(Role.CLERK) or user.access.system:  # a system sits at no window
        return WindowDuty.objects.none()
    return WindowDuty.objects.in_force().filter(posting__user=user, posting__role=Role.CLERK)


def may_fill_in(user: "User", case: "Case") -> bool:
    """Who writes in a draft or a supplement: the applicant; at the window a clerk for them, with what they brought."""
    if may_file(user, case):
        return True
    if case.is_draft:
        return is_intake_clerk(user, case)
    return may_bring_supplement(user, case)


def may_bring_supplement(user: "User", case: "Case") -> bool:
    """The applicant; or a clerk of the front desk or of the department, for an applicant who brings it to the window."""
    return may_file(user, case) or (not case.imported and (is_clerk(user, case) or is_front(user, case)))


def may_submit(user: "User", case: "Case") -> bool:
    """The applicant, the system that sends it in, or the clerk who typed it in before the applicant's eyes."""
    return may_file(user, case) or is_intake_clerk(user, case)


def is_supervisor(user: "User", case: "Case") -> bool:
    return user.access.has(Role.SUPERVISOR)


def works_on(user: "User", case: "Case") -> bool:
    """Clerk, reviewer or head of the department that decides. An applicant never works on the own case."""
    return not is_applicant(user, case) and (is_clerk(user, case) or is_reviewer(user, case) or is_head(user, case))


def may_handle(user: "User", case: "Case") -> bool:
    """A clerk of the department, in somebody else's matter. Imported cases are read-only for everybody."""
    return is_clerk(user, case) and _not_own(user, case)


def may_review(user: "User", case: "Case") -> bool:
    """A reviewer of the department; the second review is another person's than the first."""
    return is_reviewer(user, case) and _not_own(user, case) and case.last_reviewer_id != user.pk


def may_propose(user: "User", case: "Case") -> bool:
    """A clerk or a reviewer may ask for a step that needs a second pair of eyes."""
    return (is_clerk(user, case) or is_reviewer(user, case)) and _not_own(user, case)


def may_confirm(user: "User", case: "Case") -> bool:
    """The second pair of eyes: reviewer or head of the department."""
    return (is_reviewer(user, case) or is_head(user, case)) and _not_own(user, case)


def may_decide_as_head(user: "User", case: "Case") -> bool:
    """The head of the authority (permit law, article 42: extension; refusal and termination by practice)."""
    return is_head(user, case) and _not_own(user, case)


def may_approve(user: "User", case: "Case") -> bool:
    """Where no review is foreseen the clerk decides at the window, else the head of the department."""
    if case.review_steps == 0:
        return may_handle(user, case)
    return may_decide_as_head(user, case)


def may_correct(user: "User", case: "Case") -> bool:
    return is_supervisor(user, case) and _not_own(user, case)


def may_withdraw(user: "User", case: "Case") -> bool:
    return may_file(user, case) and not case.imported


def may_see(user: "User", case: "Case") -> bool:
    """The same rule as `CaseQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    if may_file(user, case) or is_intake_clerk(user, case):
        return True
    if case.is_draft:
        return False
    if user.access.centre_wide or is_clerk(user, case) or is_reviewer(user, case) or is_head(user, case):
        return True
    return is_front(user, case)


def may_look_on(user: "User", case: "Case") -> bool:
    """The page at work, masked and without steps, for a department with a part in the same project or package; never in
    one's own matter, which has its page for applicants. The same rule as `CaseQuerySet.looked_at_by`."""
    return onlookers.may_look(user, case)


def openable(user: "User", cases: "Sequence[Case]") -> frozenset[int]:
    """The keys of those whose page at work the person may open; one query where one's own duties do not say it."""
    from approvals.cases.models import Case

    seen = {
        case.pk for case in cases if may_see(user, case) and (user.access.centre_wide or not is_applicant(user, case))
    }
    left = [case.pk for case in cases if case.pk not in seen]
    if left:
        seen.update(Case.objects.looked_at_by(user).filter(pk__in=left).values_list("pk", flat=True))
    return frozenset(seen)


def may_see_personal(user: "User", case: "Case") -> bool:
    """Unmasked names, numbers and answers: the applicant, and whoever works on the case. The viewing is logged."""
    return is_applicant(user, case) or works_on(user, case)


def may_see_desk(user: "User") -> bool:
    """The workbench: everybody who handles cases of some department."""
    return bool(user.access.departments(Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD))


def _not_own(user: "User", case: "Case") -> bool:
    return not case.imported and not is_applicant(user, case)
