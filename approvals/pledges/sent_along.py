"""Promises to bring a material later (容缺受理) that come with a filing of a department's system."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from approvals.cases.actions.sent_along import Faults
from approvals.cases.actions.sent_in import Applicant
from approvals.cases.catalogue_memory import Asked
from approvals.cases.models import ApplicantType, Case
from approvals.cases.principals import Principal
from approvals.catalogue.models import Item, Material
from approvals.pledges import terms
from approvals.pledges.actions.materials import check_due
from approvals.pledges.measures import PROMISED_MEASURES
from approvals.pledges.models import PromisedMaterial
from approvals.pledges.subjects import Subject, refuse_barred
from portal.core import statistics
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, type_of_message
from portal.people.models import Organisation, User


@dataclass(frozen=True, kw_only=True)
class LaterGiven:
    """A material that is to follow by a day, by its code; `agreed`: the applicant gave the word for it."""

    material: str
    due_on: dt.date
    agreed: bool


@dataclass
class Promises:
    """What `send_in` of the cases asks: whether the promises may be given, and to write them down. The rules are those of
    a clerk at the window: the system gives the applicant's word."""

    given: Sequence[LaterGiven]
    _good: list[tuple[Material, dt.date]] = field(default_factory=list)
    _first: bool = False

    def content(self) -> list[list[str | bool]]:
        """What of them makes two sendings the same one."""
        return [[one.material, one.due_on.isoformat(), one.agreed] for one in self.given]

    def look_at(self, item: Item, asked: Asked, there: set[str], wrong: Faults) -> frozenset[str]:
        """The codes that are to follow later; the place of every fault goes into `wrong`."""
        self._good = []  # a transaction that lost to others is run again
        self._first = terms.decides_first(item.pk)
        latest = terms.latest_of(item.current, first=self._first)
        taken = set(there)
        for n, one in enumerate(self.given):
            material = asked.material(one.material)
            if fault := _fault(one, material, latest, taken):
                wrong[f"later.{n}.{fault[0]}"] = fault[1]
            elif material is not None:
                taken.add(material.code)
                self._good.append((material, one.due_on))
        return frozenset(one.material for one in self.given)

    def refuse_barred(self, applicant: Applicant, account_id: int | None, principal: Principal | None) -> None:
        """Raises Barred for a credit record against whoever is bound."""
        refuse_barred(_bound(applicant, account_id, principal))

    def note(self, actor: Actor, case: Case) -> None:
        """Write them down; of a draft they are wishes until it is filed. Two statements."""
        made = PromisedMaterial.objects.bulk_create(
            PromisedMaterial(
                case=case, material=material, counted_for_id=case.department_id, item_id=case.item_id, due_on=due_on,
                decides_first=self._first, made_by=actor.user, at_window=True, promised_on=case.submitted_on,
            )
            for material, due_on in self._good
        )  # fmt: skip
        if not case.is_draft:
            statistics.mark_new(PROMISED_MEASURES, *made)


def _fault(
    one: LaterGiven, material: Material | None, latest: dt.date | None, there: set[str]
) -> tuple[str, type_of_message] | None:
    """The member that is wrong, and why."""
    if material is None:
        return "material", _("The item asks for no material with this code.")
    if material.code in there:
        return "material", _("This material is there already. Take it out first if it is to follow later.")
    if not (material.tolerable and material.required):
        words = _("“%(material)s” may not follow later. Please bring it.")
        return "material", str(words) % {"material": material.local_name}
    if not one.agreed:
        return "agreed", _("Without the applicant’s word nothing may be left for later.")
    try:
        check_due(latest, one.due_on)
    except Invalid as error:
        return "due_on", error.fields["due_on"]
    except DomainError as error:
        return "material", error.message
    return None


def subject_of(applicant: Applicant, account: User | None, principal: Principal | None) -> Subject:
    """Who is bound: the organisation, the person filed for, or the applicant, with or without an account."""
    return _bound(applicant, account.pk if account else None, principal)


def _bound(applicant: Applicant, account_id: int | None, principal: Principal | None) -> Subject:
    if applicant.type == ApplicantType.ORGANISATION:
        firm = Organisation.objects.filter(uscc=applicant.uscc).values_list("pk", flat=True).first()
        return Subject(firm, None, applicant.name, applicant.uscc)
    if principal is not None:
        return Subject(None, None, principal.name, principal.resident_number)
    return Subject(None, account_id, applicant.name, applicant.resident_number)
