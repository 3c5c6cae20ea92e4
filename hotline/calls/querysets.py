"""Which calls somebody sees, and reads with a name."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from portal.people.roles import Role

if TYPE_CHECKING:
    from hotline.calls.models import Call  # noqa: F401 - named in the base class
    from portal.people.models import User


def sees_all_calls(user: "User") -> bool:
    """Dispatchers of the hotline and the centre-wide roles."""
    return user.access.centre_wide or user.access.has(Role.HOTLINE_DISPATCHER)


class CallQuerySet(QuerySet["Call"]):
    """Reads of calls. `visible_to` is the same rule as `policies.may_see_call`."""

    def visible_to(self, user: "User") -> "CallQuerySet":
        """One's own for operators, all for who oversees the hotline."""
        if not user.is_authenticated:
            return self.none()
        if sees_all_calls(user):
            return self
        return self.filter(agent=user) if user.access.has(Role.HOTLINE_OPERATOR) else self.none()

    def on_the_line(self, user: "User") -> "CallQuerySet":
        """What the person is talking to now, the latest first."""
        return self.filter(agent=user, state="answered").order_by("-agent_at", "-pk")
