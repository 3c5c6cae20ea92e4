"""Signing in by user name, phone number or e-mail address: the same answer, in the same time, whatever was wrong."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from portal.core.time import now
from portal.people.models import Membership, User
from portal.people.querysets import account_for


class AccountBackend(BaseBackend):
    """Checks the password of the account that `account_for` finds; an unknown name costs one hashing, too."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if not username or password is None:
            return None
        user = account_for(username)
        if user is None:
            User().set_password(password)  # as long as checking a password takes
            return None
        if not user.check_password(password) or user.locked_at is not None:
            return None
        expired = user.must_change_password and user.one_time_until is not None and user.one_time_until < now()
        return None if expired else user

    def get_user(self, user_id: int) -> User | None:
        """The account of a session, which knows whether the person acts for an organisation: the menus ask."""
        rows = User.objects.filter(pk=user_id, is_active=True, locked_at__isnull=True)
        held = Membership.objects.in_force().filter(user=OuterRef("pk"), confirmed_at__isnull=False)
        return rows.annotate(is_agent=Exists(held)).first()
