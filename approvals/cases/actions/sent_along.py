"""What comes with a filing that a department's system sends in: uploaded files, and whom an agent files for.

The rules are those of the pages: a power of attorney is a scan and never only noted, an agent is somebody whom the portal
knows.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import gettext_lazy as _

from approvals.cases.catalogue_memory import Asked
from approvals.cases.models import ApplicantType, Case
from approvals.cases.principals import PREFIX, Principal
from approvals.cases.registrations import FILE_KIND
from approvals.catalogue.models import Item
from portal.core.actors import Actor
from portal.core.crypto import blind
from portal.core.errors import Invalid, type_of_message
from portal.core.models import StoredFile
from portal.core.time import now
from portal.people.models import Citizen, User

if TYPE_CHECKING:
    from approvals.cases.actions.sent_in import Applicant

Faults = dict[str, type_of_message]
FRESH = dt.timedelta(days=6)  # a loose upload is swept after seven days
FILES_A_MATERIAL = 10
NO_UPLOAD = _("There is no such upload of your system. Upload the file again; an upload waits for six days.")


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


class Later(Protocol):
    """Promises to bring a material later (容缺受理), as the room of promises looks at them and writes them down."""

    def content(self) -> list[Any]: ...

    def look_at(self, item: Item, asked: Asked, there: set[str], wrong: Faults) -> frozenset[str]: ...

    def refuse_barred(self, applicant: "Applicant", account_id: int | None, principal: Principal | None) -> None: ...

    def note(self, actor: Actor, case: Case) -> None: ...


@dataclass(frozen=True)
class Along:
    """What came along and was found good: files by the code of their material, whom the agent files for."""

    files: Mapping[str, Sequence[StoredFile]] = field(default_factory=dict)
    principal: Principal | None = None
    power_of_attorney: Sequence[StoredFile] = ()
    later: frozenset[str] = frozenset()


def known_person(who: "Applicant") -> User | None:
    """The verified account with the person's identity number; None for an organisation and for whoever has none."""
    if not who.resident_number or who.type != ApplicantType.PERSON:
        return None
    known = Citizen.objects.filter(
        resident_blind=blind("resident_number", who.resident_number), verified_at__isnull=False, user__is_active=True
    )
    citizen = known.select_related("user").order_by("pk").first()
    return citizen.user if citizen is not None else None


def uploads_of(actor: Actor, named: Collection[int]) -> dict[int, StoredFile]:
    """The fresh, loose uploads of this system among those that are named: one query, none where nothing is named."""
    if not named:
        return {}
    return StoredFile.objects.filter(
        owner_user_id=actor.user_id, kind=FILE_KIND, stream_id__isnull=True, created_at__gt=now() - FRESH
    ).in_bulk(named)  # fmt: skip


def taken(pks: Sequence[int], uploads: Mapping[int, StoredFile], place: str, wrong: Faults) -> list[StoredFile]:
    """Those of them in the order named; what is no upload goes into `wrong`."""
    for n, pk in enumerate(pks):
        if pk not in uploads:
            wrong[f"{place}.{n}"] = NO_UPLOAD
    return [uploads[pk] for pk in dict.fromkeys(pks) if pk in uploads]


def principal_from(given: PrincipalGiven, agent: "Applicant", account: User | None, wrong: Faults) -> Principal | None:
    """The principal, checked against the agent's account; every fault goes into `wrong`."""
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


def authority(given: PrincipalGiven, uploads: Mapping[int, StoredFile], wrong: Faults) -> list[StoredFile]:
    """The scan of the power of attorney."""
    place = "principal.power_of_attorney"
    if not given.power_of_attorney:
        wrong[place] = _("Please upload the power of attorney of the person whom you file for.")
    return taken(given.power_of_attorney, uploads, place, wrong)
