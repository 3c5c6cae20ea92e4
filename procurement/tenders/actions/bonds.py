"""Bid bonds: declared by the bidder, confirmed by provider or statement, released by rule, given back with interest."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.jobs import enqueue
from portal.core.lifecycle import Step
from portal.core.rules import rule
from portal.core.templatetags.portal import day as written
from portal.core.time import local_date, now, today
from procurement.bidders.agents import organisation_for
from procurement.bidders.models import Bidder
from procurement.bidders.standing import check_may_bid
from procurement.tenders import notices, periods, policies
from procurement.tenders.actions.common import PORTAL, person
from procurement.tenders.actions.inviting import check_invited
from procurement.tenders.guarantees import Verdict, provider
from procurement.tenders.lifecycle import BOND
from procurement.tenders.models import Bond, Lot, Project
from procurement.tenders.models.bond import OPEN
from procurement.tenders.rules import INTEREST, LATE_INTEREST

VERIFY = "tenders.verify_bond"
BATCH = 200
YEAR_DAYS = 365
ENDED = ("failed", "repeated", "terminated", "completed")
UNDECIDED = _("This bond does not go back before it is decided whether it is forfeited. Forfeit it, or say why not.")


@dataclass(frozen=True, kw_only=True)
class BondDraft:
    """What the bidder declares."""

    kind: str
    reference: str
    guarantor: str = ""
    valid_until: dt.date | None = None


@action
def declare_bond(actor: Actor, lot_id: int, organisation_id: int, draft: BondDraft) -> Bond:
    """Say how the bond of a lot is given; a provider that is set up is asked at once by a job. Raises Invalid."""
    user = person(actor)
    organisation = organisation_for(user, organisation_id)
    lot = Lot.objects.select_related("project").filter(pk=lot_id, project__announced_at__isnull=False).first()
    if lot is None:
        raise NotFound()
    project = db.lock_row(Project.objects.all(), lot.project_id)
    if project.state not in ("announced", "receiving") or lot.bond_fen == 0:
        raise WrongState(_("No bond can be given for this lot now."))
    check_may_bid(organisation.uscc, today(), project.category)
    check_invited(project, organisation)
    bidder = Bidder.objects.filter(organisation=organisation).first()
    if bidder is None:
        raise WrongState(_("Register your organisation as a bidder first."))
    if Bond.objects.filter(lot=lot, organisation=organisation, state__in=OPEN).exists():
        raise WrongState(_("A bond of this organisation for this lot is there already."))
    if wrong := _wrong(project, draft):
        raise Invalid(fields=wrong)
    bond = Bond.objects.create(
        lot=lot,
        organisation=organisation,
        kind=draft.kind,
        amount_fen=lot.bond_fen,
        reference=draft.reference.strip(),
        guarantor=draft.guarantor.strip() if draft.kind == Bond.Kind.GUARANTEE else "",
        valid_until=draft.valid_until if draft.kind == Bond.Kind.GUARANTEE else None,
        bank_account=bidder.bank_account if draft.kind == Bond.Kind.TRANSFER else "",
        declared_at=now(),
    )
    record(bond, "bond.declared", actor, to_state=bond.state, data={"kind": bond.kind, "amount_fen": bond.amount_fen})
    if provider() is not None:
        enqueue(VERIFY, {"bond": bond.pk}, key=str(bond.pk))
    return bond


def _wrong(project: Project, draft: BondDraft) -> dict[str, type_of_message]:
    wrong: dict[str, type_of_message] = {}
    if draft.kind not in Bond.Kind.values:
        wrong["kind"] = _("Please choose one of the answers.")
    if not draft.reference.strip():
        wrong["reference"] = _("Enter the reference of the transfer or the number of the guarantee.")
    if draft.kind == Bond.Kind.GUARANTEE:
        if not draft.guarantor.strip():
            wrong["guarantor"] = _("Enter who guarantees.")
        assert project.deadline_at is not None  # noqa: S101 - a check constraint holds it
        if draft.valid_until is None or draft.valid_until <= local_date(project.deadline_at):
            wrong["valid_until"] = _("The guarantee has to hold beyond the day of the opening, %(day)s.") % {
                "day": written(local_date(project.deadline_at))
            }
    return wrong


@action
def confirm_by_provider(bond_id: int, verdict: Verdict) -> Bond | None:
    """What the provider said of a declared bond: held, or a note for the officer. Safe to repeat."""
    bond = db.lock_row(Bond.objects.select_related("lot__project", "organisation"), bond_id)
    if bond.state != "declared":
        return None
    if not verdict.genuine:
        bond.note = verdict.reason[:500]
        bond.save(update_fields=["note"])
        record(
            bond, "bond.not_verified", PORTAL, from_state="declared", to_state="declared", data={"reason": bond.note}
        )
        return bond
    step = BOND.begin(bond, "verify", PORTAL, state_version=None)
    _hold(bond, verdict.by)
    _finish(bond, step, PORTAL)
    _go_on(bond, PORTAL)
    return bond


@action
def settle_bond(actor: Actor, bond_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int | None) -> Bond:
    """Confirm, reject, release, give back, forfeit: the trading centre's steps. Raises what the lifecycle raises."""
    try:
        bond = db.lock_row(Bond.objects.select_related("lot__project", "organisation"), bond_id)
    except Bond.DoesNotExist:
        raise NotFound() from None
    if not policies.may_see_bond(person(actor), bond):
        raise NotFound()
    if code not in BOND.transitions:
        raise WrongState()
    if code in ("release", "give_back") and bond.undecided:
        raise WrongState(UNDECIDED)
    step = BOND.begin(bond, code, actor, inputs, state_version=state_version)
    if code == "confirm":
        _hold(bond, f"{actor.name}: {step.inputs['evidence']}"[:120])
    elif code == "release":
        if step.inputs["on"] > today():
            raise Invalid(fields={"on": _("This day has not come yet.")})
        _due(bond, step.inputs["ground"], step.inputs["on"])
    elif code == "give_back":
        bond.interest_fen = step.data["interest_fen"] = interest_of(bond, today())
    _finish(bond, step, actor)
    if bond.state == "held" and code in ("confirm", "spare"):
        _go_on(bond, actor)
    return bond


def release_all(project: Project, ground: str, on: dt.date, actor: Actor) -> int:
    """Release the bonds of a tender that ended, inside the caller's transaction. Returns how many."""
    return release(Bond.objects.filter(lot__project=project), ground, on, actor)


def release(bonds: QuerySet[Bond], ground: str, on: dt.date, actor: Actor) -> int:
    """Release those of the bonds that are held, inside the caller's transaction. Returns how many.

    One that still waits for its confirmation, or for a decision, notes its ground, and goes back as soon as it has it.
    """
    pks = list(bonds.filter(state__in=("declared", "held")).values_list("pk", flat=True))
    rows = db.lock_rows(Bond.objects.select_related("lot__project", "organisation"), pks)
    for bond in rows:
        if bond.state == "held" and not bond.undecided:
            _let_go(bond, ground, on, actor)
        elif not bond.ground:
            bond.ground = ground
            _note(bond, "not_needed" if bond.state == "declared" else "not_decided", actor)
    return len(rows)


def keep(bonds: QuerySet[Bond], actor: Actor) -> int:
    """A withdrawn bid was sent again: its bonds that have not gone back yet stay. Returns how many."""
    found = bonds.filter(state__in=OPEN, ground=Bond.Ground.WITHDRAWN)
    pks = list(found.values_list("pk", flat=True))
    rows = db.lock_rows(Bond.objects.select_related("lot__project", "organisation"), pks)
    for bond in rows:
        step = BOND.begin(bond, "keep", PORTAL, state_version=None) if bond.state == "due_back" else None
        bond.ground, bond.due_on, bond.red_lit_on = "", None, None
        if step is not None:
            _finish(bond, step, actor)
        else:
            _note(bond, "needed_again", actor)
    return len(rows)


def mark(bonds: QuerySet[Bond], actor: Actor, note: str) -> int:
    """Keep bonds that are still here until what the note says is decided. Returns how many."""
    pks = list(bonds.filter(state__in=OPEN).values_list("pk", flat=True))
    rows = db.lock_rows(Bond.objects.select_related("lot__project", "organisation"), pks)
    for bond in rows:
        bond.undecided = note[:500]
        bond.save(update_fields=["undecided"])
        record(bond, "bond.marked", actor, from_state=bond.state, to_state=bond.state, data={"reason": bond.undecided})
    return len(rows)


def forfeit(bonds: QuerySet[Bond], actor: Actor, note: str) -> int:
    """Forfeit what of the bonds is still here, inside the caller's transaction; by an officer. Returns how many."""
    pks = list(bonds.filter(state__in=("held", "due_back")).values_list("pk", flat=True))
    rows = db.lock_rows(Bond.objects.select_related("lot__project", "organisation"), pks)
    for bond in rows:
        _finish(bond, BOND.begin(bond, "forfeit", actor, {"note": note}, state_version=None), actor)
    return len(rows)


def interest_of(bond: Bond, on: dt.date) -> int:
    """Simple interest in fen; only money bears it. For the days held by the rate of the day it came in, and, where the law
    of the tender asks for it, for the days past its due day by the rate of that day.
    """
    if bond.kind != Bond.Kind.TRANSFER or bond.held_on is None:
        return 0
    total = _simple(bond, INTEREST, bond.held_on, on)
    if bond.due_on is not None and periods.law_of(bond.lot.project.category) == "g":
        total += _simple(bond, LATE_INTEREST, bond.due_on, on)
    return int(total)


def _simple(bond: Bond, code: str, begin: dt.date, on: dt.date) -> Fraction:
    share = rule(periods.by_law(code, bond.lot.project), begin).share
    return Fraction(bond.amount_fen) * share * max(0, (on - begin).days) / YEAR_DAYS


@action
def light_lamps(limit: int = BATCH) -> int:
    """Tell once of each bond that did not go back by its day; returns how many lamps went on."""
    late = Bond.objects.filter(state="due_back", due_on__lt=today(), red_lit_on__isnull=True).order_by("due_on", "pk")
    pks = list(late.values_list("pk", flat=True)[:limit])
    rows = db.lock_rows(Bond.objects.select_related("lot__project", "organisation"), pks)
    for bond in rows:
        bond.red_lit_on = today()
        bond.save(update_fields=["red_lit_on"])
        notices.tell_late_bond(bond)
    return len(rows)


def _go_on(bond: Bond, actor: Actor) -> None:
    """Confirmed, or decided on, when it was not needed any more: it goes back from today, by the rule of its ground."""
    ground = bond.ground or (Bond.Ground.ENDED if bond.lot.project.state in ENDED else "")
    if ground and not bond.undecided:
        _let_go(bond, ground, today(), actor)


def _let_go(bond: Bond, ground: str, on: dt.date, actor: Actor) -> None:
    step = BOND.begin(bond, "let_go", PORTAL, state_version=None)
    _due(bond, ground, on)
    _finish(bond, step, actor)


def _note(bond: Bond, code: str, actor: Actor) -> None:
    """Something is written on a bond whose state stays."""
    bond.save(update_fields=["ground"])
    record(bond, f"bond.{code}", actor, from_state=bond.state, to_state=bond.state, data={"ground": bond.ground})


def _hold(bond: Bond, by: str) -> None:
    bond.held_on, bond.verified_by, bond.note = today(), by, ""


def _due(bond: Bond, ground: str, on: dt.date) -> None:
    """The day by which it goes back, by the rule of the day of its ground."""
    bond.ground = ground
    bond.due_on = periods.after(on, periods.bond_back(bond.lot.project, on))


def _finish(bond: Bond, step: Step[Bond], actor: Actor) -> None:
    before, after = step.apply()
    bond.save()
    event = record(bond, f"bond.{step.transition.code}", actor, from_state=before, to_state=after, data=step.data)
    notices.tell_bond(bond, step.transition.code, event)


def ask_provider(bond_id: int) -> Verdict | None:
    """Ask the provider outside any transaction; None when there is nothing to ask. Raises Unreachable."""
    bond = Bond.objects.select_related("lot__project", "organisation").filter(pk=bond_id, state="declared").first()
    found = provider()
    if bond is None or found is None:
        return None
    return found.check(bond)
