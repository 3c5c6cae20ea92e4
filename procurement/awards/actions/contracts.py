"""Contracts: signed for the amount of the award, published, refused, performed, changed, ended."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.core import files
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.lifecycle import Step
from portal.core.models import Event
from portal.core.money import format_yuan
from portal.core.rules import rule
from portal.core.templatetags.portal import money
from portal.core.time import now, today
from procurement.awards import limits, notices, policies, rules
from procurement.awards.actions.common import (
    Stage,
    advance,
    bonds_of,
    enter,
    lock_contract,
    open_procedure,
    person,
    take_back,
)
from procurement.awards.lifecycle import CONTRACT, OWN_FORM
from procurement.awards.models import Award, Change, Contract, Milestone, Payment, WithdrawnAward
from procurement.fixed import facts
from procurement.tenders import stops
from procurement.tenders.actions import move
from procurement.tenders.actions.bonds import forfeit, release
from procurement.tenders.models import Bond, Notice
from procurement.tenders.periods import by_law
from procurement.tenders.putting_up import put_up
from procurement.tenders.rules import PERFORMANCE

MOST_ROWS = 60


@dataclass(frozen=True, kw_only=True)
class ContractDraft:
    """The signed contract as it is typed; amounts in fen."""

    amount_fen: int
    signed_on: dt.date
    starts_on: dt.date
    ends_on: dt.date
    terms: str
    performance_bond_fen: int = 0
    late_reason: str = ""


def mine(actor: Actor, contract_id: int) -> Contract:
    """The contract, locked behind its tender, for who may open it. Raises NotFound."""
    contract = lock_contract(contract_id)
    if actor.user is not None and not policies.may_open_contract(actor.user, contract):
        raise NotFound()
    return contract


@action
def sign(
    actor: Actor, contract_id: int, draft: ContractDraft, upload_id: int | None, *, state_version: int | None
) -> Contract:
    """Enter the signed contract. Its amount is that of the award (tendering law art. 46). Raises Invalid, WrongState.

    Bonds: with the contract the tendering law's go back to all, in government procurement the winner's.
    """
    contract = mine(actor, contract_id)
    project = contract.lot.project
    step = CONTRACT.begin(contract, "sign", actor, state_version=state_version)
    stops.check(project, "contract")
    if wrong := _wrong_contract(contract, draft, upload_id):
        raise Invalid(fields=wrong)
    for name in ("signed_on", "starts_on", "ends_on", "performance_bond_fen"):
        setattr(contract, name, getattr(draft, name))
    contract.terms, contract.late_reason = draft.terms.strip(), draft.late_reason.strip()
    assert upload_id is not None  # noqa: S101 - checked above
    contract.file = files.attach(upload_id, stream="awards.contract", stream_id=contract.pk, owner=actor)
    government = limits.is_government(project)
    contract.due_on = limits.end_of(rules.CONTRACT_PUBLIC, draft.signed_on) if government else None
    contract.red_lit_on = None
    step.data |= {"signed_on": draft.signed_on.isoformat(), "amount_fen": draft.amount_fen}
    _finish(contract, step, actor)
    bonds = bonds_of(contract.lot, contract.bidder) if government else Bond.objects.filter(lot=contract.lot)
    release(bonds, Bond.Ground.CONTRACT, draft.signed_on, actor)
    advance(project, actor)
    return contract


def _wrong_contract(contract: Contract, draft: ContractDraft, upload_id: int | None) -> dict[str, type_of_message]:
    wrong: dict[str, type_of_message] = {}
    if draft.amount_fen != contract.award_fen:
        wrong["amount"] = _(
            "The contract is concluded for the amount of the award, %(amount)s yuan, and for no other (%(source)s)."
        ) % {
            "amount": format_yuan(contract.award_fen),
            "source": rule(rules.SIGN, contract.notified_on).display_source,
        }
    share = rule(by_law(PERFORMANCE, contract.lot.project), min(draft.signed_on, today()))
    limit = int(Fraction(contract.award_fen) * share.share)
    if draft.performance_bond_fen > limit:
        wrong["performance_bond"] = _("A performance bond is at most %(limit)s yuan (%(source)s).") % {
            "limit": format_yuan(limit),
            "source": share.display_source,
        }
    if draft.signed_on > today():
        wrong["signed_on"] = _("This day has not come yet.")
    elif draft.signed_on < contract.notified_on:
        wrong["signed_on"] = _("A contract is signed after the notice of award.")
    elif contract.due_on is not None and draft.signed_on > contract.due_on and not draft.late_reason.strip():
        wrong["late_reason"] = _("The contract was signed after the legal limit. Write down why.")
    if draft.ends_on < draft.starts_on:
        wrong["ends_on"] = _("The end lies before the beginning.")
    if not draft.terms.strip():
        wrong["terms"] = _("Please fill this in.")
    if upload_id is None:
        wrong["paper"] = _("Add the signed contract as a file.")
    return wrong


@action
def take_contract_step(
    actor: Actor, contract_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int | None
) -> Contract:
    """Publish, refuse, complete, terminate. Raises what the lifecycle raises; NotFound for whom it does not concern."""
    contract = mine(actor, contract_id)
    if code in OWN_FORM or code not in CONTRACT.transitions:
        raise WrongState()
    step = CONTRACT.begin(contract, code, actor, inputs, state_version=state_version)
    if code == "complete":
        _check_complete(contract)
    event = _finish(contract, step, actor)
    if code == "refuse":
        _refused(contract, actor, event)
    elif code == "publish":
        _make_public(contract, actor)
    advance(contract.lot.project, actor)
    return contract


def _check_complete(contract: Contract) -> None:
    if contract.milestones.filter(accepted_on__isnull=True).exists() or not contract.milestones.exists():
        raise WrongState(_("A contract is completed once everything has been accepted: enter each acceptance first."))
    if contract.payments.filter(paid_on__isnull=True).exists():
        raise WrongState(_("A contract is completed once every payment has been made: enter the payments first."))
    if contract.changes.filter(verdict=Change.Verdict.WAITING).exists():
        raise WrongState(_("A change of this contract still waits for its approval."))


def _refused(contract: Contract, actor: Actor, event: Event) -> None:
    """The winner does not sign: the bond is forfeited, the award taken back, and the next candidate may be chosen."""
    award = Award.objects.select_related("lot__project__buyer", "bidder", "candidate").get(lot=contract.lot)
    forfeit(bonds_of(contract.lot, contract.bidder), actor, contract.note)
    take_back(award, contract, WithdrawnAward.Ground.REFUSED, contract.note)
    project = contract.lot.project
    if project.state == "awarded":
        move(project, "unaward", actor, reason=contract.note)
    procedure = open_procedure(project)
    procedure.announced_on = procedure.chosen_on = None
    enter(procedure, Stage.CHOOSE, today())
    with override("zh-hans"):
        text = f"{contract.lot.name}：中标（成交）人放弃订立合同，中标（成交）结果撤销。"
    put_up(project, Notice.Kind.RESULT, text, actor)
    notices.tell_taken_back(contract, contract.note, event)


def _make_public(contract: Contract, actor: Actor) -> None:
    with override("zh-hans"):
        firm = contract.bidder.organisation.name
        text = f"{contract.lot.name}：合同 {contract.number}，{firm}，金额 {money(contract.award_fen)}。"
    put_up(contract.lot.project, Notice.Kind.CONTRACT, text, actor)


def _finish(contract: Contract, step: Step[Contract], actor: Actor) -> Event:
    before, after = step.apply()
    contract.save()
    data = {**step.data, **facts(contract)}
    return record(contract, f"contract.{step.transition.code}", actor, from_state=before, to_state=after, data=data)


# --- the register of performance ----------------------------------------------------------------------------------------


def kept(actor: Actor, contract_id: int) -> Contract:
    """A signed contract for who keeps it, locked. Raises NotFound, NotAllowed, WrongState."""
    contract = mine(actor, contract_id)
    if not policies.may_keep_contract(person(actor), contract):
        raise NotAllowed()
    if contract.state != "signed":
        raise WrongState(_("Milestones, payments and changes belong to a signed contract that still runs."))
    return contract


def noted(contract: Contract, event: str, actor: Actor, **data: Any) -> None:
    """Into the contract's history, with what its rows say now: everything is saved before."""
    record(
        contract,
        f"contract.{event}",
        actor,
        from_state=contract.state,
        to_state=contract.state,
        data={**data, **facts(contract)},
    )


@action
def add_milestone(actor: Actor, contract_id: int, *, name: str, due_on: dt.date) -> Milestone:
    """Something to be delivered and accepted by a day. Raises Invalid."""
    contract = kept(actor, contract_id)
    wrong: dict[str, type_of_message] = {}
    if not name.strip():
        wrong["name"] = _("Please fill this in.")
    if contract.signed_on and due_on < contract.signed_on:
        wrong["due_on"] = _("This day lies before the contract.")
    if wrong:
        raise Invalid(fields=wrong)
    _check_room(contract.milestones.count())
    made = Milestone.objects.create(contract=contract, name=name.strip(), due_on=due_on)
    noted(contract, "milestone_added", actor, milestone=made.pk)
    return made


def _check_room(rows: int) -> None:
    if rows >= MOST_ROWS:
        raise WrongState(_("A contract has at most %(n)s of these."), n=MOST_ROWS)


@action
def accept_milestone(actor: Actor, contract_id: int, milestone_id: int, *, opinion: str) -> Milestone:
    """Enter the acceptance (验收) of a milestone. Raises Invalid, WrongState."""
    contract = kept(actor, contract_id)
    one = contract.milestones.filter(pk=milestone_id).first()
    if one is None:
        raise NotFound()
    if one.accepted_on is not None:
        raise WrongState(_("This has been accepted already."))
    if not opinion.strip():
        raise Invalid(fields={"opinion": _("Write down what the acceptance found.")})
    one.accepted_on, one.opinion, one.accepted_by_name = today(), opinion.strip(), actor.name[:100]
    one.save()
    noted(contract, "milestone_accepted", actor, milestone=one.pk)
    return one


@action
def add_payment(actor: Actor, contract_id: int, *, name: str, amount_fen: int, due_on: dt.date) -> Payment:
    """An instalment; all together they cannot exceed what the contract and its approved changes come to."""
    contract = kept(actor, contract_id)
    wrong: dict[str, type_of_message] = {}
    if not name.strip():
        wrong["name"] = _("Please fill this in.")
    planned = contract.payments.aggregate(total=Sum("amount_fen"))["total"] or 0
    if amount_fen <= 0:
        wrong["amount"] = _("Enter an amount over nought.")
    elif planned + amount_fen > contract.total_fen:
        wrong["amount"] = _("With this the payments exceed the contract; %(left)s yuan are left.") % {
            "left": format_yuan(max(0, contract.total_fen - planned))
        }
    if contract.signed_on and due_on < contract.signed_on:
        wrong["due_on"] = _("This day lies before the contract.")
    if wrong:
        raise Invalid(fields=wrong)
    _check_room(contract.payments.count())
    made = Payment.objects.create(contract=contract, name=name.strip(), amount_fen=amount_fen, due_on=due_on)
    noted(contract, "payment_added", actor, payment=made.pk, amount_fen=amount_fen)
    return made


@action
def pay(actor: Actor, contract_id: int, payment_id: int, *, paid_on: dt.date, reference: str) -> Payment:
    """Enter that an instalment was paid. Raises Invalid, WrongState."""
    contract = kept(actor, contract_id)
    one = contract.payments.filter(pk=payment_id).first()
    if one is None:
        raise NotFound()
    if one.paid_on is not None:
        raise WrongState(_("This has been paid already."))
    wrong: dict[str, type_of_message] = {}
    if paid_on > today():
        wrong["paid_on"] = _("This day has not come yet.")
    if not reference.strip():
        wrong["reference"] = _("Enter the reference of the payment.")
    if wrong:
        raise Invalid(fields=wrong)
    one.paid_on, one.reference = paid_on, reference.strip()
    one.save(update_fields=["paid_on", "reference"])
    noted(contract, "paid", actor, payment=one.pk, amount_fen=one.amount_fen)
    return one


@action
def propose_change(actor: Actor, contract_id: int, *, amount_fen: int, reason: str) -> Change:
    """Propose a change of the amount (may be nought for other terms); a second person approves it. Raises Invalid."""
    contract = kept(actor, contract_id)
    wrong: dict[str, type_of_message] = {}
    if not reason.strip():
        wrong["reason"] = _("Write down the reason.")
    if contract.total_fen + amount_fen <= 0:
        wrong["amount"] = _("The contract cannot come to nought or less.")
    if wrong:
        raise Invalid(fields=wrong)
    _check_room(contract.changes.count())
    made = Change.objects.create(
        contract=contract, amount_fen=amount_fen, reason=reason.strip(), proposed_at=now(), proposed_by=person(actor)
    )
    noted(contract, "change_proposed", actor, change=made.pk, amount_fen=amount_fen)
    notices.tell_change(contract, made.pk, actor.user_id)
    return made


@action
def decide_change(actor: Actor, contract_id: int, change_id: int, *, approve: bool) -> Change:
    """Approve a change or not; never who proposed it. Over the share of the law it is flagged, not hidden."""
    contract = kept(actor, contract_id)
    one = contract.changes.filter(pk=change_id).first()
    if one is None:
        raise NotFound()
    one.contract = contract
    if one.verdict != Change.Verdict.WAITING:
        raise WrongState(_("This change has been decided already."))
    if not policies.may_approve_change(person(actor), one):
        raise NotAllowed(_("A change is approved by another person than the one who proposed it."))
    one.verdict = Change.Verdict.APPROVED if approve else Change.Verdict.REJECTED
    one.decided_at, one.decided_by = now(), person(actor)
    if approve:
        contract.changed_fen += one.amount_fen
        contract.save(update_fields=["changed_fen"])
        one.over_limit = exceeds(contract)
    one.save()
    noted(contract, "change_decided", actor, change=one.pk, verdict=one.verdict)
    return one


def exceeds(contract: Contract) -> bool:
    """Whether the approved changes add more than government procurement allows (law art. 49)."""
    if not limits.is_government(contract.lot.project):
        return False
    share = rule(rules.CHANGE_SHARE, contract.signed_on or today()).share
    return contract.changed_fen > int(Fraction(contract.award_fen) * share)
