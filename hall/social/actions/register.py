"""The register: appointing, another term, releasing."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hall.social import notices, terms
from hall.social.actions.common import manager
from hall.social.models import SocialSupervisor
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now, today
from portal.people.models import Department, User


@dataclass(frozen=True, kw_only=True)
class SupervisorDraft:
    """What an appointment letter says, and which units the person keeps away from (ids)."""

    category: str
    letter: str
    starts_on: dt.date
    ends_on: dt.date
    employer: str = ""
    avoids: Collection[int] = ()


@action
def appoint(actor: Actor, username: str, draft: SupervisorDraft) -> SocialSupervisor:
    """Enter somebody who has an account. Raises NotAllowed, and Invalid with `fields`."""
    manager(actor)
    wrong = _wrong(draft, None)
    user = User.objects.filter(username=username.strip(), is_active=True).first()
    if user is None or user.is_system:
        wrong["username"] = _("No account has this user name.")
    elif user.access.is_staff:
        wrong["username"] = _("Who works in the centre cannot supervise it for the public.")
    elif SocialSupervisor.objects.filter(user=user).exists():
        wrong["username"] = _("This person stands in the register already. Enter another term there.")
    if wrong or user is None:
        raise Invalid(fields=wrong)
    one = SocialSupervisor.objects.create(user=user, registered_at=now(), **_columns(draft))
    one.avoids.set(draft.avoids)
    record(one, "social.appointed", actor, data=_told(draft))
    notices.tell_appointed(one)
    return one


@action
def reappoint(actor: Actor, supervisor_id: int, draft: SupervisorDraft) -> SocialSupervisor:
    """Correct the entry, or write down another term with its letter. Raises NotFound, NotAllowed, Invalid."""
    one = _locked(actor, supervisor_id)
    if wrong := _wrong(draft, one):
        raise Invalid(fields=wrong)
    fresh = draft.letter.strip() != one.letter
    for name, value in _columns(draft).items():
        setattr(one, name, value)
    if fresh:
        one.released_on, one.release_note = None, ""
    one.save()
    one.avoids.set(draft.avoids)
    record(one, "social.reappointed" if fresh else "social.corrected", actor, data=_told(draft))
    if fresh:
        notices.tell_appointed(one)
    return one


@action
def release(actor: Actor, supervisor_id: int, *, note: str) -> SocialSupervisor:
    """End the office from today on. Raises NotFound, NotAllowed, WrongState, Invalid."""
    one = _locked(actor, supervisor_id)
    if one.released_on is not None:
        raise WrongState(_("The office of this person has ended already."))
    if not note.strip():
        raise Invalid(fields={"note": _("Please fill this in.")})
    one.released_on, one.release_note = today(), note.strip()[:300]
    one.save(update_fields=["released_on", "release_note"])
    record(one, "social.released", actor, data={"note": one.release_note})
    notices.tell_released(one)
    return one


def _locked(actor: Actor, supervisor_id: int) -> SocialSupervisor:
    manager(actor)
    try:
        return db.lock_row(SocialSupervisor.objects.select_related("user"), supervisor_id)
    except SocialSupervisor.DoesNotExist:
        raise NotFound() from None


def _columns(draft: SupervisorDraft) -> dict[str, object]:
    return {
        "category": draft.category, "employer": draft.employer.strip(), "letter": draft.letter.strip(),
        "starts_on": draft.starts_on, "ends_on": draft.ends_on,
    }  # fmt: skip


def _told(draft: SupervisorDraft) -> dict[str, object]:
    return {"letter": draft.letter.strip(), "from": draft.starts_on, "until": draft.ends_on}


def _wrong(draft: SupervisorDraft, own: SocialSupervisor | None) -> dict[str, type_of_message]:
    wrong: dict[str, type_of_message] = {}
    letters = SocialSupervisor.objects.filter(letter=draft.letter.strip())
    if draft.category not in SocialSupervisor.Category.values:
        wrong["category"] = _("Please choose one of the answers.")
    if not draft.letter.strip():
        wrong["letter"] = _("Please fill this in.")
    elif letters.exclude(pk=own.pk if own else 0).exists():
        wrong["letter"] = _("Another appointment letter has this number already.")
    latest = terms.latest_end(draft.starts_on)
    if draft.ends_on < draft.starts_on:
        wrong["ends_on"] = _("The term ends after it begins.")
    elif draft.ends_on > latest:
        wrong["ends_on"] = _("By rule a term that begins on %(start)s lasts until %(end)s at most.") % {
            "start": draft.starts_on,
            "end": latest,
        }
    if Department.objects.filter(pk__in=draft.avoids).count() != len(set(draft.avoids)):
        wrong["avoids"] = _("Please choose one of the answers.")
    return wrong
