"""Reviews of qualification and conformity: passed or failed by each member, settled by the majority."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.events import record
from portal.core.rules import rule
from portal.core.time import now, today
from procurement.evaluation import policies
from procurement.evaluation.actions.asking import is_settled, propose_rejection
from procurement.evaluation.actions.common import (
    at_desk,
    end_session,
    finish,
    full_committee,
    locked,
    locked_project,
    majority,
    minute,
    person,
)
from procurement.evaluation.lifecycle import EVALUATION
from procurement.evaluation.models import (
    Clarification,
    Criterion,
    EvaluatedBid,
    Evaluation,
    Explanation,
    Negotiation,
    Rejection,
    Verdict,
)
from procurement.evaluation.models.sheet import REVIEWED
from procurement.evaluation.rules import MINIMUM, TWO_GROUNDS
from procurement.experts.models import PanelMember
from procurement.fixed import facts, joined, taken_away
from procurement.models import Method
from procurement.tenders.models import Project

KINDS = {
    Rejection.Ground.QUALIFICATION: Clarification.Kind.REJECTION,
    Rejection.Ground.CONFORMITY: Clarification.Kind.REJECTION,
    Rejection.Ground.LOW_PRICE: Clarification.Kind.LOW_PRICE,
}


@dataclass(frozen=True)
class Finding:
    """What somebody found for one criterion of one bid."""

    bid_id: int
    criterion_id: int
    passed: bool
    note: str = ""


def committee_parts(one: Evaluation) -> list[str]:
    """What the committee reviews: without the qualification where the buyer does that."""
    buyers = policies.buyer_qualifies(one.lot.project)
    return [Criterion.Part.CONFORMITY] if buyers else list(REVIEWED)


@action
def judge(actor: Actor, evaluation_id: int, findings: Sequence[Finding]) -> int:
    """Write one's own findings; they may be changed until the chair closes the reviews. Raises Invalid, WrongState."""
    one, seat = at_desk(actor, evaluation_id)
    if one.state != "reviewing":
        raise WrongState(_("The reviews are closed."))
    count = _write(one, findings, committee_parts(one), seat, actor)
    record(one, "evaluation.judged", actor, data={"findings": count})
    return count


def _write(
    one: Evaluation, findings: Sequence[Finding], parts: Sequence[str], seat: PanelMember | None, actor: Actor
) -> int:
    bids = {bid.pk: bid for bid in one.bids.filter(rejected=False)}
    criteria = {row.pk: row for row in one.lot.sheet.criteria.filter(part__in=parts)}
    wrong = {}
    for finding in findings:
        if finding.bid_id not in bids or finding.criterion_id not in criteria:
            raise NotFound()
        if not finding.passed and not finding.note.strip():
            wrong[f"note_{finding.bid_id}_{finding.criterion_id}"] = _("Say what is missing, for the bidder to answer.")
    if wrong:
        raise Invalid(fields=wrong)
    _save(one, findings, seat, actor)
    return len(findings)


def _save(one: Evaluation, findings: Sequence[Finding], seat: PanelMember | None, actor: Actor) -> None:
    """Three statements, however many findings there are."""
    held = {(row.bid_id, row.criterion_id): row for row in Verdict.objects.filter(bid__evaluation=one, member=seat)}
    rows = {(finding.bid_id, finding.criterion_id): finding for finding in findings}
    made: list[Verdict] = []
    changed: list[Verdict] = []
    for key, finding in rows.items():
        row = held.get(key) or Verdict(bid_id=finding.bid_id, criterion_id=finding.criterion_id, member=seat)
        row.passed, row.note, row.by = (
            finding.passed,
            "" if finding.passed else finding.note.strip()[:500],
            person(actor),
        )
        (changed if row.pk else made).append(row)
    Verdict.objects.bulk_create(made)
    Verdict.objects.bulk_update(changed, ["passed", "note", "by"])


@action
def close_reviews(actor: Actor, evaluation_id: int, *, state_version: int | None) -> Evaluation:
    """Settle every criterion by the majority; who failed is asked before the bid may be rejected.

    By the chair, when every member has judged every bid. Raises NotAllowed, Stale, WrongState.
    """
    one, _seat = at_desk(actor, evaluation_id)
    step = EVALUATION.begin(one, "close_reviews", actor, state_version=state_version)
    members = full_committee(one.session)
    parts = committee_parts(one)
    verdicts = _verdicts(one, parts, members)
    missing = _missing(one, parts, members, len(verdicts))
    if missing:
        raise WrongState(_("%(n)s findings are missing: every member judges every bid."), n=missing)
    failed = _failed_by_majority(verdicts, members)
    for bid, ground, text in failed:
        propose_rejection(bid, ground, KINDS[Rejection.Ground(ground)], text)
    finish(one, step, actor, rejections=len(failed))
    return one


def _verdicts(one: Evaluation, parts: Sequence[str], members: Sequence[PanelMember]) -> list[Verdict]:
    """The findings that count: of attending members; those of a replaced one are kept and not counted."""
    rows = Verdict.objects.filter(bid__evaluation=one, bid__rejected=False, criterion__part__in=parts)
    rows = rows.filter(member__in=[member.pk for member in members])
    related = ("bid__bid__bidder__organisation", "bid__evaluation__lot__project", "criterion")
    return list(rows.select_related(*related).order_by("bid", "criterion__order", "pk"))


def _missing(one: Evaluation, parts: Sequence[str], members: Sequence[PanelMember], given: int) -> int:
    bids = one.bids.filter(rejected=False).count()
    return bids * one.lot.sheet.criteria.filter(part__in=parts).count() * len(members) - given


def check_all_judged(one: Evaluation, members: Sequence[PanelMember]) -> None:
    """Somebody who took a seat after the reviews has not judged yet: then they are taken up again. Raises WrongState."""
    parts = committee_parts(one)
    if _missing(one, parts, members, len(_verdicts(one, parts, members))) > 0:
        raise WrongState(
            _("A member was replaced. The chair takes the reviews up again, so that the new member judges.")
        )


@action
def take_up(actor: Actor, evaluation_id: int, *, state_version: int | None) -> Evaluation:
    """Take the reviews up again after a member was replaced, whose conclusions do not count (regulation, art. 48).

    What the others gave stays; decided rejections are open again until the new member has voted. Raises NotAllowed,
    Stale, WrongState when nobody was replaced.
    """
    one, _seat = at_desk(actor, evaluation_id)
    step = EVALUATION.begin(one, "take_up", actor, state_version=state_version)
    negotiation = Negotiation.objects.filter(evaluation=one, opened_at__isnull=False).first()
    if negotiation is not None and negotiation.closed_at is None:
        raise WrongState(_("Final offers are being given. Open them first, after the end of the round."))
    members = full_committee(one.session)
    parts = committee_parts(one)
    if _missing(one, parts, members, len(_verdicts(one, parts, members))) <= 0:
        raise WrongState(_("Every member has judged; there is nothing to take up again."))
    rejections = Rejection.objects.filter(bid__evaluation=one, bid__left=False, clarification__by_buyer=False)
    if negotiation is not None:  # whoever was rejected before gave no final offer, and final offers come once
        rejections = rejections.exclude(decided_at__lte=negotiation.opened_at)
    EvaluatedBid.objects.filter(rejections__in=rejections).update(rejected=False)
    open_again = list(rejections)
    rejections.update(outcome=Rejection.Outcome.OPEN, decided_at=None, reason="")
    one.bids.update(price_points=None, points=None, technical=None, total=None, place=None)
    lifted, signed = Explanation.objects.filter(card__evaluation=one), one.signatures.all()
    step.data |= joined(facts(*open_again), taken_away(*lifted, *signed))
    lifted.delete()
    signed.delete()
    one.failure, one.report_at, one.tie_order, one.tie_reason = "", None, [], ""
    minute(one, _("A member was replaced; the reviews were taken up again."))
    finish(one, step, actor)
    return one


def _failed_by_majority(verdicts: list[Verdict], members: list[PanelMember]) -> list[tuple[EvaluatedBid, str, str]]:
    """(bid, ground, the question) for each part of the reviews that a bid failed; one entry for all its criteria."""
    against: dict[tuple[int, int], list[Verdict]] = defaultdict(list)
    for one in verdicts:
        if not one.passed:
            against[one.bid_id, one.criterion_id].append(one)
    grouped: dict[tuple[int, str], list[Verdict]] = defaultdict(list)
    for rows in against.values():
        if majority(members, len(rows)):
            grouped[rows[0].bid_id, rows[0].criterion.part] += rows
    return [(rows[0].bid, part, question(rows)) for (_bid, part), rows in grouped.items()]


def question(rows: Sequence[Verdict]) -> str:
    """What the bidder is asked: each criterion with what the members found missing, without their names."""
    lines: dict[str, list[str]] = defaultdict(list)
    for one in rows:
        if one.note not in lines[one.criterion.title]:
            lines[one.criterion.title].append(one.note)
    return "\n".join(f"{title}：{'；'.join(notes)}" for title, notes in lines.items())


# --- the buyer's review of the qualification --------------------------------------------------------------------------


def at_buyers_desk(actor: Actor, evaluation_id: int) -> Evaluation:
    """The evaluation, locked, for the buyer's own review. Others get NotFound."""
    user = person(actor)
    found = Evaluation.objects.select_related("lot__project").filter(pk=evaluation_id).first()
    if found is None or not policies.may_qualify(user, found):
        raise NotFound()
    return locked(evaluation_id)


@action
def qualify(actor: Actor, evaluation_id: int, findings: Sequence[Finding]) -> int:
    """Write the buyer's findings on the qualification; a failed one asks the bidder at once. Raises Invalid."""
    one = at_buyers_desk(actor, evaluation_id)
    if one.state != "qualifying":
        raise WrongState(_("The reviews are closed."))
    parts = [Criterion.Part.QUALIFICATION]
    wanted = set(one.lot.sheet.criteria.filter(part__in=parts).values_list("pk", flat=True))
    for bid in {finding.bid_id for finding in findings}:
        if {finding.criterion_id for finding in findings if finding.bid_id == bid} != wanted:
            raise Invalid(_("Judge every bidder by every criterion first."))
    asked = set(Rejection.objects.filter(bid__evaluation=one).values_list("bid", flat=True))
    if any(finding.bid_id in asked for finding in findings):
        raise WrongState(_("This bidder has been asked already; decide on the answer."))
    count = _write(one, findings, parts, None, actor)
    rows = Verdict.objects.filter(bid__evaluation=one, member__isnull=True, passed=False)
    failed: Mapping[int, list[Verdict]] = defaultdict(list)
    related = ("bid__bid__bidder__organisation", "bid__evaluation__lot__project", "criterion")
    for verdict in rows.exclude(bid__in=asked).select_related(*related).order_by("criterion__order"):
        failed[verdict.bid_id].append(verdict)
    for verdicts in failed.values():
        ground = Rejection.Ground.QUALIFICATION
        propose_rejection(verdicts[0].bid, ground, KINDS[ground], question(verdicts), by_buyer=True)
    record(one, "evaluation.judged", actor, data={"findings": count})
    return count


@action
def decide_qualification(actor: Actor, rejection_id: int, *, reject: bool, reason: str) -> Rejection:
    """The buyer's word after the bidder's answer, or after its limit. Raises Invalid, NotFound, WrongState."""
    found = Rejection.objects.select_related("clarification", "bid").filter(pk=rejection_id).first()
    if found is None or not found.by_buyer:
        raise NotFound()
    one = at_buyers_desk(actor, found.bid.evaluation_id)
    found.refresh_from_db()
    found.clarification.refresh_from_db()
    if found.outcome != Rejection.Outcome.OPEN or one.state != "qualifying":
        raise WrongState(_("This has been decided already."))
    if not is_settled(found.clarification):
        raise WrongState(_("The bidder still has time to answer."))
    if not reason.strip():
        raise Invalid(fields={"reason": _("Give the reason for the decision.")})
    settle(found, reject=reject, reason=reason.strip())
    data = {"rejection": found.pk, "outcome": found.outcome, **facts(found)}
    record(one, "evaluation.rejection_decided", actor, data=data)
    return found


def settle(rejection: Rejection, *, reject: bool, reason: str) -> None:
    """Write the outcome; the evaluation is locked."""
    outcome = Rejection.Outcome.CONFIRMED if reject else Rejection.Outcome.DROPPED
    rejection.outcome, rejection.decided_at, rejection.reason = outcome, now(), reason
    rejection.save(update_fields=["outcome", "decided_at", "reason"])
    if reject:
        EvaluatedBid.objects.filter(pk=rejection.bid_id).update(rejected=True)


@action
def hand_over(actor: Actor, evaluation_id: int, *, state_version: int | None) -> Evaluation:
    """Hand the lot over to the committee; with fewer than three qualified bidders it has failed.

    Source: MOF order 87, article 44. Raises NotAllowed, Stale, WrongState while something is open.
    """
    project = _locked_project_of(evaluation_id)
    one = at_buyers_desk(actor, evaluation_id)
    step = EVALUATION.begin(one, "hand_over", actor, state_version=state_version)
    criteria = one.lot.sheet.criteria.filter(part=Criterion.Part.QUALIFICATION).count()
    judged = Verdict.objects.filter(bid__evaluation=one, member__isnull=True).count()
    if judged < criteria * one.bids.count():
        raise WrongState(_("Judge every bidder by every criterion first."))
    if Rejection.objects.filter(bid__evaluation=one, outcome=Rejection.Outcome.OPEN).exists():
        raise WrongState(_("Decide on every bidder that was asked first."))
    left = one.bids.filter(rejected=False).count()
    if left < least_qualified(one):
        one.failure = Evaluation.Failure.TOO_FEW if left else Evaluation.Failure.ALL_REJECTED
        minute(one, _("%(n)s bidders qualify, fewer than the law asks for."), n=left)
    finish(one, step, actor, left=left)
    end_session(project, one.session)
    return one


def _locked_project_of(evaluation_id: int) -> Project:
    """The tender before its evaluation, in the order in which every action takes them."""
    found = Evaluation.objects.filter(pk=evaluation_id).values_list("session__project", flat=True).first()
    return locked_project(found or 0)


def least_qualified(one: Evaluation) -> int:
    """How many bids must be left in government procurement; the tendering law leaves it to the committee."""
    project = one.lot.project
    if project.method == Method.SINGLE or not policies.is_government(project):
        return 1
    if one.few_ground:
        return int(rule(TWO_GROUNDS, today()).value[one.few_ground])
    return rule(MINIMUM, today()).days
