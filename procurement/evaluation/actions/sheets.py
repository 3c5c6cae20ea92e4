"""Writing the scoring sheet of a lot; after the announcement it changes only by a change notice."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState, type_of_message
from portal.core.events import record
from portal.core.rules import Rule, rule
from portal.core.time import now, today
from procurement.evaluation import policies
from procurement.evaluation.actions.common import PORTAL, person
from procurement.evaluation.models import Criterion, Sheet
from procurement.evaluation.models.sheet import POINTED, REVIEWED
from procurement.evaluation.rules import CANDIDATES, CONSULTATION_WEIGHTS, METHODS, SMALL, WEIGHTS
from procurement.models import Method
from procurement.tenders import policies as tender_policies
from procurement.tenders.actions.announcing import change
from procurement.tenders.lifecycle import TENDER
from procurement.tenders.models import Lot, Notice, Project
from procurement.tenders.periods import by_law

MOST_CRITERIA = 60
TOTAL = 100
EDITABLE = frozenset({"registered", "sent_back"})


@dataclass(frozen=True, kw_only=True)
class CriterionDraft:
    """One line as it is typed."""

    part: str
    title: str
    note: str = ""
    max_points: Decimal = Decimal(0)
    objective: bool = False


@dataclass(frozen=True, kw_only=True)
class SheetDraft:
    """A sheet as it is typed; shares are parts of one."""

    method: str
    object: str
    price_weight: int = 0
    small_discount: Decimal = Decimal(0)
    above: Decimal = Decimal(0)
    below: Decimal = Decimal(0)
    floating: Decimal = Decimal(0)
    trim_from: int = 5
    ceiling_share: Decimal = Decimal(0)
    candidates: int = 3
    separated: bool = False
    separation_ground: str = ""
    criteria: Sequence[CriterionDraft] = ()


@action
def write_sheet(actor: Actor, lot_id: int, draft: SheetDraft, *, state_version: int) -> Sheet:
    """Write or correct the sheet while the tender is registered. Raises Invalid, NotAllowed, Stale, WrongState."""
    project, lot = _opened(actor, lot_id)
    if state_version != project.state_version:
        raise Stale()
    if project.state not in EDITABLE:
        raise WrongState(
            _("The sheet belongs to the tender documents. After the review it changes only by a change notice.")
        )
    sheet = put_sheet(project, lot, draft)
    project.state_version += 1
    project.save(update_fields=["state_version"])
    record(project, "tender.sheet_written", actor, to_state=project.state, data={"lot": lot.number})
    return sheet


@action
def change_sheet(actor: Actor, lot_id: int, draft: SheetDraft, *, text: str, state_version: int) -> Notice:
    """Change the sheet of an announced tender by a notice, which moves the deadline by rule.

    Raises Invalid, NotAllowed, Stale, WrongState after the deadline.
    """
    project, lot = _opened(actor, lot_id)
    step = TENDER.begin(project, "change", actor, state_version=state_version)
    if project.deadline_at is None or now() >= project.deadline_at:
        raise WrongState(_("After the deadline nobody changes how bids are judged."))
    if not text.strip():
        raise Invalid(fields={"text": _("Write what changes.")})
    put_sheet(project, lot, draft)
    made = change(project, step, actor, text.strip(), True)
    record(project, "tender.sheet_written", actor, to_state=project.state, data={"lot": lot.number, "notice": made.pk})
    return made


def _opened(actor: Actor, lot_id: int) -> tuple[Project, Lot]:
    """The tender, locked, and the lot; NotFound for who may not open it, NotAllowed for who only reads."""
    lot = Lot.objects.filter(pk=lot_id).first()
    if lot is None:
        raise NotFound()
    project = db.lock_row(Project.objects.select_related("buyer", "agency"), lot.project_id)
    user = person(actor)
    if not tender_policies.may_open(user, project):
        raise NotFound()
    if not policies.may_write_sheet(user, project):
        raise NotAllowed()
    if project.is_sale:
        raise WrongState(_("A sale goes to the highest price; it has no scoring sheet."))
    return project, lot


def put_sheet(project: Project, lot: Lot, draft: SheetDraft) -> Sheet:
    """The plain function under writing and changing a sheet; the tender is locked. Raises Invalid."""
    check(project, lot, draft)
    values = {name: value for name, value in vars(draft).items() if name != "criteria"}
    values |= {"written_at": now(), "separation_ground": draft.separation_ground.strip() if draft.separated else ""}
    sheet, _made = Sheet.objects.update_or_create(lot=lot, defaults=values)
    sheet.criteria.all().delete()
    Criterion.objects.bulk_create(
        Criterion(sheet=sheet, order=n, **{**vars(one), "title": one.title.strip(), "note": one.note.strip()})
        for n, one in enumerate(draft.criteria, start=1)
    )
    return sheet


# --- what a sheet must fulfil -----------------------------------------------------------------------------------------


def check(project: Project, lot: Lot, draft: SheetDraft) -> None:
    """The rules of law and of arithmetic that a sheet fulfils. Raises Invalid that names each field."""
    wrong: dict[str, type_of_message] = {}
    if draft.method not in methods_of(project):
        wrong["method"] = _("This tender cannot be evaluated by this method.")
    elif problem := _wrong_separation(project, draft):
        wrong["separated"] = problem
    if problem := _wrong_price(project, draft):
        wrong["price_weight"] = problem
    if problem := _wrong_discount(project, draft):
        wrong["small_discount"] = problem
    if problem := _wrong_benchmark(lot, draft):
        wrong["above"] = problem
    most = rule(by_law(CANDIDATES, project), today())
    if not 1 <= draft.candidates <= most.days:
        wrong["candidates"] = _("A lot has between 1 and %(n)s candidates (%(source)s).") % {
            "n": most.days,
            "source": most.display_source,
        }
    if problem := _wrong_criteria(draft):
        wrong["criteria"] = problem
    if wrong:
        raise Invalid(fields=wrong)


def methods_of(project: Project) -> list[str]:
    """Government procurement knows the lowest price and comprehensive scoring; tendering also the benchmark.

    Negotiation and inquiry go to the lowest price, consultation to comprehensive scoring: a dated rule.
    """
    if policies.is_government(project):
        only = rule(METHODS, today()).value.get(project.method)
        return [only] if only else [Sheet.Method.LOWEST, Sheet.Method.COMPREHENSIVE]
    return list(Sheet.Method.values)


def _wrong_separation(project: Project, draft: SheetDraft) -> type_of_message:
    if draft.separated and policies.is_government(project):
        return _("Government procurement awards by the order of the candidates; it cannot be separated.")
    if draft.separated and not draft.separation_ground.strip():
        return _("Name the rules by which the tenderer chooses, and the ground that allows the separation.")
    if draft.method == Sheet.Method.QUALITATIVE and not draft.separated:
        return _("A qualitative review ranks nobody, so evaluation and award have to be separated.")
    return ""


def weight_rule(project: Project) -> Rule | None:
    """The bounds of the price's weight; the tendering law sets none."""
    if not policies.is_government(project):
        return None
    return rule(CONSULTATION_WEIGHTS if project.method == Method.CONSULTATION else WEIGHTS, today())


def _wrong_price(project: Project, draft: SheetDraft) -> type_of_message:
    scored = draft.method in (Sheet.Method.COMPREHENSIVE, Sheet.Method.BENCHMARK)
    if not scored:
        return _("Only scoring gives points for the price.") if draft.price_weight else ""
    if not 1 <= draft.price_weight <= TOTAL:
        return _("Give the price between 1 and 100 points.")
    bounds = weight_rule(project)
    low, high = bounds.value.get(draft.object, (0, TOTAL)) if bounds else (0, TOTAL)
    if bounds and not low <= draft.price_weight <= high:
        return _("The price has between %(low)s and %(high)s of 100 points here (%(source)s).") % {
            "low": low,
            "high": high,
            "source": bounds.display_source,
        }
    return ""


def _wrong_discount(project: Project, draft: SheetDraft) -> type_of_message:
    if not draft.small_discount:
        return ""
    if not policies.is_government(project):
        return _("Only government procurement takes something off the price of small enterprises.")
    bounds = rule(SMALL, today())
    low, high = bounds.value.get(draft.object, (0, 100))
    if not Fraction(low, 100) <= Fraction(draft.small_discount) <= Fraction(high, 100):
        return _("Take off between %(low)s and %(high)s percent (%(source)s).") % {
            "low": low,
            "high": high,
            "source": bounds.display_source,
        }
    return ""


def _wrong_benchmark(lot: Lot, draft: SheetDraft) -> type_of_message:
    if draft.method != Sheet.Method.BENCHMARK:
        return ""
    if not (draft.above > 0 and draft.below > 0):
        return _("Say how many points each percent above and below the benchmark costs.")
    if not (0 <= draft.floating < 1 and 0 <= draft.ceiling_share <= 1 and draft.trim_from >= 3):
        return _("Shares lie between 0 and 100 percent, and prices are left out from three bids on.")
    if draft.ceiling_share and lot.control_price_fen is None:
        return _("The lot has no control price that could count in.")
    return ""


def _wrong_criteria(draft: SheetDraft) -> type_of_message:
    if not 1 <= len(draft.criteria) <= MOST_CRITERIA:
        return _("A sheet has between 1 and %(n)s criteria.") % {"n": MOST_CRITERIA}
    if any(one.part not in Criterion.Part.values or not one.title.strip() for one in draft.criteria):
        return _("Each criterion needs a part and a title.")
    if not any(one.part == Criterion.Part.CONFORMITY for one in draft.criteria):
        return _("Name at least one criterion of the review of conformity.")
    if any(one.part in REVIEWED and one.max_points for one in draft.criteria):
        return _("What is only passed or failed gets no points.")
    return _wrong_points(draft, [one for one in draft.criteria if one.part in POINTED])


def _wrong_points(draft: SheetDraft, pointed: list[CriterionDraft]) -> type_of_message:
    if draft.method == Sheet.Method.LOWEST and pointed:
        return _("The lowest price wins: only reviews of qualification and conformity belong here.")
    if draft.method == Sheet.Method.QUALITATIVE:
        if not pointed or any(one.max_points for one in pointed):
            return _("A qualitative review names what the members write an opinion on, without points.")
        return ""
    if draft.method in (Sheet.Method.COMPREHENSIVE, Sheet.Method.BENCHMARK):
        if any(one.max_points <= 0 for one in pointed):
            return _("Each scored criterion needs its points.")
        total = sum((one.max_points for one in pointed), Decimal(draft.price_weight))
        if total != TOTAL:
            return _("Price and criteria give %(total)s points together; they have to give 100.") % {"total": total}
    return ""


# --- repeated lots ----------------------------------------------------------------------------------------------------


@action
def copy_sheets(project_id: int) -> int:
    """Give the lots of a tender that repeats others their sheets as a draft; returns how many. Safe to repeat.

    A sheet that the new method does not know is left out: it is written anew.
    """
    project = db.lock_row(Project.objects.select_related("buyer", "agency"), project_id)
    if project.state not in EDITABLE:
        return 0
    done = 0
    lots = project.lots.filter(repeats__sheet__isnull=False, sheet__isnull=True).select_related("repeats__sheet")
    for lot in lots.order_by("number"):
        assert lot.repeats is not None  # noqa: S101 - the query asks for it
        try:
            put_sheet(project, lot, _draft_of(lot.repeats.sheet))
        except Invalid:
            continue
        record(project, "tender.sheet_written", PORTAL, to_state=project.state, data={"lot": lot.number})
        done += 1
    return done


def _draft_of(sheet: Sheet) -> SheetDraft:
    """A written sheet as it would be typed."""
    lines = tuple(CriterionDraft(**{one.name: getattr(row, one.name) for one in fields(CriterionDraft)})
                  for row in sheet.criteria.all())  # fmt: skip
    kept = {one.name: getattr(sheet, one.name) for one in fields(SheetDraft) if one.name != "criteria"}
    return SheetDraft(**kept, criteria=lines)
