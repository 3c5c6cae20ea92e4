"""Who may do what with a case: pure functions of (user, case), used by actions, pages and API alike."""

from typing import TYPE_CHECKING

from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.cases.models import Case
    from portal.people.models import User


def is_applicant(user: "User", case: "Case") -> bool:
    """The person who filed, or somebody who acts for the organisation that did."""
    return case.applicant_id == user.pk or (
        case.organisation_id is not None and case.organisation_id in user.acting_for
    )


def is_clerk(user: "User", case: "Case") -> bool:
    return user.access.has(Role.CLERK, case.department_id)


def is_reviewer(user: "User", case: "Case") -> bool:
    return user.access.has(Role.REVIEWER, case.department_id)


def is_head(user: "User", case: "Case") -> bool:
    return user.access.has(Role.DEPARTMENT_HEAD, case.department_id)


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
    return is_applicant(user, case) and not case.imported


def may_see(user: "User", case: "Case") -> bool:
    """The same rule as `CaseQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    if is_applicant(user, case):
        return True
    if case.is_draft:
        return False
    return user.access.centre_wide or is_clerk(user, case) or is_reviewer(user, case) or is_head(user, case)


def may_see_personal(user: "User", case: "Case") -> bool:
    """Unmasked names, numbers and answers: the applicant, and whoever works on the case. The viewing is logged."""
    return is_applicant(user, case) or works_on(user, case)


def may_see_desk(user: "User") -> bool:
    """The workbench: everybody who handles cases of some department."""
    return bool(user.access.departments(Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD))


def _not_own(user: "User", case: "Case") -> bool:
    return not case.imported and not is_applicant(user, case)
