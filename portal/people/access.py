"""What a person may be today: roles and departments, read in one query and kept for the request."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from portal.core.time import today
from portal.people.roles import CENTRE_WIDE, STAFF, Role

if TYPE_CHECKING:
    from portal.people.models import User


@dataclass(frozen=True)
class Access:
    """The roles that somebody holds today, as (role, department id) pairs; the id is None for centre-wide roles."""

    grants: frozenset[tuple[str, int | None]]

    @classmethod
    def of(cls, user: "User") -> "Access":
        from portal.people.models import Posting

        day = today()
        rows = Posting.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day), user=user, starts_on__lte=day
        ).values_list("role", "department_id")
        grants: set[tuple[str, int | None]] = set(rows) if user.is_active else set()
        return cls(frozenset(grants | {(Role.CITIZEN.value, None)}))

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(role for role, _department in self.grants)

    @property
    def is_staff(self) -> bool:
        """True for everybody with a posting."""
        return bool(self.roles & {role.value for role in STAFF})

    @property
    def centre_wide(self) -> bool:
        """True for those who look over the whole centre."""
        return bool(self.roles & {role.value for role in CENTRE_WIDE})

    def has(self, role: str, department_id: int | None = None) -> bool:
        """Whether the role is held, and with `department_id` for that department (a centre-wide role is for all)."""
        if department_id is None or role in CENTRE_WIDE:
            return role in self.roles
        return (str(role), department_id) in self.grants

    def departments(self, *roles: str) -> frozenset[int]:
        """The departments that one of the roles is held for; every role when none is named."""
        return frozenset(d for r, d in self.grants if d is not None and (not roles or r in roles))
