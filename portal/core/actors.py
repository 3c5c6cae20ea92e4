"""Who does something: a person in a role, or the portal itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.people.models import User


@dataclass(frozen=True)
class Actor:
    """The doer of an action, as events keep it. `user` is None for the portal's own jobs."""

    user: "User | None"
    role: str
    name: str
    request_id: str = ""

    @classmethod
    def system(cls, name: str) -> "Actor":
        """The portal itself; `name` is the job, for instance `deemed_acceptance`."""
        return cls(user=None, role="system", name=name)

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None
