"""Registering a tender with its lots, and correcting it while it is not announced."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, Stale, WrongState, type_of_message
from portal.core.events import record
from portal.core.identity import check_uscc
from portal.core.money import format_yuan
from portal.core.numbers import next_number
from portal.core.search import document
from portal.core.statistics import watch
from portal.core.time import now, today
from portal.people.models import Organisation
from procurement.bidders.agents import acts_for
from procurement.bidders.policies import may_manage_trading
from procurement.bidders.standing import Blocked, check_may_run
from procurement.models import SALES, Category, Method
from procurement.tenders import periods
from procurement.tenders.actions.common import locked, person
from procurement.tenders.lifecycle import TENDER
from procurement.tenders.measures import TENDER_MEASURES
from procurement.tenders.models import Lot, Project

PREFIX, PLACE = "JY", "JYZX"
MOST_LOTS = 30
# Which methods a category knows; tenders of works are open or invited (Tendering Law, art. 10).
METHODS: dict[str, frozenset[str]] = {
    Category.CONSTRUCTION: frozenset({Method.OPEN, Method.INVITED}),
    Category.GOVERNMENT: frozenset(set(Method) - {Method.LISTING, Method.AUCTION}),
    Category.LAND: frozenset({Method.OPEN, Method.LISTING, Method.AUCTION}),
    Category.PROPERTY: frozenset({Method.OPEN, Method.LISTING, Method.AUCTION}),
    Category.OTHER: frozenset(Method),
    Category.INTERMEDIARY: frozenset({Method.OPEN, Method.CONSULTATION, Method.INQUIRY, Method.SINGLE}),
}


@dataclass(frozen=True, kw_only=True)
class LotDraft:
    """One lot as it is typed; amounts in fen."""

    name: str
    budget_fen: int
    control_price_fen: int | None = None
    bond_fen: int = 0


@dataclass(frozen=True, kw_only=True)
class TenderDraft:
    """A registration as it is typed; organisations by their credit code."""

    category: str
    method: str
    title: str
    summary: str
    contact: str
    buyer_uscc: str
    agency_uscc: str = ""
    qualification: str = ""
    below_threshold: bool = False
    sign_in_for_documents: bool = True
    joint_allowed: bool = False
    own_layer: bool = False
    signature_required: bool = False
    waived_fen: int = 0
    lots: Sequence[LotDraft] = ()


@action
def register(actor: Actor, draft: TenderDraft) -> Project:
    """Register a tender: by the trading centre, or by an agent of the buyer or the agency. Raises Invalid."""
    user = person(actor)
    values = _clean(draft)
    project = Project(**values, registered_by=user, registered_at=now())
    _check_may_register(actor, project)
    project.number = next_number(PREFIX, PLACE, today())
    with watch(TENDER_MEASURES, project):
        project.save()
    _write_lots(project, draft.lots)
    record(project, "tender.registered", actor, to_state=project.state, data={"lots": len(draft.lots)})
    return project


@action
def rewrite(actor: Actor, project_id: int, draft: TenderDraft, *, state_version: int) -> Project:
    """Correct a registration; one that was sent back goes to the review again. Raises Invalid, Stale, WrongState."""
    project = locked(actor, project_id)
    if project.state == "sent_back":
        step = TENDER.begin(project, "resubmit", actor, state_version=state_version)
        step.apply()
    elif project.state != "registered":
        raise WrongState(_("What has been reviewed is corrected only after it was sent back."))
    elif actor.user is None or not TENDER.transitions["resubmit"].may(actor.user, project):
        raise NotAllowed()
    elif state_version != project.state_version:
        raise Stale()
    else:
        project.state_version += 1
    values = _clean(draft)
    if project.repeats_id is not None and draft.method != project.method:
        raise Invalid(fields={"method": _("A repeated tender keeps its method; another one needs its approval first.")})
    for name, value in values.items():
        setattr(project, name, value)
    _check_may_register(actor, project)
    with watch(TENDER_MEASURES, project):
        project.save()
    _rewrite_lots(project, draft.lots)
    record(project, "tender.rewritten", actor, to_state=project.state, data={"lots": len(draft.lots)})
    return project


def _check_may_register(actor: Actor, project: Project) -> None:
    user = person(actor)
    mine = acts_for(user, project.buyer_id) or acts_for(user, project.agency_id)
    if not mine and not may_manage_trading(user):
        raise Invalid(fields={"buyer_uscc": _("You act for neither the buyer nor the agency that you name.")})
    if project.agency is not None:
        try:
            check_may_run(project.agency.uscc, today())
        except Blocked as error:
            raise Invalid(fields={"agency_uscc": error.message}, code=error.code) from None


def _write_lots(project: Project, lots: Sequence[LotDraft]) -> None:
    Lot.objects.bulk_create(Lot(project=project, number=n, **vars(lot)) for n, lot in enumerate(lots, start=1))


def _rewrite_lots(project: Project, lots: Sequence[LotDraft]) -> None:
    """Lots keep their row by their number, since rooms above hang on it (the scoring sheet)."""
    project.lots.filter(number__gt=len(lots)).delete()
    for n, lot in enumerate(lots, start=1):
        Lot.objects.update_or_create(project=project, number=n, defaults=vars(lot))


def _clean(draft: TenderDraft) -> dict[str, Any]:
    """The columns of the project, checked; the field `lots` gathers what is wrong with the lots."""
    wrong: dict[str, type_of_message] = {}
    values: dict[str, Any] = {
        name: " ".join(getattr(draft, name).split()) if name in ("title", "contact") else getattr(draft, name).strip()
        for name in ("title", "summary", "contact", "qualification")
    }
    wrong |= {name: _("Please fill this in.") for name in ("title", "summary", "contact") if not values[name]}
    if draft.method not in METHODS.get(draft.category, frozenset()):
        wrong["method"] = _("This method does not exist for this category.")
    if draft.below_threshold and draft.method in SALES:
        wrong["below_threshold"] = _("A sale has no threshold.")
    for name, typed in (("buyer", draft.buyer_uscc), ("agency", draft.agency_uscc)):
        try:
            values[name] = _organisation(typed) if typed.strip() or name == "buyer" else None
        except Invalid as error:
            wrong[f"{name}_uscc"] = error.message
    if problem := _wrong_lots(draft):
        wrong["lots"] = problem
    if wrong:
        raise Invalid(fields=wrong)
    names = ("category", "method", "below_threshold", "sign_in_for_documents", "joint_allowed", "own_layer",
             "signature_required", "waived_fen")  # fmt: skip
    values |= {name: getattr(draft, name) for name in names}
    values["budget_fen"] = sum(lot.budget_fen for lot in draft.lots)
    buyer = values["buyer"].name
    values["search"] = document(names=[values["title"]], texts=[buyer, *(lot.name for lot in draft.lots)])
    return values


def _organisation(typed: str) -> Organisation:
    uscc = check_uscc(typed)
    found = Organisation.objects.filter(uscc=uscc).first()
    if found is None:
        raise Invalid(_("No organisation is registered under this code. Its legal person registers it first."))
    return found


def _wrong_lots(draft: TenderDraft) -> type_of_message:
    if not 1 <= len(draft.lots) <= MOST_LOTS:
        return _("Enter between 1 and %(n)s lots.") % {"n": MOST_LOTS}
    share = periods.bond_share(draft, today())
    for n, lot in enumerate(draft.lots, start=1):
        if not lot.name.strip() or lot.budget_fen <= 0:
            return _("Lot %(n)s needs a name and an amount.") % {"n": n}
        if lot.control_price_fen is not None and lot.control_price_fen > lot.budget_fen:
            return _("Lot %(n)s: the control price lies over the budget.") % {"n": n}
        limit = int(Fraction(lot.budget_fen) * share.share)
        if lot.bond_fen > limit and draft.method not in SALES:
            return _("Lot %(n)s: the bid bond is at most %(limit)s yuan, %(share)s of the budget (%(source)s).") % {
                "n": n,
                "limit": format_yuan(limit),
                "share": f"{float(share.value) * 100:g}%",
                "source": share.display_source,
            }
    return ""
