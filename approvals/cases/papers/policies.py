"""Who may read and manage the papers of a case: like the case, and a person's papers like their personal data."""

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from approvals.cases import policies
from approvals.cases.models import Case
from approvals.cases.querysets import DEPARTMENT_ROLES
from portal.people.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User


def may_read(user: "User", case: Case) -> bool:
    """A paper names its addressee: an organisation's is read by all who see the case, a person's by those who see
    personal data, and by the clerk who typed it in at the window. The same rule as `readable_cases`."""
    if not policies.may_see(user, case):
        return False
    if case.organisation_id is not None or policies.may_see_personal(user, case):
        return True
    return policies.is_intake_clerk(user, case)


def readable_cases(user: "User") -> Any:
    """Ids of the cases whose papers the person may read, as a sub-select."""
    own = Q(applicant=user) | Q(organisation__in=user.acting_for)
    handled = Q(department__in=user.access.departments(*DEPARTMENT_ROLES))
    if user.access.has(Role.CLERK):
        own |= Q(taken_in_by=user)
    cases = Case.objects.visible_to(user).filter(Q(organisation__isnull=False) | own | handled)
    return cases.values("pk")


def may_manage(user: "User", case: Case) -> bool:
    """Whoever works on the case may have a paper made and sent again."""
    return policies.may_see(user, case) and policies.works_on(user, case) and not case.imported
