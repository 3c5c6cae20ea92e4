"""Objections, queries and complaints: filed within their days, answered or decided, with what follows from it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.core import db, files
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.lifecycle import Step
from portal.core.models import Event
from portal.core.numbers import next_number
from portal.core.rules import rule
from portal.core.templatetags.portal import day as written
from portal.core.time import now, today
from procurement.awards import limits, notices, papers, policies, rules, standing
from procurement.awards.actions.common import Stage, enter, open_procedure, person, take_back
from procurement.awards.lifecycle import CONTRACT, REMEDY
from procurement.awards.models import Award, Contract, Remedy, RemedyFile, WithdrawnAward
from procurement.bidders.agents import organisation_for
from procurement.fixed import facts
from procurement.tenders.actions import move
from procurement.tenders.actions.common import PORTAL, locked_public
from procurement.tenders.models import Lot, Notice, Project
from procurement.tenders.putting_up import put_up

FILE_KIND = "awards.evidence"
STREAM = "awards.remedy"
PLACE = "JYZX"
PREFIXES = {"objection": "YY", "query": "ZY", "complaint": "TS"}
MOST_FILES = 10
SHORTEST = 10  # characters: a remedy without facts is none
Consequence = Remedy.Consequence
WITH_PAPER = frozenset({"answer", "accept", "refuse", "suspend", "decide"})


@dataclass(frozen=True, kw_only=True)
class RemedyDraft:
    """What the firm writes."""

    kind: str
    stage: str
    facts: str
    claim: str
    lot_id: int | None = None


@action
def file_remedy(
    actor: Actor, project_id: int, organisation_id: int, draft: RemedyDraft, uploads: Sequence[int] = ()
) -> Remedy:
    """File an objection, a query or a complaint for a firm. The tender is locked, so an award waits or has happened.

    Raises NotAdmissible with the right way, Invalid, WrongState for a second one on the same thing.
    """
    user = person(actor)
    project = locked_public(project_id, user)
    organisation = organisation_for(user, organisation_id)
    if wrong := _wrong(project, draft, uploads):
        raise Invalid(fields=wrong)
    prior = None
    if draft.kind == Remedy.Kind.COMPLAINT:
        prior = standing.prior_of(project, organisation.pk, draft.stage)
    standing.check(project, organisation.pk, draft.kind, draft.stage, prior, today())
    held = Remedy.objects.filter(project=project, organisation=organisation, kind=draft.kind, stage=draft.stage)
    if held.filter(state__in=("filed", "accepted")).exists():
        raise WrongState(_("Your organisation has filed this already; please wait for the answer."))
    if draft.kind == Remedy.Kind.COMPLAINT and held.filter(prior=prior, state="decided").exists():
        raise WrongState(_("This complaint has been decided. Against the decision go reconsideration or an action."))
    remedy = Remedy(
        kind=draft.kind, stage=draft.stage, project=project, lot_id=draft.lot_id, organisation=organisation,
        filed_by=user, prior=prior, facts=draft.facts.strip(), claim=draft.claim.strip(), filed_at=now(),
        filed_on=today(), number=next_number(PREFIXES[draft.kind], PLACE, today()),
    )  # fmt: skip
    remedy.due_on = first_due(remedy)
    remedy.save()
    for upload in uploads:
        file = files.attach(upload, stream=STREAM, stream_id=remedy.pk, owner=actor)
        RemedyFile.objects.create(remedy=remedy, file=file)
    data = {"kind": draft.kind, "stage": draft.stage, **facts(remedy)}
    record(remedy, "remedy.filed", actor, to_state=remedy.state, data=data)
    notices.tell_filed(remedy)
    return remedy


def _wrong(project: Project, draft: RemedyDraft, uploads: Sequence[int]) -> dict[str, type_of_message]:
    wrong: dict[str, type_of_message] = {}
    if draft.kind not in Remedy.Kind.values:
        wrong["kind"] = _("Please choose one of the answers.")
    if draft.stage not in Remedy.Stage.values:
        wrong["stage"] = _("Please choose one of the answers.")
    if len(draft.facts.strip()) < SHORTEST:
        wrong["facts"] = _("Write down the facts and the legal grounds, so that they can be examined.")
    if not draft.claim.strip():
        wrong["claim"] = _("Write down what you ask for.")
    if draft.lot_id is not None and not project.lots.filter(pk=draft.lot_id).exists():
        wrong["lot"] = _("Please choose one of the answers.")
    if len(uploads) > MOST_FILES:
        wrong["evidence"] = _("At most %(n)s files.") % {"n": MOST_FILES}
    return wrong


def first_due(remedy: Remedy) -> dt.date:
    """By when it is answered, or a complaint accepted or not."""
    if remedy.kind != Remedy.Kind.COMPLAINT:
        if remedy.kind == Remedy.Kind.OBJECTION and remedy.stage == Remedy.Stage.OPENING:
            return remedy.filed_on  # answered on the spot (regulation art. 44)
        return standing.answer_due(remedy)
    code = rules.G_ACCEPT if limits.is_government(remedy.project) else rules.T_ACCEPT
    return limits.end_of(code, remedy.filed_on)


# --- what is done about it ------------------------------------------------------------------------------------------------


@action
def take_remedy_step(
    actor: Actor, number: str, code: str, inputs: Mapping[str, Any], *, state_version: int | None
) -> Remedy:
    """Answer, accept, refuse, suspend, resume, decide, withdraw. Raises what the lifecycle raises, NotFound, Invalid.

    What a decision says happens in the same transaction: evaluated again, void, award taken back, contract annulled.
    """
    remedy = locked_remedy(actor, number)
    if code not in REMEDY.transitions:
        raise WrongState()
    step = REMEDY.begin(remedy, code, actor, inputs, state_version=state_version)
    if code == "accept":
        _accept(remedy)
    elif code == "suspend":
        _suspend(remedy, step)
    elif code == "resume":
        remedy.suspended_until_on = today() - dt.timedelta(days=1)
    elif code in ("answer", "decide"):
        _check_answer(remedy, step)
    before, after = step.apply()
    remedy.save()
    data = {**step.data, **facts(remedy)}
    event = record(remedy, f"remedy.{code}", actor, from_state=before, to_state=after, data=data)
    if code in WITH_PAPER:
        papers.remedy(remedy, code)
    if code in ("answer", "decide"):
        _follow(remedy, actor, event)
        _publish(remedy, code, actor)
    notices.tell_remedy(remedy, code, step.transition.told, event)
    return remedy


def locked_remedy(actor: Actor, number: str) -> Remedy:
    """The remedy behind its locked tender, for who may see it. Raises NotFound."""
    rows = Remedy.objects.select_related("project__buyer", "project__agency", "organisation", "lot", "prior")
    found = rows.filter(number=number).first()
    if found is None:
        raise NotFound()
    project = db.lock_row(Project.objects.select_related("buyer", "agency"), found.project_id)
    remedy = db.lock_row(rows, found.pk)
    remedy.project = project
    if actor.user is not None and not policies.may_see_remedy(actor.user, remedy):
        raise NotFound()
    return remedy


def _accept(remedy: Remedy) -> None:
    """Thirty working days: from the acceptance (tendering law), from the receipt (government procurement)."""
    remedy.accepted_on, remedy.red_lit_on = today(), None
    if limits.is_government(remedy.project):
        remedy.due_on = limits.end_of(rules.G_DECIDE, remedy.filed_on)
    else:
        remedy.due_on = limits.end_of(rules.T_DECIDE, today())


def _suspend(remedy: Remedy, step: Step[Remedy]) -> None:
    days = step.inputs["days"]
    if limits.is_government(remedy.project):
        most = rule(rules.G_SUSPEND, today())
        if days > most.days:
            raise Invalid(
                fields={
                    "days": _("Procurement is suspended for %(n)s days at most (%(source)s).")
                    % {"n": most.days, "source": most.display_source}
                }
            )
    remedy.suspended_from_on = today()
    remedy.suspended_until_on = today() + dt.timedelta(days=days)
    step.data |= {"days": days, "reason": step.inputs["note"], "on": written(remedy.suspended_until_on)}


def _check_answer(remedy: Remedy, step: Step[Remedy]) -> None:
    """An outcome and its consequence fit together, and the consequence fits where the tender stands."""
    outcome, consequence = step.inputs["outcome"], step.inputs["consequence"]
    if outcome == Remedy.Outcome.REJECTED and consequence != Consequence.NONE:
        raise Invalid(fields={"consequence": _("What is not founded changes nothing.")})
    if step.inputs.get("frivolous") == "1" and outcome != Remedy.Outcome.REJECTED:
        raise Invalid(fields={"frivolous": _("What is founded has a basis in fact.")})
    state = remedy.project.state
    if consequence == Consequence.CHANGE and state not in ("announced", "receiving"):
        raise Invalid(fields={"consequence": _("The documents can be changed until the bid deadline only.")})
    if consequence == Consequence.AGAIN and state not in ("evaluated", "publicity", "awarded"):
        raise Invalid(
            fields={"consequence": _("Bids are evaluated again after the evaluation and before the contract only.")}
        )
    if consequence in (Consequence.VOID, Consequence.REPEAT) and state not in (
        "evaluated", "publicity", "awarded", "contracted",
    ):  # fmt: skip
        raise Invalid(fields={"consequence": _("There is no result yet that could be void.")})


# --- what follows -------------------------------------------------------------------------------------------------------


def _follow(remedy: Remedy, actor: Actor, event: Event) -> None:
    if remedy.consequence == Consequence.AGAIN:
        _free(remedy, WithdrawnAward.Ground.AGAIN, event)
        _reopen(remedy, actor)
    elif remedy.consequence == Consequence.VOID:
        _free(remedy, WithdrawnAward.Ground.VOID, event)
        _to_choice(remedy, actor)
    elif remedy.consequence == Consequence.REPEAT:
        _free(remedy, WithdrawnAward.Ground.VOID, event)
        if remedy.project.state in ("evaluated", "publicity", "awarded"):
            _reopen(remedy, actor)


def _lots(remedy: Remedy) -> list[Lot]:
    """The lot that it is about, or all."""
    rows = remedy.project.lots.all()
    lots = list(rows.filter(pk=remedy.lot_id) if remedy.lot_id else rows)
    for lot in lots:
        lot.project = remedy.project
    return lots


def _free(remedy: Remedy, ground: str, event: Event) -> None:
    """Take back the awards of the lots; a contract that was signed is annulled, one that was not is void."""
    for lot in _lots(remedy):
        award = Award.objects.select_related("bidder", "candidate").filter(lot=lot).first()
        lot.choices.filter(replaced_at__isnull=True).update(replaced_at=now())
        if award is None:
            continue
        award.lot = lot
        pks = Contract.objects.filter(lot=lot, state__in=("due", "signed")).values_list("pk", flat=True)
        rows = db.lock_rows(Contract.objects.select_related("lot__project__buyer", "bidder__organisation"), pks)
        contract = rows[0] if rows else None
        take_back(award, contract, ground, remedy.answer[:2000])
        if contract is not None:
            code = "annul" if contract.state == "signed" else "void"
            inputs = {"note": remedy.number}
            step = CONTRACT.begin(contract, code, PORTAL, inputs if code == "annul" else {}, state_version=None)
            before, after = step.apply()
            contract.save()
            data = {**step.data, **facts(contract)}
            record(contract, f"contract.{code}", PORTAL, from_state=before, to_state=after, data=data)
            notices.tell_taken_back(contract, remedy.number, event)


def _reopen(remedy: Remedy, actor: Actor) -> None:
    """Back to the opened bids: the committee evaluates again, or the tender is declared as failed and repeated."""
    project = remedy.project
    procedure = open_procedure(project)
    move(project, "reopen", actor, reason=remedy.number)
    enter(procedure, Stage.REOPENED)


def _to_choice(remedy: Remedy, actor: Actor) -> None:
    """The result is void, the evaluation stands: the next candidate may be chosen on the ground of the law."""
    project = remedy.project
    if project.state == "awarded":
        move(project, "unaward", actor, reason=remedy.number)
    if project.state in ("evaluated", "publicity"):
        procedure = open_procedure(project)
        procedure.chosen_on = procedure.announced_on = None
        if procedure.stage not in (Stage.REPORT, Stage.PUBLISH, Stage.PUBLICITY):
            enter(procedure, Stage.CHOOSE, today())


def _publish(remedy: Remedy, code: str, actor: Actor) -> None:
    """Decisions on complaints are public, and whatever changes the result; never who complained."""
    if code == "answer" and remedy.consequence == Consequence.NONE:
        return
    with override("zh-hans"):
        outcome, consequence = remedy.get_outcome_display(), remedy.get_consequence_display()
        text = f"{remedy.get_kind_display()} {remedy.number}：{outcome}；{consequence}。"
    put_up(remedy.project, Notice.Kind.REMEDY, text, actor)
