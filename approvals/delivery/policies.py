"""Who may do what with a delivery: pure functions of (user, delivery or case)."""

from typing import TYPE_CHECKING

from approvals.cases import policies as cases

if TYPE_CHECKING:
    from approvals.cases.models import Case
    from approvals.delivery.models import Delivery
    from portal.people.models import User


def may_see(user: "User", delivery: "Delivery") -> bool:
    """The same rule as `DeliveryQuerySet.visible_to`."""
    return cases.may_see(user, delivery.case)


def may_choose(user: "User", case: "Case") -> bool:
    """The applicant says how to receive the result."""
    return cases.is_applicant(user, case)


def may_rechoose(user: "User", delivery: "Delivery") -> bool:
    """The applicant, and the clerk on their behalf."""
    return may_choose(user, delivery.case) or may_handle(user, delivery)


def may_handle(user: "User", delivery: "Delivery") -> bool:
    """A clerk of the department, in somebody else's matter."""
    return cases.may_handle(user, delivery.case)


def may_open(user: "User", delivery: "Delivery") -> bool:
    """The applicant opens the electronic result."""
    return cases.is_applicant(user, delivery.case)


def may_see_personal(user: "User", delivery: "Delivery") -> bool:
    """Address and receiver unmasked: who works on the case, and the applicant. The viewing is logged."""
    return cases.may_see_personal(user, delivery.case)


def may_see_desk(user: "User") -> bool:
    """The issuing window: whoever works on cases of a department, and whoever oversees the centre."""
    return cases.may_see_desk(user) or user.access.centre_wide
