"""Whose promise it is: the organisation, the person filed for, or the applicant; and what bars them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.cases.models import Case, PrincipalFields, principal_of
from approvals.pledges.models import CreditRecord
from portal.core.errors import WrongState
from portal.core.templatetags.portal import day as in_words

if TYPE_CHECKING:
    from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is bound by a promise. `number` is the resident number or the credit code."""

    organisation_id: int | None
    person_id: int | None
    name: str
    number: str

    def __repr__(self) -> str:
        return "<subject>"


def subject_of(case: Case) -> Subject:
    """The subject of a case; the agent is never bound by what the principal promises."""
    if case.organisation is not None:
        return Subject(case.organisation_id, None, case.organisation.name, case.organisation.uscc)
    return person_subject(case.applicant, case.applicant_name, principal_of(case))


def person_subject(applicant: "User | None", name: str, principal: PrincipalFields | None) -> Subject:
    """The person filed for, or the one who files."""
    if principal is not None:
        return Subject(None, None, principal.name, principal.resident_number)
    citizen = getattr(applicant, "citizen", None)
    return Subject(None, applicant.pk if applicant else None, name, citizen.resident_number if citizen else "")


def bar_of(subject: Subject) -> CreditRecord | None:
    """The record that holds longest today; a person is found under every account by the resident number."""
    if subject.organisation_id is not None:
        same = Q(organisation=subject.organisation_id)
    else:
        same = Q(pk__in=[])
        if subject.person_id is not None:
            same |= Q(person=subject.person_id, organisation__isnull=True)
        if subject.number:
            same |= Q(subject_blind__matches=subject.number, organisation__isnull=True)
    found: CreditRecord | None = CreditRecord.objects.barring().filter(same).order_by("-until_on").first()
    return found


class Barred(WrongState):
    """A credit record stands against a promise."""

    code = "barred_by_credit_record"
    default_message = _(
        "Until %(until)s you cannot promise or sign anything in place of materials: since %(begin)s there is a credit"
        " record “%(ground)s” (%(source)s). You can file with all materials, object to the record or ask for its repair."
    )


def refuse_if_barred(case: Case) -> None:
    """Raises Barred, naming ground, source and end."""
    refuse_barred(subject_of(case))


def refuse_barred(subject: Subject) -> None:
    """The same for a subject that no case stands for yet."""
    if found := bar_of(subject):
        raise barred_by(found)


def barred_by(record: CreditRecord) -> Barred:
    return Barred(
        until=in_words(record.until_on), begin=in_words(record.from_on), ground=record.get_ground_display(),
        source=record.source,
    )  # fmt: skip
