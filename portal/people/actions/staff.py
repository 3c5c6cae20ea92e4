"""Accounts of the staff: made, changed, locked, deactivated; one-time passwords and lost second factors."""

import datetime as dt
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from axes.utils import reset as forgive_failures
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.core import db, identity
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.crypto import normalise_text
from portal.core.errors import Invalid, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now, today
from portal.people.actions.accounts import LETTERS
from portal.people.actions.guards import lock_administrators, only_administrators, require_an_administrator
from portal.people.devices import end_sessions
from portal.people.lockout import account_digest
from portal.people.models import Posting, User

USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,31}")
ONE_TIME_DAYS = 7  # natural days: a password that nobody fetched is worth nothing


@dataclass(frozen=True, kw_only=True)
class StaffDraft:
    """What an administrator tells about a person of the staff."""

    username: str
    name: str
    name_en: str = ""
    phone: str = ""
    email: str = ""


@action
def make_staff(actor: Actor, draft: StaffDraft) -> tuple[User, str]:
    """A new account and its one-time password, which is shown once and must be changed at the first sign-in."""
    only_administrators(actor)
    user = User()
    _fill(user, draft)
    password = _give_password(user)
    user.save(force_insert=True)
    record(user, "staff.made", actor, data={"username": user.username})
    return user, password


@action
def change_staff(actor: Actor, user_id: int, draft: StaffDraft) -> User:
    """Write the new values; the event names the fields, not their contents."""
    only_administrators(actor)
    user = _locked(user_id)
    before = {name: getattr(user, name) for name in StaffDraft.__annotations__}
    _fill(user, draft)
    changed = sorted(name for name, old in before.items() if getattr(user, name) != old)
    user.save()
    if changed:
        record(user, "staff.changed", actor, data={"fields": changed})
    return user


@action
def give_one_time_password(actor: Actor, user_id: int) -> tuple[User, str]:
    """For somebody who forgot theirs and cannot be reached by a code. Ends every session of theirs."""
    only_administrators(actor)
    user = _locked(user_id)
    if not user.is_active:
        raise WrongState(_("This account is deactivated."))
    password = _give_password(user)
    user.save(update_fields=["password", "must_change_password", "one_time_until"])
    _forgive(user)
    record(user, "staff.password_given", actor)
    return user, password


@action
def deactivate_staff(actor: Actor, user_id: int, *, reason: str) -> User:
    """The account signs in no more and its postings end at once. Raises DomainError for the last administrator."""
    only_administrators(actor)
    lock_administrators()
    user = _locked(user_id)
    if not user.is_active:
        raise WrongState(_("This account is deactivated already."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    running = user.postings.filter(ended_at__isnull=True).exclude(ends_on__lt=today()).values_list("pk", flat=True)
    for posting in db.lock_rows(Posting.objects.all(), list(running)):
        posting.ends_on, posting.ended_at = max(posting.starts_on, today()), now()
        posting.save(update_fields=["ends_on", "ended_at"])
        record(posting, "posting.ended", actor, data={"on": posting.ends_on.isoformat(), "account": "deactivated"})
    require_an_administrator()
    end_sessions(user)
    record(user, "staff.deactivated", actor, data={"reason": reason})
    return user


@action
def reactivate_staff(actor: Actor, user_id: int) -> tuple[User, str]:
    """The account works again, with a one-time password and without postings: those are made anew."""
    only_administrators(actor)
    user = _locked(user_id)
    if user.is_active:
        raise WrongState(_("This account is active."))
    user.is_active = True
    password = _give_password(user)
    user.save(update_fields=["is_active", "password", "must_change_password", "one_time_until"])
    record(user, "staff.reactivated", actor)
    return user, password


@action
def lock_staff(actor: Actor, user_id: int, *, reason: str) -> User:
    """Bar the account for a while: its sessions end at once, its postings stay."""
    only_administrators(actor)
    lock_administrators()
    user = _locked(user_id)
    if user.locked_at is not None:
        raise WrongState(_("This account is locked already."))
    user.locked_at = now()
    user.save(update_fields=["locked_at"])
    require_an_administrator()
    end_sessions(user)
    record(user, "staff.locked", actor, data={"reason": reason})
    return user


@action
def unlock_staff(actor: Actor, user_id: int) -> User:
    """Lift the bar, and forget failed attempts: both may be what keeps the person out."""
    only_administrators(actor)
    user = _locked(user_id)
    user.locked_at = None
    user.save(update_fields=["locked_at"])
    _forgive(user)
    record(user, "staff.unlocked", actor)
    return user


@action
def reset_second_factor(actor: Actor, user_id: int) -> User:
    """The phone is lost: a new one is set up at the next sign-in. One's own is reset by another administrator."""
    only_administrators(actor)
    user = _locked(user_id)
    if actor.user_id == user.pk:
        raise Invalid(_("Another administrator resets your second factor; you can replace it on your own page."))
    TOTPDevice.objects.filter(user_id=user.pk).delete()
    StaticDevice.objects.filter(user_id=user.pk).delete()
    end_sessions(user)
    record(user, "staff.second_factor_reset", actor)
    return user


def _locked(user_id: int) -> User:
    """A staff account under its lock; a citizen's is none of the administrator's business."""
    user = User.objects.staff().filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return db.lock_row(User.objects.all(), user_id)


def _give_password(user: User) -> str:
    password = "-".join("".join(secrets.choice(LETTERS) for _n in range(4)) for _group in range(4))
    user.set_password(password)
    user.must_change_password, user.one_time_until = True, now() + dt.timedelta(days=ONE_TIME_DAYS)
    return password


def _forgive(user: User) -> None:
    for name in filter(None, (user.username, user.phone, user.email)):
        forgive_failures(username=account_digest(name))


def _fill(user: User, draft: StaffDraft) -> None:
    """Check and set the values. Raises Invalid with every wrong field at once."""
    wrong: dict[str, type_of_message] = {}
    values: dict[str, Any] = {"username": draft.username.strip().lower(), "name_en": draft.name_en.strip()}
    if not USERNAME.fullmatch(values["username"]):
        wrong["username"] = _("3 to 32 small letters, digits, dots, hyphens or underscores, beginning with a letter.")
    elif User.objects.filter(username=values["username"]).exclude(pk=user.pk).exists():
        wrong["username"] = _("Another account has this user name already.")
    checks: dict[str, Callable[[], str]] = {
        "name": lambda: identity.check_name(draft.name),
        "phone": lambda: identity.check_phone(draft.phone, mobile=True) if draft.phone.strip() else "",
        "email": lambda: normalise_text(draft.email),
    }
    for name, check in checks.items():
        try:
            values[name] = check()
        except Invalid as error:
            wrong[name] = error.message
    if wrong:
        raise Invalid(fields=wrong)
    for name, value in values.items():
        setattr(user, name, value)
