"""Who may take a result out of the window's hands: the applicant, or somebody with a power of attorney."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.cases.effects import content_of
from approvals.cases.models import Case, principal_of
from approvals.delivery.models import Delivery
from portal.core.errors import Invalid
from portal.core.identity import check_resident_number, normalise_resident
from portal.people.models import Citizen, Membership


@dataclass(frozen=True)
class Receiver:
    """Whoever stands at the window; `agent` shows a power of attorney, whose number goes on record."""

    name: str
    resident_number: str
    agent: bool = False
    power_of_attorney: str = ""
    signed: bool = False


def check(case: Case, receiver: Receiver) -> str:
    """The kind of proof that this receiver gives. Raises Invalid, naming the fields, for a stranger."""
    wrong: dict[str, Any] = {}
    if not receiver.name.strip():
        wrong["name"] = _("Please fill this in.")
    if not receiver.signed:
        wrong["signed"] = _("The receiver has to sign.")
    try:
        check_resident_number(receiver.resident_number)
    except Invalid as error:
        wrong["resident_number"] = error.message
    if receiver.agent and not receiver.power_of_attorney.strip():
        wrong["power_of_attorney"] = _("Without a power of attorney nothing is handed to somebody else.")
    if not wrong and not receiver.agent and not _is_entitled(case, receiver.resident_number):
        wrong["resident_number"] = _(
            "This is not the number of the applicant. Somebody else needs a power of attorney."
        )
    if wrong:
        raise Invalid(fields=wrong)
    return Delivery.Proof.AGENT if receiver.agent else Delivery.Proof.SIGNED


def _is_entitled(case: Case, number: str) -> bool:
    return normalise_resident(number) in {normalise_resident(one) for one in numbers_of(case) if one}


def numbers_of(case: Case) -> list[str]:
    """The identity numbers that belong to the applicant's side: the person, whom they filed for, a firm's agents."""
    principal = principal_of(case)
    found = [content_of(case).resident_number]
    if principal is not None:
        found.append(principal.resident_number)
    people = [case.applicant_id]
    if case.organisation_id is not None:
        members = Membership.objects.in_force().filter(organisation=case.organisation_id)
        people += list(members.values_list("user_id", flat=True))
    found += [citizen.resident_number for citizen in Citizen.objects.filter(user__in=[pk for pk in people if pk])]
    return found
