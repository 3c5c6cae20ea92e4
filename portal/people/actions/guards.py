"""What the administrators' actions share: the right to do it, and that an administrator remains."""

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actors import Actor
from portal.core.errors import DomainError, NotAllowed
from portal.core.time import today
from portal.people.models import Posting
from portal.people.policies import may_administer
from portal.people.roles import Role


def only_administrators(actor: Actor) -> None:
    """Raises NotAllowed for everybody else; the portal's own jobs may."""
    if actor.user is not None and not may_administer(actor.user):
        raise NotAllowed


def lock_administrators() -> None:
    """Taken before a change that may remove an administrator: two of them removing each other wait in line."""
    pks = Posting.objects.filter(role=Role.ADMINISTRATOR, ended_at__isnull=True).values_list("pk", flat=True)
    db.lock_rows(Posting.objects.all(), list(pks))


def require_an_administrator() -> None:
    """After the change, under the lock: somebody must be left who can sign in and manage the portal.

    An administrator whose posting has an end does not count: on that day nobody would be left.
    """
    left = Posting.objects.filter(
        role=Role.ADMINISTRATOR,
        ends_on__isnull=True,
        ended_at__isnull=True,
        starts_on__lte=today(),
        user__is_active=True,
        user__locked_at__isnull=True,
    )
    if not left.exists():
        raise DomainError(
            _("This is the last administrator. Post another administrator first; then this can be done."),
            code="last_administrator",
        )
