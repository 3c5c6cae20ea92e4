"""Who may do what with certificates and their types: pure functions of (user, thing)."""

from typing import TYPE_CHECKING

from approvals.certificates.querysets import WORKING
from portal.people.roles import Role

if TYPE_CHECKING:
    from approvals.certificates.models import Certificate, CertificateType
    from portal.people.models import User


def is_holder(user: "User", certificate: "Certificate") -> bool:
    """The person, or whoever acts for the organisation. One that was withdrawn by a correction is nobody's."""
    if certificate.state == "withdrawn":
        return False
    if certificate.organisation_id is not None:
        return certificate.organisation_id in user.acting_for
    return certificate.holder_id is not None and certificate.holder_id == user.pk


def works_for(user: "User", department_id: int) -> bool:
    return any(user.access.has(role, department_id) for role in WORKING)


def may_see(user: "User", certificate: "Certificate") -> bool:
    """The same rule as `CertificateQuerySet.visible_to`."""
    if not user.is_authenticated:
        return False
    if user.access.centre_wide or works_for(user, certificate.department_id):
        return True
    return is_holder(user, certificate)


def may_see_personal(user: "User", certificate: "Certificate") -> bool:
    """Names and numbers unmasked: the holder, and who works in the department. The viewing is logged."""
    return is_holder(user, certificate) or works_for(user, certificate.department_id)


def may_see_register(user: "User") -> bool:
    """The register: whoever works in a department that issues, and whoever oversees the centre."""
    return bool(user.access.departments(*WORKING)) or user.access.centre_wide


def may_propose(user: "User", certificate: "Certificate") -> bool:
    """Somebody of the department, in somebody else's matter."""
    return works_for(user, certificate.department_id) and not is_holder(user, certificate)


def may_confirm(user: "User", certificate: "Certificate") -> bool:
    """The second person: a reviewer or the head of the department. Who proposed is refused by the action."""
    department = certificate.department_id
    second = user.access.has(Role.REVIEWER, department) or user.access.has(Role.DEPARTMENT_HEAD, department)
    return second and not is_holder(user, certificate)


def may_print(user: "User", certificate: "Certificate") -> bool:
    """A clerk of the department, in somebody else's matter."""
    return user.access.has(Role.CLERK, certificate.department_id) and not is_holder(user, certificate)


def may_use(user: "User", certificate: "Certificate") -> bool:
    """Only the holder gives a certificate away as material."""
    return is_holder(user, certificate)


def may_renew(user: "User", certificate: "Certificate") -> bool:
    return is_holder(user, certificate)


# --- types ------------------------------------------------------------------------------------------------------------


def may_see_type(user: "User", kind: "CertificateType") -> bool:
    """The same rule as `TypeQuerySet.visible_to`."""
    return bool(user.is_authenticated) and (user.access.centre_wide or works_for(user, kind.department_id))


def may_see_types(user: "User") -> bool:
    return may_see_register(user)


def may_edit_for(user: "User", department_id: int) -> bool:
    """The administrator everywhere, the head in the own department."""
    return user.access.has(Role.ADMINISTRATOR) or user.access.has(Role.DEPARTMENT_HEAD, department_id)


def may_edit_type(user: "User", kind: "CertificateType") -> bool:
    return may_edit_for(user, kind.department_id)


def may_make_types(user: "User") -> bool:
    return user.access.has(Role.ADMINISTRATOR) or bool(user.access.departments(Role.DEPARTMENT_HEAD))
