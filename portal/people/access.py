"""What a person may be today: roles and departments, read in one query and kept for the request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portal.people.roles import CENTRE_WIDE, DISTRICT_DISPATCHER, HOTLINE, STAFF, Role

if TYPE_CHECKING:
    from portal.people.models import Client, User

Grant = tuple[str, int | None]
AT_WORK = frozenset({role.value for role in STAFF} | {DISTRICT_DISPATCHER})
CITY = "city"


def role_at(role: str, level: str | None) -> str:
    """The role that a posting gives in a department of this level: below the city the hotline's dispatchers are their
    district's, and its operators nobody's (the telephone is the city's)."""
    if role not in HOTLINE or level in (None, CITY):
        return role
    return DISTRICT_DISPATCHER if role == Role.HOTLINE_DISPATCHER else ""


@dataclass(frozen=True)
class Access:
    """The roles that somebody holds today, as (role, department id) pairs; the id is None for centre-wide roles.

    `for_others` names the absent colleague behind each pair that the person holds only as their substitute.
    """

    grants: frozenset[Grant]
    for_others: Mapping[Grant, str] = field(default_factory=dict, compare=False)
    # The code of the department's own system that this account is; empty for people.
    system: str = ""

    @classmethod
    def of(cls, user: "User") -> "Access":
        from portal.people.models import Posting

        if user.is_system:
            return cls.of_client(user.client)
        own: set[Grant] = {(Role.CITIZEN.value, None)}
        others: dict[Grant, str] = {}
        if user.may_sign_in:
            rows = Posting.objects.held_by(user).order_by("pk")
            columns = ("role", "department_id", "department__level", "user", "user__name")
            for posted, department_id, level, holder, name in rows.values_list(*columns):
                role = role_at(posted, level)
                if not role:
                    continue
                if holder == user.pk:
                    own.add((role, department_id))
                else:
                    others.setdefault((role, department_id), name)
        return cls(frozenset(own | others.keys()), {pair: name for pair, name in others.items() if pair not in own})

    @classmethod
    def of_client(cls, client: "Client") -> "Access":
        """A system works as a clerk of its department: a "no" that it proposes is confirmed by a person."""
        if client.closed_at is not None or client.department_id is None:
            return cls(frozenset(), system=client.code)
        return cls(frozenset({(Role.CLERK.value, client.department_id)}), system=client.code)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(role for role, _department in self.grants)

    @property
    def is_staff(self) -> bool:
        """True for everybody with a posting."""
        return bool(self.roles & AT_WORK)

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

    def stands_in_for(self, role: str, department_id: int | None = None) -> str:
        """The absent colleague whose role this is, "" when the person holds it too: by department where one is named."""
        pairs = {
            pair for pair in self.grants if pair[0] == role and (department_id is None or pair[1] == department_id)
        }
        if not pairs or pairs - self.for_others.keys():
            return ""
        return self.for_others[min(pairs, key=lambda pair: pair[1] or 0)]
