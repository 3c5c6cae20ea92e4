"""Finding people: the account that a typed name, phone number or e-mail address signs in."""

from typing import TYPE_CHECKING

from django.db.models import Case, Q, Value, When

from portal.core import identity
from portal.core.crypto import blind, normalise_text

if TYPE_CHECKING:
    from portal.people.models import User


def normalise_login(typed: str) -> str:
    """One form for all ways of typing the same account: the counter of failed attempts uses it."""
    if "@" in typed:
        return normalise_text(typed)
    phone = identity.normalise_phone(typed)
    return phone if len(phone) >= 7 and phone.isdecimal() else typed.strip()


def account_for(typed: str) -> "User | None":
    """The active account that a user name, phone number or e-mail address signs in; one query, found or not.

    Relatives share a phone: a number may stand in several accounts, and signs in the one that had it first. The others
    use their user name. So nobody can take a number's sign-in away by registering with it.
    """
    from portal.people.models import User

    name = typed.strip()
    found = User.objects.filter(
        Q(username=name) | Q(phone_blind=blind("phone", name)) | Q(email_blind=blind("email", name)), is_active=True
    )
    return found.order_by(Case(When(username=name, then=Value(0)), default=Value(1)), "pk").first()
