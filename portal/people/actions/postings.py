"""Postings and leave: who holds which role from when to when, and who stands in. Nothing is ever deleted."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now, today
from portal.people.actions.guards import lock_administrators, only_administrators, require_an_administrator
from portal.people.models import Department, Leave, Posting, User
from portal.people.querysets import PostingQuerySet
from portal.people.roles import CENTRE_WIDE, STAFF, Role


@dataclass(frozen=True, kw_only=True)
class PostingDraft:
    """A role for a person, first and last day included; centre-wide roles have no department."""

    user_id: int
    role: str
    starts_on: dt.date
    department_id: int | None = None
    ends_on: dt.date | None = None
    substitute_id: int | None = None


@action
def make_posting(actor: Actor, draft: PostingDraft) -> Posting:
    """Post somebody. Raises Invalid with `fields`, NotAllowed."""
    only_administrators(actor)
    user = _person(draft.user_id)
    department = _department(draft)
    if wrong := _wrong_days(draft) | _wrong_substitute(user.pk, draft.substitute_id):
        raise Invalid(fields=wrong)
    if _overlapping(draft).exists():
        raise Invalid(fields={"role": _("This person holds this role there already in these days.")})
    posting = Posting.objects.create(
        user=user,
        department=department,
        role=draft.role,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        substitute_id=draft.substitute_id,
    )
    record(posting, "posting.made", actor, data=_data(posting))
    return posting


@action
def end_posting(actor: Actor, posting_id: int, *, on: dt.date | None = None) -> Posting:
    """End it with the day `on` (included), or at once without a day. Raises DomainError for the last administrator."""
    only_administrators(actor)
    lock_administrators()
    posting = _locked(posting_id)
    if posting.has_ended:
        raise WrongState(_("This posting has ended already."))
    if on is None or posting.is_to_come:
        posting.ends_on, posting.ended_at = max(posting.starts_on, today()), now()
    elif on < max(today(), posting.starts_on):
        raise Invalid(fields={"on": _("Choose today or a day to come. What has passed is not rewritten.")})
    else:
        posting.ends_on = on
    posting.save(update_fields=["ends_on", "ended_at"])
    if posting.role == Role.ADMINISTRATOR:
        require_an_administrator()
    record(posting, "posting.ended", actor, data={"on": posting.ends_on.isoformat(), "at_once": bool(posting.ended_at)})
    return posting


@action
def set_substitute(actor: Actor, posting_id: int, substitute_id: int | None) -> Posting:
    """Name the colleague who stands in while the holder is on leave, or nobody."""
    only_administrators(actor)
    posting = _locked(posting_id)
    if posting.has_ended:
        raise WrongState(_("This posting has ended already."))
    if wrong := _wrong_substitute(posting.user_id, substitute_id):
        raise Invalid(fields=wrong)
    before, posting.substitute_id = posting.substitute_id, substitute_id
    posting.save(update_fields=["substitute"])
    record(posting, "posting.substitute", actor, data={"before": before, "after": substitute_id})
    return posting


@action
def take_leave(actor: Actor, *, user_id: int, kind: str, starts_on: dt.date, ends_on: dt.date) -> Leave:
    """Enter days away. On these days the substitutes of the person's postings hold their roles as well."""
    only_administrators(actor)
    user = _person(user_id)
    if ends_on < starts_on:
        raise Invalid(fields={"ends_on": _("The last day lies before the first one.")})
    if ends_on < today():
        raise Invalid(fields={"ends_on": _("These days have passed already.")})
    if Leave.objects.filter(
        user=user, cancelled_at__isnull=True, starts_on__lte=ends_on, ends_on__gte=starts_on
    ).exists():
        raise Invalid(fields={"starts_on": _("This person is on leave already on some of these days.")})
    leave = Leave.objects.create(user=user, kind=kind, starts_on=starts_on, ends_on=ends_on)
    record(leave, "leave.taken", actor, data={"from": starts_on.isoformat(), "to": ends_on.isoformat(), "kind": kind})
    return leave


@action
def cancel_leave(actor: Actor, leave_id: int) -> Leave:
    """The person is back: from this moment on nobody stands in."""
    only_administrators(actor)
    try:
        leave = db.lock_row(Leave.objects.all(), leave_id)
    except Leave.DoesNotExist:
        raise NotFound from None
    if leave.cancelled_at is not None or leave.ends_on < today():
        raise WrongState(_("This leave is over already."))
    leave.cancelled_at = now()
    leave.save(update_fields=["cancelled_at"])
    record(leave, "leave.cancelled", actor)
    return leave


def _locked(posting_id: int) -> Posting:
    try:
        return db.lock_row(Posting.objects.all(), posting_id)
    except Posting.DoesNotExist:
        raise NotFound from None


def _person(user_id: int) -> User:
    """The person under a lock, so that two postings at the same moment do not overlap. Raises Invalid."""
    person = User.objects.staff().filter(pk=user_id, is_active=True).first()
    if person is None:
        raise Invalid(fields={"user": _("Choose an active account of the staff.")})
    return db.lock_row(User.objects.all(), user_id)


def _department(draft: PostingDraft) -> Department | None:
    """The department of the posting. Raises Invalid with `fields`."""
    if draft.role not in {role.value for role in STAFF}:
        raise Invalid(fields={"role": _("Choose a role.")})
    if draft.role in CENTRE_WIDE:
        if draft.department_id is not None:
            raise Invalid(fields={"department": _("This role is for the whole centre: leave the department empty.")})
        return None
    open_then = Department.objects.open_on(draft.starts_on)
    department = open_then.filter(pk=draft.department_id).first() if draft.department_id is not None else None
    if department is None:
        raise Invalid(fields={"department": _("This role needs a department that is open on the first day.")})
    return department


def _wrong_days(draft: PostingDraft) -> dict[str, type_of_message]:
    if draft.starts_on < today():
        return {"starts_on": _("A posting begins today or on a day to come. What has passed is not rewritten.")}
    if draft.ends_on is not None and draft.ends_on < draft.starts_on:
        return {"ends_on": _("The last day lies before the first one.")}
    return {}


def _wrong_substitute(user_id: int, substitute_id: int | None) -> dict[str, type_of_message]:
    if substitute_id is None:
        return {}
    if substitute_id == user_id:
        return {"substitute": _("Nobody stands in for themselves: choose a colleague.")}
    if not User.objects.staff().filter(pk=substitute_id, is_active=True).exists():
        return {"substitute": _("Choose an active account of the staff.")}
    return {}


def _overlapping(draft: PostingDraft) -> "PostingQuerySet":
    """The person's postings of the same role and department that share a day with the draft."""
    same = Posting.objects.filter(
        user=draft.user_id, role=draft.role, department=draft.department_id, ended_at__isnull=True
    )
    if draft.ends_on is not None:
        same = same.filter(starts_on__lte=draft.ends_on)
    return same.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=draft.starts_on))


def _data(posting: Posting) -> dict[str, object]:
    return {
        "role": posting.role,
        "department": posting.department.code if posting.department else "",
        "from": posting.starts_on.isoformat(),
        "to": posting.ends_on.isoformat() if posting.ends_on else "",
        "substitute": posting.substitute_id,
    }
