"""Who may do what with a fee: pure functions of (user, order or refund)."""

from typing import TYPE_CHECKING

from approvals.cases import policies as cases
from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.payments.models import Order, ReductionCertificate, Refund
    from portal.people.models import User


def may_see(user: "User", order: "Order") -> bool:
    """The same rule as `OrderQuerySet.visible_to`."""
    return cases.may_see(user, order.case)


def may_pay(user: "User", order: "Order") -> bool:
    """The applicant, or who acts for the organisation."""
    return cases.is_applicant(user, order.case)


def may_take_money(user: "User", order: "Order") -> bool:
    """A clerk of the department, in somebody else's matter."""
    return cases.may_handle(user, order.case)


def may_reduce(user: "User", order: "Order") -> bool:
    """A reduction is decided by a reviewer or the head of the department, never in one's own matter."""
    return cases.may_confirm(user, order.case)


def may_propose_refund(user: "User", order: "Order") -> bool:
    """A clerk or reviewer of the department."""
    return cases.may_propose(user, order.case)


def may_decide_refund(user: "User", refund: "Refund") -> bool:
    """The second pair of eyes: a reviewer or the head, and never whoever proposed it."""
    return cases.may_confirm(user, refund.order.case) and refund.proposed_by_id != user.pk


def may_hand_back(user: "User", refund: "Refund") -> bool:
    """Cash goes back over the counter: a clerk of the department does it once it is approved."""
    return cases.may_handle(user, refund.order.case)


def may_see_desk(user: "User") -> bool:
    """The fees of a department: whoever works on its cases, and whoever oversees the centre."""
    return cases.may_see_desk(user) or user.access.centre_wide


def takes_money(user: "User") -> bool:
    """A clerk of some department: has a drawer to count."""
    return bool(user.access.departments(Role.CLERK))


def may_see_accounts(user: "User") -> bool:
    """Reconciliation: heads for their departments, centre-wide roles for all."""
    return user.access.centre_wide or bool(user.access.departments(Role.DEPARTMENT_HEAD))


def may_settle(user: "User", department_id: int | None) -> bool:
    """A difference is settled by the head of the department or by a supervisor."""
    if user.access.has(Role.SUPERVISOR):
        return True
    return department_id is not None and user.access.has(Role.DEPARTMENT_HEAD, department_id)


# --- reductions -----------------------------------------------------------------------------------------------------


def may_see_certificate(user: "User", certificate: "ReductionCertificate") -> bool:
    """The same rule as `ReductionCertificateQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    if user.access.centre_wide:
        return True
    own = user.access.departments(Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)
    return bool(own) and (certificate.department_id is None or certificate.department_id in own)


def oversees(user: "User") -> bool:
    """Supervisors and administrators: certificates for the items of all departments."""
    return user.access.has(Role.SUPERVISOR) or user.access.has(Role.ADMINISTRATOR)


def may_propose_certificates(user: "User") -> bool:
    """Reviewers and heads for their department, who oversees for all."""
    return oversees(user) or bool(user.access.departments(Role.REVIEWER, Role.DEPARTMENT_HEAD))


def may_propose_certificate(user: "User", department_id: int | None) -> bool:
    """For this department, or for all of them (None)."""
    if oversees(user):
        return True
    own = user.access.departments(Role.REVIEWER, Role.DEPARTMENT_HEAD)
    return department_id is not None and department_id in own


def may_keep_certificate(user: "User", certificate: "ReductionCertificate") -> bool:
    """Suspend, resume or revoke: the head of the department, and who oversees."""
    if oversees(user):
        return True
    return certificate.department_id is not None and user.access.has(Role.DEPARTMENT_HEAD, certificate.department_id)


def may_issue_certificate(user: "User", certificate: "ReductionCertificate") -> bool:
    """The second person: as above, and never whoever proposed it."""
    return may_keep_certificate(user, certificate) and certificate.proposed_by_id != user.pk


def may_see_savings(user: "User") -> bool:
    """What reductions saved: heads for their departments, centre-wide roles for all."""
    return may_see_accounts(user)
