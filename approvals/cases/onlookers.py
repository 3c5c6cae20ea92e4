"""Who else looks at a case: departments that have a part in the matter that the case belongs to.

A room above (joint review, packages) registers which cases it shares with which departments. Whoever works there sees
the case's page as the centre does: state, clock and timeline, names masked, no answers, nothing to do. Lists, searches
and figures stay those of the department that decides: `CaseQuerySet.visible_to` knows nothing of onlookers, so that no
list of a large department pays for them.
"""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from approvals.cases.models import Case
    from portal.people.models import User

# Departments → the keys of the cases that are shared with them, as a queryset of one column.
Shared = Callable[[Collection[int]], "QuerySet[Any, Any]"]
_shared: dict[str, Shared] = {}


def register(key: str, shared: Shared) -> None:
    """From now on the people of these departments may look at these cases. Called in an app's `ready()`."""
    _shared[key] = shared


def condition(user: "User") -> Q:
    """Filed cases that are shared with the departments where the person handles matters; nothing for all others."""
    from approvals.cases.querysets import DEPARTMENT_ROLES

    found = Q(pk__in=[])
    departments = user.access.departments(*DEPARTMENT_ROLES) if user.is_authenticated else frozenset()
    if not departments or user.access.system:
        return found
    for _key, shared in sorted(_shared.items(), key=lambda entry: entry[0]):
        found |= Q(pk__in=shared(departments))
    own = Q(applicant=user) | Q(organisation__in=user.acting_for)
    return found & ~Q(state="draft") & ~own


def may_look(user: "User", case: "Case") -> bool:
    """The same rule as `condition`, for one case."""
    from approvals.cases.models import Case

    return Case.objects.filter(condition(user), pk=case.pk).exists()
