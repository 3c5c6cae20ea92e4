"""What the desk's pages share: who may open them, and as whom they act there."""

from typing import Any

from django.http import HttpRequest

from hotline.calls import policies
from portal.core.actors import Actor
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.roles import Role

at_desk = allowed_to(policies.may_use_desk)
readers = allowed_to(policies.may_see_calls)
assigners = allowed_to(policies.may_assign_extensions)


def operator(request: HttpRequest) -> Actor:
    """The person as operator, or as dispatcher who takes calls."""
    user: Any = request.user
    return actor_for(
        request, Role.HOTLINE_OPERATOR if user.access.has(Role.HOTLINE_OPERATOR) else Role.HOTLINE_DISPATCHER
    )
