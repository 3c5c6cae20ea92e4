"""A new password by a code: asked for, sent by a job, used once. Nothing tells whether an account exists."""

import datetime as dt
import hashlib
import secrets
from typing import Any

from django.contrib.auth.hashers import check_password as matches
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid
from portal.core.events import record
from portal.core.jobs import Job, enqueue, job
from portal.core.notifications import Template, notify, register
from portal.core.time import now
from portal.people.actions.accounts import check_password, set_own_password
from portal.people.devices import end_sessions
from portal.people.models import PasswordCode, User
from portal.people.querysets import account_for
from portal.people.roles import Role

VALID_MINUTES = 15
TRIES = 5
KEEP_DAYS = 7
SEND = "people.send_password_code"
WRONG = _("The code is not right or no longer valid. Check it, or ask for a new one.")

CODE = register(
    Template(
        code="people.password_code",
        subject=_("Code for a new password"),
        body=_(
            "Your code for a new password of the account %(username)s is %(code)s. It works once within %(minutes)s "
            "minutes. If you did not ask for it, do nothing and tell it to nobody."
        ),
        placeholders=frozenset({"username", "code", "minutes"}),
        urgent=True,
    )
)
CHANGED = register(
    Template(
        code="people.password_reset",
        subject=_("Your password was changed"),
        body=_(
            "The password of the account %(username)s was changed with a code. If this was not you, call the centre "
            "at once."
        ),
        placeholders=frozenset({"username"}),
        urgent=True,
    )
)


def purge_codes() -> int:
    """Forget codes that nobody can use any more. Returns how many."""
    return PasswordCode.objects.filter(asked_at__lt=now() - dt.timedelta(days=KEEP_DAYS)).delete()[0]


@action
def ask_for_code(typed: str) -> str:
    """Ask for a code for the account that `typed` names. Returns the ticket that the browser keeps.

    The same statements whether there is such an account or not; the job decides, and only its owner learns of it.
    """
    ticket = secrets.token_urlsafe(32)
    PasswordCode.objects.filter(asked_at__lt=now() - dt.timedelta(days=KEEP_DAYS)).delete()
    user = account_for(typed)
    if user is not None and not user.may_sign_in:
        user = None
    by_email = "@" in typed or bool(user and typed.strip() == user.username)
    asked = PasswordCode.objects.create(
        ticket=_digest(ticket),
        user=user,
        by_email=by_email,
        by_sms="@" not in typed,
        asked_at=now(),
        expires_at=now() + dt.timedelta(minutes=VALID_MINUTES),
    )
    enqueue(SEND, {"asked": asked.pk}, key=str(asked.pk))
    return ticket


@job(SEND)
def send_code(payload: dict[str, Any], _job: Job) -> None:
    """Make the code and send it; for a request without an account there is nobody to send it to."""
    asked = PasswordCode.objects.filter(pk=payload["asked"]).select_related("user").first()
    if asked is None or asked.user is None or asked.code or asked.expires_at <= now():
        return
    code = f"{secrets.randbelow(1_000_000):06d}"
    asked.code = make_password(code)
    asked.save(update_fields=["code"])
    channels = [name for name, wanted in (("sms", asked.by_sms), ("email", asked.by_email)) if wanted]
    context = {"username": asked.user.username, "code": code, "minutes": VALID_MINUTES}
    notify(asked.user, CODE.code, context, channels=channels, key=f"asked:{asked.pk}")


def use_code(ticket: str, code: str, password: str) -> User:
    """Set a new password with the code. Raises Invalid; a wrong code counts, and the fifth one ends the request."""
    asked, error = _take(ticket, code, password)
    if error is not None:
        raise error  # after the commit: the try is counted
    assert asked.user is not None  # noqa: S101
    return asked.user


@action
def _take(ticket: str, code: str, password: str) -> tuple[PasswordCode, Invalid | None]:
    found = PasswordCode.objects.filter(ticket=_digest(ticket)).values_list("pk", flat=True).first()
    if found is None:
        return PasswordCode(), Invalid(fields={"code": WRONG})
    asked = db.lock_row(PasswordCode.objects.all(), found)
    usable = asked.used_at is None and asked.expires_at > now() and asked.tries < TRIES
    if not usable or not matches(code.strip(), asked.code or make_password(None)):
        asked.tries += 1
        asked.save(update_fields=["tries"])
        return asked, Invalid(fields={"code": WRONG})
    user = db.lock_row(User.objects.all(), asked.user_id)
    if not user.may_sign_in:
        return asked, Invalid(fields={"code": WRONG})
    try:
        check_password(password, user, field="password")
    except Invalid as weak:
        return asked, weak  # the code is not used up by a password that is too weak
    asked.used_at, asked.user = now(), user
    asked.save(update_fields=["used_at"])
    _renew(user, password)
    return asked, None


def _renew(user: User, password: str) -> None:
    set_own_password(user, password)
    PasswordCode.objects.filter(user=user, used_at__isnull=True).update(expires_at=now())
    end_sessions(user)
    record(user, "people.password_reset", Actor(user=user, role=Role.CITIZEN, name=user.name))
    notify(user, CHANGED.code, {"username": user.username}, channels=("in_app", "sms", "email"))


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()
