"""What comes with a package that a department's system sends in: uploaded files, whom an agent files for, promises.

The rules are those of the pages: a power of attorney is a scan and never only noted, an agent is somebody whom the portal
knows, a material follows only where every item that requires it lets it follow.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext_lazy as _

from approvals.cases.actions.sent_along import (
    FILES_A_MATERIAL,
    FRESH,
    PrincipalGiven,
    authority,
    known_person,
    principal_from,
    taken,
    uploads_of,
)
from approvals.cases.actions.sent_in import Applicant
from approvals.cases.principals import Principal
from approvals.packages.later import Asked, Promise, last_days
from approvals.pledges.actions.materials import check_due
from approvals.pledges.sent_along import subject_of
from approvals.pledges.subjects import refuse_barred
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, type_of_message
from portal.core.models import StoredFile
from portal.core.time import now
from portal.people.models import User

if TYPE_CHECKING:
    from approvals.packages.merging import MergedMaterial

Faults = dict[str, type_of_message]
NO_KEY = _("The package asks for no material with this key.")


__all__ = ["FILES_A_MATERIAL", "FRESH", "Along", "Later", "PrincipalGiven", "look_at"]


@dataclass(frozen=True, kw_only=True)
class Later:
    """A material that is to follow by a day; `agreed`: the applicant gave the word for it."""

    key: str
    due_on: dt.date
    agreed: bool


class Sent(Protocol):
    """The members of a sending that are looked at here."""

    @property
    def on_paper(self) -> Sequence[str]: ...

    @property
    def files(self) -> Mapping[str, Sequence[int]]: ...

    @property
    def later(self) -> Sequence[Later]: ...

    @property
    def principal(self) -> PrincipalGiven | None: ...


@dataclass(frozen=True)
class Along:
    """What was found good. `account` is the applicant's, where one is known."""

    account: User | None
    principal: Principal | None = None
    power_of_attorney: Sequence[StoredFile] = ()
    files: Mapping[str, Sequence[StoredFile]] = field(default_factory=dict)
    promises: Sequence[Promise] = ()


def look_at(actor: Actor, asked: Asked, applicant: Applicant, sent: Sent, wrong: Faults) -> Along:
    """Everything that comes along; the place of every fault goes into `wrong`. Raises Barred."""
    account = known_person(applicant)
    uploads = _uploads(actor, sent)
    principal = principal_from(sent.principal, applicant, account, wrong) if sent.principal is not None else None
    scan = authority(sent.principal, uploads, wrong) if sent.principal is not None else []
    promises = _promises(actor, asked, sent, wrong)
    if promises:
        refuse_barred(subject_of(applicant, account, principal))
    return Along(account, principal, scan, _files(asked, sent, uploads, wrong), promises)


def _uploads(actor: Actor, sent: Sent) -> dict[int, StoredFile]:
    named = {pk for some in sent.files.values() for pk in some}
    named |= set(sent.principal.power_of_attorney) if sent.principal is not None else set()
    return uploads_of(actor, named)


def _files(
    asked: Asked, sent: Sent, uploads: Mapping[int, StoredFile], wrong: Faults
) -> dict[str, Sequence[StoredFile]]:
    keys = {one.key for one in asked.materials}
    found: dict[str, Sequence[StoredFile]] = {}
    for key, pks in sent.files.items():
        if key not in keys:
            wrong[f"files.{key}"] = NO_KEY
        elif some := taken(pks, uploads, f"files.{key}", wrong):
            found[key] = some
    return found


# --- what follows later -----------------------------------------------------------------------------------------------


def _promises(actor: Actor, asked: Asked, sent: Sent, wrong: Faults) -> list[Promise]:
    if not sent.later:
        return []
    keys, days = {one.key: one for one in asked.materials}, last_days(asked)
    there = {*sent.on_paper, *sent.files}
    found: dict[str, Promise] = {}
    for n, one in enumerate(sent.later):
        if fault := _fault(one, keys, days, there | found.keys()):
            wrong[f"later.{n}.{fault[0]}"] = fault[1]
        else:
            found[one.key] = Promise(keys[one.key], one.due_on, actor.user_id, now())
    return list(found.values())


def _fault(
    one: Later, keys: "Mapping[str, MergedMaterial]", days: Mapping[str, dt.date | None], there: Collection[str]
) -> tuple[str, type_of_message] | None:
    """The member that is wrong, and why."""
    if one.key not in keys:
        return "key", NO_KEY
    if one.key in there:
        return "key", _("This material is there already. Take it out first if it is to follow later.")
    if one.key not in days:
        return "key", str(_("“%(material)s” may not follow later. Please bring it.")) % {"material": keys[one.key].name}
    if not one.agreed:
        return "agreed", _("Without the applicant’s word nothing may be left for later.")
    try:
        check_due(days[one.key], one.due_on)
    except Invalid as error:
        return "due_on", error.fields["due_on"]
    except DomainError as error:
        return "key", error.message
    return None
