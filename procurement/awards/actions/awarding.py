"""Choosing the winner of a lot, and the award: one transaction with notices, register of deals, contract and bonds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.core import files
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, WrongState, type_of_message
from portal.core.events import record
from portal.core.money import format_yuan
from portal.core.numbers import next_number
from portal.core.rules import rule
from portal.core.templatetags.portal import day as written
from portal.core.templatetags.portal import money
from portal.core.time import now, today
from procurement.awards import deals, limits, notices, papers, policies, rules
from procurement.awards.actions.common import (
    Stage,
    advance,
    bonds_of,
    check_firms,
    enter,
    locked_lot,
    open_procedure,
    person,
    same_version,
)
from procurement.awards.models import Award, Choice, Contract, ResultNotice, SaleResult, Vote
from procurement.bidders.models import Bidder
from procurement.bids.models import OpenedBid
from procurement.evaluation.models import Candidate
from procurement.fixed import facts
from procurement.tenders import stops
from procurement.tenders.actions.bonds import release
from procurement.tenders.limits import price_limit
from procurement.tenders.models import Bond, Lot, Notice, Project
from procurement.tenders.periods import by_law
from procurement.tenders.putting_up import put_up

PREFIX, PLACE = "HT", "JYZX"
FILE_KIND = "awards.paper"
Ground = Choice.Ground
PASSING_OVER = frozenset({Ground.GAVE_UP, Ground.FORCE, Ground.NO_BOND, Ground.ILLEGAL})


@dataclass(frozen=True, kw_only=True)
class ChoiceDraft:
    """Whom the tenderer chooses, and why. `votes`: (member, key of the candidate, reason)."""

    candidate_id: int
    ground: str
    note: str = ""
    votes: Sequence[tuple[str, int, str]] = field(default=())
    minutes_id: int | None = None


@action
def choose(actor: Actor, lot_id: int, draft: ChoiceDraft) -> Choice:
    """The tenderer chooses for a lot: the first candidate, the next one on the law's grounds, or by the written rules.

    Tendering law art. 40 and regulation art. 55; government procurement regulation art. 43. Raises Invalid, Blocked,
    WrongState while the candidates are still public or a remedy holds the tender up.
    """
    lot = locked_lot(actor, lot_id)
    project = lot.project
    if not policies.may_prepare(person(actor), project):
        raise NotAllowed()
    check_may_choose(project, lot)
    candidate = lot.candidates.select_related("bidder__organisation").filter(pk=draft.candidate_id).first()
    if candidate is None:
        raise Invalid(fields={"candidate": _("Choose one of the candidates of this lot.")})
    if wrong := _wrong_choice(lot, candidate, draft):
        raise Invalid(fields=wrong)
    check_firms(lot, candidate.bidder)
    lot.choices.filter(replaced_at__isnull=True).update(replaced_at=now())
    made = Choice.objects.create(
        lot=lot, candidate=candidate, ground=draft.ground, note=draft.note.strip(), chosen_on=today(),
        chosen_by=person(actor),
    )  # fmt: skip
    if draft.minutes_id is not None:
        made.minutes = files.attach(draft.minutes_id, stream="awards.choice", stream_id=made.pk, owner=actor)
        made.save(update_fields=["minutes"])
    Vote.objects.bulk_create(
        Vote(choice=made, name=name.strip(), candidate_id=chosen, reason=reason.strip())
        for name, chosen, reason in draft.votes
    )
    _chosen(project)
    data = {"lot": lot.number, "bidder": candidate.bidder.organisation.uscc, "ground": draft.ground, **facts(made)}
    record(project, "tender.chosen", actor, from_state=project.state, to_state=project.state, data=data)
    return made


def check_may_choose(project: Project, lot: Lot) -> None:
    """Raises WrongState with what has to come first."""
    if project.is_sale:
        raise WrongState(_("The result of a sale follows from its bids; nobody chooses."))
    if Award.objects.filter(lot=lot).exists():
        raise WrongState(_("This lot has been awarded already."))
    stops.check(project, "award")
    procedure = open_procedure(project) if project.state in ("evaluated", "publicity") else None
    if procedure is None or procedure.stage == Stage.REOPENED:
        raise WrongState(_("The evaluation has to be concluded first."))
    if limits.is_government(project):
        if procedure.reported_on is None:
            raise WrongState(_("The evaluation report goes to the buyer first."))
    elif procedure.public_until_on is None:
        raise WrongState(_("Publish the candidates first."))
    elif today() <= procedure.public_until_on:
        raise WrongState(
            _("The candidates are public until %(day)s; the winner is chosen afterwards."),
            day=written(procedure.public_until_on),
        )


def _wrong_choice(lot: Lot, candidate: Candidate, draft: ChoiceDraft) -> dict[str, type_of_message]:
    if draft.ground not in Ground.values:
        return {"ground": _("Please choose one of the answers.")}
    if candidate.rank is None:
        return _wrong_separated(lot, candidate, draft)
    if draft.ground == Ground.SEPARATED:
        return {
            "ground": _("The candidates are ranked: the first one is chosen, or the next one on a ground of the law.")
        }
    if candidate.rank == 1:
        return {} if draft.ground == Ground.FIRST else {"ground": _("This is the first candidate.")}
    if draft.ground not in PASSING_OVER:
        return {
            "ground": _(
                "Another than the first candidate can be chosen only if the one before gives up, cannot perform, gave no"
                " performance bond or broke the law (%(source)s)."
            )
            % {"source": rule(by_law(rules.PASSING_OVER, lot.project), today()).display_source}
        }
    if not draft.note.strip():
        return {"note": _("Write down the facts of this ground.")}
    if missing := _not_passed(lot, candidate.rank):
        return {
            "candidate": _("The candidates are chosen in their order; number %(rank)s comes first.") % {"rank": missing}
        }
    return {}


def _not_passed(lot: Lot, rank: int) -> int | None:
    """The lowest rank that was not passed over yet, besides the one that this choice passes over."""
    named = list(lot.candidates.values_list("pk", flat=True))
    gone = set(lot.withdrawn_awards.filter(candidate__in=named).values_list("candidate__rank", flat=True))
    passing = lot.choices.filter(candidate__in=named).exclude(ground__in=(Ground.FIRST, Ground.SEPARATED))
    for one in passing.select_related("candidate"):
        gone |= set(range(1, one.candidate.rank or 1))
    return next((before for before in range(1, rank - 1) if before not in gone), None)


def _wrong_separated(lot: Lot, candidate: Candidate, draft: ChoiceDraft) -> dict[str, type_of_message]:
    """Unranked candidates: written rules, an award committee, its minutes."""
    wrong: dict[str, type_of_message] = {}
    if draft.ground != Ground.SEPARATED:
        wrong["ground"] = _("The candidates are not ranked: they are chosen by the written rules of the tenderer.")
    if not draft.note.strip():
        wrong["note"] = _("Write down by which written rules was chosen.")
    if draft.minutes_id is None:
        wrong["minutes"] = _("Add the minutes of the award committee.")
    names = [name.strip() for name, _chosen_id, _reason in draft.votes]
    least = rule(rules.LEAST_VOTES, today())
    if len(names) < least.days or len(names) % 2 == 0 or len(set(names)) != len(names) or not all(names):
        wrong["votes"] = _(
            "An award committee has an odd number of members, %(n)s at least, each named once (%(source)s)."
        ) % {"n": least.days, "source": least.display_source}
        return wrong
    known = set(lot.candidates.values_list("pk", flat=True))
    counted = Counter(chosen for _name, chosen, _reason in draft.votes)
    if counted.keys() - known:
        wrong["votes"] = _("Each member votes for a candidate of this lot.")
    elif counted[candidate.pk] * 2 <= len(names):
        wrong["votes"] = _("The chosen candidate needs more than half of the votes.")
    return wrong


def _chosen(project: Project) -> None:
    """Once each lot with candidates has its choice, the announcement is due."""
    named = Candidate.objects.filter(lot__project=project).values("lot")
    lots = project.lots.filter(pk__in=named, award__isnull=True)
    chosen = Choice.objects.filter(lot__project=project, replaced_at__isnull=True).values("lot")
    if not lots.exclude(pk__in=chosen).exists():
        procedure = open_procedure(project)
        procedure.chosen_on = today()
        enter(procedure, Stage.ANNOUNCE, today())


# --- the award ----------------------------------------------------------------------------------------------------------


@action
def award(actor: Actor, lot_id: int, *, state_version: int | None) -> Award:
    """Award a lot: notice to the winner, result with reasons to the others, public result, deal, contract, bonds.

    Raises WrongState for a second award, while a remedy holds the tender up or the publicity runs; Blocked for a
    winner that is kept out since; Invalid for a price over the control price or the budget.
    """
    lot = locked_lot(actor, lot_id)
    project = lot.project
    if not policies.may_review(person(actor), project):
        raise NotAllowed()
    if Award.objects.filter(lot=lot).exists():
        raise WrongState(_("This lot has been awarded already."))
    same_version(project, state_version)
    stops.check(project, "award")
    made = _sale_award(lot) if project.is_sale else _chosen_award(lot)
    made.awarded_by, made.awarded_on = person(actor), today()
    check_firms(lot, made.bidder)
    made.save()
    winner = made.bidder.organisation.name
    contract = Contract.objects.create(
        lot=lot, bidder=made.bidder, award_fen=made.price_fen, notified_on=today(), due_on=limits.sign_by(today()),
        number=next_number(PREFIX, PLACE, today()), created_at=now(),
    )  # fmt: skip
    deals.write_award(lot, winner=winner, price_fen=made.price_fen, on=today())
    _publish_result(lot, winner, made.price_fen, actor)
    told = _tell_bidders(made, contract)
    if limits.is_government(project):
        losers = Bond.objects.filter(lot=lot).exclude(pk__in=bonds_of(lot, made.bidder).values("pk"))
        release(losers, Bond.Ground.LOST, today(), actor)
    data = {
        "lot": lot.number,
        "bidder": made.bidder.organisation.uscc,
        "price_fen": made.price_fen,
        "ground": made.ground,
        **facts(*told),
    }
    record(project, "tender.lot_awarded", actor, from_state=project.state, to_state=project.state, data=data)
    record(contract, "contract.begun", actor, to_state="due", data={"award_fen": made.price_fen, **facts(contract)})
    advance(project, actor)
    return made


def _chosen_award(lot: Lot) -> Award:
    choice = lot.choices.filter(replaced_at__isnull=True).select_related("candidate__bidder__organisation").first()
    if choice is None:
        raise WrongState(_("The tenderer chooses the winner of this lot first."))
    check_may_choose(lot.project, lot)
    candidate = choice.candidate
    limit = price_limit(lot)
    if limit is not None and candidate.price_fen > limit:
        raise Invalid(
            _("The price lies over the control price or the budget of %(limit)s yuan; such a bid cannot be awarded."),
            limit=format_yuan(limit),
        )
    return Award(
        lot=lot, candidate=candidate, bidder=candidate.bidder, price_fen=candidate.price_fen, ground=choice.ground
    )


def _sale_award(lot: Lot) -> Award:
    result = SaleResult.objects.filter(lot=lot).select_related("bidder__organisation").first()
    if result is None:
        raise WrongState(_("Record the result of the sale first."))
    procedure = open_procedure(lot.project)
    if procedure.public_until_on is None or lot.project.state not in ("publicity", "evaluated"):
        raise WrongState(_("Publish the result of the sale first."))
    if today() <= procedure.public_until_on:
        raise WrongState(
            _("The result is public until %(day)s; it is confirmed afterwards."), day=written(procedure.public_until_on)
        )
    return Award(lot=lot, bidder=result.bidder, price_fen=result.price_fen)


def _publish_result(lot: Lot, winner: str, price_fen: int, actor: Actor) -> None:
    with override("zh-hans"):
        text = f"{lot.name}：中标（成交）人 {winner}，金额 {money(price_fen)}。"
    put_up(lot.project, Notice.Kind.RESULT, text, actor)


def _tell_bidders(made: Award, contract: Contract) -> list[ResultNotice]:
    """The winner, and each firm whose bid was opened with the reason why it was not chosen."""
    lot, winner = made.lot, made.bidder.organisation.name
    reasons = {made.bidder_id: ""} | _reasons(lot, made)
    bidders = Bidder.objects.select_related("organisation").in_bulk(list(reasons))
    told = []
    for pk, reason in sorted(reasons.items()):
        notice = ResultNotice.objects.create(
            lot=lot, bidder=bidders[pk], won=pk == made.bidder_id, reason=reason, sent_on=today()
        )
        papers.result(notice, winner=winner, price_fen=made.price_fen)
        notices.tell_result(notice, winner=winner, contract=contract)
        told.append(notice)
    return told


def _reasons(lot: Lot, made: Award) -> dict[int, str]:
    """Why each other bidder was not chosen, in the centre's language."""
    ranks = {one.bidder_id: one for one in lot.candidates.all()}
    found = {}
    for bid in OpenedBid.objects.filter(lot=lot).exclude(bidder=made.bidder_id):
        candidate = ranks.get(bid.bidder_id)
        if bid.finding:
            found[bid.bidder_id] = f"投标文件未能正常开启（{bid.finding}），未参加评审。"
        elif candidate is None:
            found[bid.bidder_id] = "经评审未被推荐为中标（成交）候选人。"
        elif candidate.rank is None:
            found[bid.bidder_id] = "列为中标候选人，招标人依据书面定标规则择优确定了其他候选人。"
        else:
            score = f"，综合得分 {candidate.score}" if candidate.score is not None else ""
            found[bid.bidder_id] = f"列第 {candidate.rank} 名{score}。"
    return found
