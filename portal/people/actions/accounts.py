"""What people do with their accounts: register, change their data, change their password, set up the second factor."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.core import db, identity
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.crypto import normalise_text
from portal.core.errors import Invalid
from portal.core.events import record
from portal.people.actors import actor_of
from portal.people.models import Citizen, User

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # without those that are taken for one another
RECOVERY_CODES = 8


@dataclass(frozen=True, kw_only=True)
class Person:
    """What a citizen tells about themselves. Empty means: not given, and in a change: as it was."""

    name: str = ""
    phone: str = ""
    email: str = ""
    resident_number: str = ""
    address: str = ""
    language: str = ""


@action
def register_citizen(person: Person, *, password: str) -> User:
    """A new account with a user name of its own, which the citizen is told.

    A phone number that another account has is taken without a word: the answer must not tell who is registered.
    Raises Invalid with `fields`.
    """
    checked = _checked(person, required=("name", "phone"))
    user = User(username=free_username(), name=checked["name"], phone=checked["phone"])
    user.language = person.language or user.language
    check_password(password, user, field="password")
    user.set_password(password)
    user.save(force_insert=True)
    Citizen.objects.create(user=user, resident_number=checked.get("resident_number", ""))
    record(user, "people.registered", actor_of(user))
    return user


@action
def change_profile(actor: Actor, person: Person) -> User:
    """Write what was filled in; a resident number that was verified at the counter stays. Raises Invalid."""
    assert actor.user is not None  # noqa: S101
    user = db.lock_row(User.objects.all(), actor.user.pk)
    checked = _checked(person)
    citizen, _made = Citizen.objects.get_or_create(user=user)
    if "resident_number" in checked and citizen.verified_at:
        words = _(
            "Your identity was verified with this number. To correct it, please come to the centre with your card."
        )
        raise Invalid(fields={"resident_number": words})
    for name in ("phone", "email", "language"):
        setattr(user, name, checked.get(name) or getattr(user, name))
    for name in ("resident_number", "address"):
        setattr(citizen, name, checked.get(name) or getattr(citizen, name))
    user.save()
    citizen.save()
    record(user, "people.profile_changed", actor, data={"fields": sorted(checked)})
    return user


@action
def change_password(actor: Actor, *, old: str, new: str) -> User:
    """Raises Invalid when the old one is wrong or the new one too weak."""
    assert actor.user is not None  # noqa: S101
    user = db.lock_row(User.objects.all(), actor.user.pk)
    if not user.check_password(old):
        raise Invalid(fields={"old_password": _("This is not your present password.")})
    check_password(new, user, field="new_password")
    if user.check_password(new):
        raise Invalid(fields={"new_password": _("Choose a password that differs from the present one.")})
    set_own_password(user, new)
    record(user, "people.password_changed", actor)
    return user


def set_own_password(user: User, new: str) -> None:
    """Write a password that the person chose: what an administrator gave is over. The caller holds the row's lock."""
    user.set_password(new)
    user.must_change_password, user.one_time_until = False, None
    user.save(update_fields=["password", "must_change_password", "one_time_until"])


@action
def confirm_second_factor(actor: Actor, *, device_id: int, code: str) -> tuple[TOTPDevice, list[str]]:
    """Confirm a device with its first code; older devices and recovery codes end. Gives the new recovery codes."""
    assert actor.user is not None  # noqa: S101
    user = db.lock_row(User.objects.all(), actor.user.pk)
    device = TOTPDevice.objects.filter(user_id=user.pk, pk=device_id, confirmed=False).first()
    if device is None or not device.verify_token(code):
        raise Invalid(fields={"code": WRONG_CODE})
    device.confirmed = True
    device.save()
    TOTPDevice.objects.filter(user_id=user.pk).exclude(pk=device.pk).delete()
    codes = _recovery_codes(user)
    record(user, "people.second_factor_set_up", actor)
    return device, codes


WRONG_CODE = _("This code is not right or no longer valid. Please enter the code that your phone shows now.")


def _recovery_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user_id=user.pk).delete()
    device = StaticDevice.objects.create(user_id=user.pk, name="recovery", confirmed=True)
    codes = ["".join(secrets.choice(LETTERS) for _ in range(12)) for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return codes


def free_username() -> str:
    """A user name that nobody has."""
    while True:
        username = "u" + "".join(secrets.choice(LETTERS) for _ in range(8))
        if not User.objects.filter(username=username).exists():
            return username


def check_password(password: str, user: User, *, field: str) -> None:
    """Raises Invalid, for `field`, when the password is too weak."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(fields={field: " ".join(error.messages)}) from None


def _checked(person: Person, *, required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields that were given, normalised. Raises Invalid with every wrong field at once."""
    checks: dict[str, Callable[[str], str]] = {
        "name": identity.check_name,
        "phone": lambda text: identity.check_phone(text, mobile=True),
        "email": normalise_text,
        "resident_number": lambda text: identity.check_resident_number(text).number,
        "address": str.strip,
        "language": str,
    }
    given: dict[str, Any] = {}
    wrong: dict[str, Any] = {}
    for name, check in checks.items():
        value = getattr(person, name).strip()
        if not value and name not in required:
            continue
        try:
            given[name] = check(value)
        except Invalid as error:
            wrong[name] = error.message
    if wrong:
        raise Invalid(fields=wrong)
    return given
