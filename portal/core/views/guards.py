"""Who may open a page of the ground floor, and as whom they act there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from portal.core.actors import Actor
from portal.core.errors import NotAllowed

View = Callable[..., HttpResponse]


def allowed_to(policy: Callable[[Any], bool]) -> Callable[[View], View]:
    """Signed in, and the policy says yes; else the sign-in page, or 403 in words."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not policy(request.user):
                raise NotAllowed()
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return wrap


def administrator_of(request: HttpRequest) -> Actor:
    """The signed-in administrator as an actor; the view's policy has let them in."""
    user: Any = request.user
    return Actor(
        user=user, role="administrator", name=user.name, request_id=str(getattr(request, "request_id", "") or "")
    )
