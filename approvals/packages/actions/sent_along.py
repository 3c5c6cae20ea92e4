"""What comes with a package that a department's system sends in: uploaded files, whom an agent files for, promises.

The rules are those of the pages: a power of attorney is a scan and never only noted, an agent is somebody whom the portal
knows, a material follows only where every item that requires it lets it follow.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext_lazy as _

from approvals.cases.actions.sent_in import Applicant, known_person
from approvals.cases.models import ApplicantType
from approvals.cases.principals import PREFIX, Principal
from approvals.cases.registrations import FILE_KIND
from approvals.packages.later import Asked, Promise, last_days
from approvals.pledges.actions.materials import check_due
from approvals.pledges.subjects import Subject, refuse_barred
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, type_of_message
from portal.core.models import StoredFile
from portal.core.time import now
from portal.people.models import Organisation, User

if TYPE_CHECKING:
    from approvals.packages.merging import MergedMaterial

Faults = dict[str, type_of_message]
FRESH = dt.timedelta(days=6)  # a loose upload is swept after seven days
FILES_A_MATERIAL = 10
NO_KEY = _("The package asks for no material with this key.")
NO_UPLOAD = _("There is no such upload of your system. Upload the file again; an upload waits for six days.")


@dataclass(frozen=True, kw_only=True)
class Later:
    """A material that is to follow by a day; `agreed`: the applicant gave the word for it."""

    key: str
    due_on: dt.date
    agreed: bool


@dataclass(frozen=True, kw_only=True)
class PrincipalGiven:
    """Whom the applicant of the filing, then the agent, files for; the power of attorney as uploads."""

    name: str
    resident_number: str
    phone: str
    relation: str
    power_of_attorney: Sequence[int] = ()

    def __repr__(self) -> str:
        return "<principal given>"


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
    principal = _principal(sent.principal, applicant, account, wrong) if sent.principal is not None else None
    authority = _authority(sent.principal, uploads, wrong) if sent.principal is not None else []
    promises = _promises(actor, asked, sent, wrong)
    if promises:
        refuse_barred(_subject(applicant, account, principal))
    return Along(account, principal, authority, _files(asked, sent, uploads, wrong), promises)


def _uploads(actor: Actor, sent: Sent) -> dict[int, StoredFile]:
    """The fresh, loose uploads of this system among those that are named: one query, none where nothing is named."""
    named = {pk for some in sent.files.values() for pk in some}
    named |= set(sent.principal.power_of_attorney) if sent.principal is not None else set()
    if not named:
        return {}
    return StoredFile.objects.filter(
        owner_user_id=actor.user_id, kind=FILE_KIND, stream_id__isnull=True, created_at__gt=now() - FRESH
    ).in_bulk(named)  # fmt: skip


def _taken(pks: Sequence[int], uploads: Mapping[int, StoredFile], place: str, wrong: Faults) -> list[StoredFile]:
    for n, pk in enumerate(pks):
        if pk not in uploads:
            wrong[f"{place}.{n}"] = NO_UPLOAD
    return [uploads[pk] for pk in dict.fromkeys(pks) if pk in uploads]


def _files(
    asked: Asked, sent: Sent, uploads: Mapping[int, StoredFile], wrong: Faults
) -> dict[str, Sequence[StoredFile]]:
    keys = {one.key for one in asked.materials}
    found: dict[str, Sequence[StoredFile]] = {}
    for key, pks in sent.files.items():
        if key not in keys:
            wrong[f"files.{key}"] = NO_KEY
        elif taken := _taken(pks, uploads, f"files.{key}", wrong):
            found[key] = taken
    return found


# --- for somebody else ------------------------------------------------------------------------------------------------


def _principal(given: PrincipalGiven, agent: Applicant, account: User | None, wrong: Faults) -> Principal | None:
    if agent.type == ApplicantType.ORGANISATION:
        wrong["principal"] = _("An organisation is applied for by its registered agents, without a power of attorney.")
        return None
    if account is None:
        wrong["applicant.resident_number"] = _(
            "Whoever files for another person needs a verified account of the portal under this identity number. It is"
            " made at every window."
        )
    elif account.name != agent.name:
        wrong["applicant.name"] = _(
            "This name does not belong to this identity number. Please compare both with the card."
        )
    try:
        return Principal(
            name=given.name, resident_number=given.resident_number, phone=given.phone, relation=given.relation
        ).checked(account)
    except Invalid as error:
        wrong.update({f"principal.{name.removeprefix(PREFIX)}": said for name, said in error.fields.items()})
        return None


def _authority(given: PrincipalGiven, uploads: Mapping[int, StoredFile], wrong: Faults) -> list[StoredFile]:
    place = "principal.power_of_attorney"
    if not given.power_of_attorney:
        wrong[place] = _("Please upload the power of attorney of the person whom you file for.")
    return _taken(given.power_of_attorney, uploads, place, wrong)


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


def _subject(applicant: Applicant, account: User | None, principal: Principal | None) -> Subject:
    """Who is bound: the organisation, the person filed for, or the applicant, with or without an account."""
    if applicant.type == ApplicantType.ORGANISATION:
        firm = Organisation.objects.filter(uscc=applicant.uscc).values_list("pk", flat=True).first()
        return Subject(firm, None, applicant.name, applicant.uscc)
    if principal is not None:
        return Subject(None, None, principal.name, principal.resident_number)
    return Subject(None, account.pk if account else None, applicant.name, applicant.resident_number)
