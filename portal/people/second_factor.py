"""What comes before any other page: the second factor, a new password; and the middleware that sees to it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.core.errors import NotAllowed
from portal.people.devices import seen
from portal.people.models import User
from portal.people.policies import needs_second_factor

DUTY = "second_factor_due"
VERIFY, SET_UP = "people:second-factor", "people:second-factor-set-up"
# What works between the password and the code.
OPEN_PAGES = frozenset(
    {VERIFY, SET_UP, "people:sign-in", "people:sign-out", "set_language", "site:elder", "site:health"}
)
NEW_PASSWORD = "people:password"  # noqa: S105 - the name of a page


def has_device(user: User) -> bool:
    return bool(TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).exists())


def remember_duty(request: HttpRequest) -> None:
    """At sign-in: an account with a device of its own shows the code, whatever its role."""
    user: User = request.user  # type: ignore[assignment]
    if has_device(user):
        request.session[DUTY] = True


def is_due(request: HttpRequest) -> bool:
    """The password alone is not enough for this person. The demo lifts what the role asks for."""
    user: Any = request.user
    if not user.is_authenticated or user.is_verified():
        return False
    return bool(request.session.get(DUTY)) or (not settings.DEMO and needs_second_factor(user))


class SecondFactorMiddleware:
    """Leads to the code page, then to the page of a new password, before any other. Stands behind OTPMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.view_name in OPEN_PAGES:
            return None
        if is_due(request):
            if request.path.startswith("/api/"):
                raise NotAllowed(_("Sign in with your second factor first."), code="second_factor_due")
            return redirect(VERIFY if has_device(request.user) else SET_UP)  # type: ignore[arg-type]
        seen(request)
        return _new_password_first(request, match.view_name)


def _new_password_first(request: HttpRequest, view_name: str) -> HttpResponse | None:
    """Whoever signed in with a one-time password chooses one before anything else."""
    user: Any = request.user
    if not user.is_authenticated or not user.must_change_password or view_name == NEW_PASSWORD:
        return None
    if request.path.startswith("/api/"):
        raise NotAllowed(_("Choose a password of your own first."), code="password_change_due")
    return redirect(NEW_PASSWORD)
