"""What the actions of social supervision share."""

from hall.social import policies
from hall.social.models import Visit
from portal.core import db
from portal.core.actors import Actor
from portal.core.errors import NotAllowed, NotFound
from portal.people.models import User

PORTAL = Actor.system("政务服务中心")


def person(actor: Actor) -> User:
    """Who acts. Raises NotAllowed for the portal itself."""
    if actor.user is None:
        raise NotAllowed()
    user: User = actor.user
    return user


def manager(actor: Actor) -> User:
    """Who acts, as somebody who manages. Raises NotAllowed."""
    user = person(actor)
    if not policies.may_manage(user):
        raise NotAllowed()
    return user


def locked_visit(visit_id: int, actor: Actor | None = None) -> Visit:
    """The visit, locked; NotFound for a missing one and for one that the actor may not open."""
    try:
        visit: Visit = db.lock_row(Visit.objects.all(), visit_id)
    except Visit.DoesNotExist:
        raise NotFound() from None
    if actor is not None and not policies.may_see_visit(person(actor), visit):
        raise NotFound()
    return visit
