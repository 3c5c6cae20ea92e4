"""Independent scores: each member alone, handed in once, compared only when everybody has handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now
from procurement.evaluation import notices, policies, proofs
from procurement.evaluation.actions.common import at_desk, finish, full_committee, minute, person
from procurement.evaluation.actions.deciding import write_result
from procurement.evaluation.actions.reviewing import check_all_judged
from procurement.evaluation.lifecycle import EVALUATION
from procurement.evaluation.models import Criterion, Evaluation, Explanation, Score, Scorecard
from procurement.evaluation.models.sheet import POINTED
from procurement.evaluation.reckoning import disagreements, open_ties, outliers, reckon, scores_of
from procurement.experts.models import PanelMember
from procurement.fixed import facts, taken_away


@dataclass(frozen=True)
class Entry:
    """What a member gives one bid for one criterion: points, or an opinion in a qualitative review."""

    bid_id: int
    criterion_id: int
    points: Decimal | None = None
    opinion: str = ""


@action
def save_scores(actor: Actor, evaluation_id: int, entries: Sequence[Entry]) -> Scorecard:
    """Save a draft; one entry or many. Raises Invalid that names each field, WrongState once handed in."""
    one, seat = _scoring(actor, evaluation_id)
    card = _open_card(one, seat)
    _write(one, card, entries)
    return card


def _scoring(actor: Actor, evaluation_id: int) -> tuple[Evaluation, PanelMember]:
    one, seat = at_desk(actor, evaluation_id)
    if one.state != "scoring":
        raise WrongState(_("Scores are given after the reviews and before the scoring is closed."))
    return one, seat


def _open_card(one: Evaluation, seat: PanelMember) -> Scorecard:
    card, _made = Scorecard.objects.get_or_create(evaluation=one, member=seat)
    if card.handed_in_at is not None:
        raise WrongState(_("You have handed in your scores. Only the chair can open them again, with a reason."))
    return card


def _write(one: Evaluation, card: Scorecard, entries: Sequence[Entry]) -> None:
    criteria = {row.pk: row for row in one.lot.sheet.criteria.filter(part__in=POINTED)}
    bids = set(one.bids.filter(rejected=False).values_list("pk", flat=True))
    if any(entry.bid_id not in bids or entry.criterion_id not in criteria for entry in entries):
        raise NotFound()
    wrong = {
        f"score_{entry.bid_id}_{entry.criterion_id}": problem
        for entry in entries
        if (problem := _wrong(criteria[entry.criterion_id], entry))
    }
    if wrong:
        raise Invalid(fields=wrong)
    rows = {(entry.bid_id, entry.criterion_id): entry for entry in entries}
    held = {(row.bid_id, row.criterion_id): row for row in card.scores.all()}
    made: list[Score] = []
    changed: list[Score] = []
    for key, entry in rows.items():
        row = held.get(key) or Score(card=card, bid_id=entry.bid_id, criterion_id=entry.criterion_id)
        row.points, row.opinion = entry.points, entry.opinion.strip()
        (changed if row.pk else made).append(row)
    Score.objects.bulk_create(made)
    Score.objects.bulk_update(changed, ["points", "opinion"])


def _wrong(criterion: Criterion, entry: Entry) -> type_of_message:
    if entry.points is None:
        return ""
    if not criterion.max_points:
        return _("Nothing is scored here; write your opinion.")
    if not entry.points.is_finite() or not 0 <= entry.points <= criterion.max_points:
        return _("Give between 0 and %(most)s points.") % {"most": criterion.max_points}
    if entry.points != entry.points.quantize(Decimal("0.01")):
        return _("Give at most two decimal places.")
    return ""


@action
def hand_in(actor: Actor, evaluation_id: int, entries: Sequence[Entry] = ()) -> Scorecard:
    """Hand in one's scores, which are final then. Raises Invalid that names what is missing, WrongState."""
    one, seat = _scoring(actor, evaluation_id)
    card = _open_card(one, seat)
    _write(one, card, entries)
    given = {(row.bid_id, row.criterion_id): row for row in card.scores.all()}
    missing: dict[str, type_of_message] = {}
    for bid in one.bids.filter(rejected=False):
        for criterion in one.lot.sheet.criteria.filter(part__in=POINTED):
            row = given.get((bid.pk, criterion.pk))
            if row is None or (row.points is None if criterion.max_points else not row.opinion):
                missing[f"score_{bid.pk}_{criterion.pk}"] = _("Please fill this in.")
    if missing:
        raise Invalid(fields=missing)
    card.handed_in_at = now()
    card.save(update_fields=["handed_in_at"])
    record(one, "evaluation.handed_in", actor, data={"seat": seat.pk}, personal=proofs.kept(card))
    return card


@action
def reopen_card(actor: Actor, evaluation_id: int, member_id: int, *, reason: str) -> Scorecard:
    """Open a member's scores again, by the chair, minuted; everybody's are hidden until they are handed in again.

    Raises Invalid, NotAllowed, NotFound, WrongState.
    """
    one, _seat = _scoring(actor, evaluation_id)
    if not policies.is_chair(person(actor), one):
        raise NotAllowed(_("Only the chair opens scores again."))
    card = one.cards.select_related("member__user").filter(member=member_id).first()
    if card is None or card.member.state != PanelMember.State.ATTENDING:
        raise NotFound()
    if card.handed_in_at is None:
        raise WrongState(_("These scores have not been handed in."))
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why the scores are opened again.")})
    card.handed_in_at = None
    card.save(update_fields=["handed_in_at"])
    lifted = list(card.explanations.all())
    card.explanations.all().delete()
    made = minute(
        one, _("The chair opened the scores of %(member)s again: %(reason)s"), member=card.member.user.name,
        reason=reason.strip(),
    )  # fmt: skip
    record(one, "evaluation.card_reopened", actor, data={"seat": card.member_id, **taken_away(*lifted)})
    notices.tell_reopened(one, card.member, reason.strip(), made.pk)
    return card


def all_in(one: Evaluation, members: Sequence[PanelMember]) -> bool:
    """Whether every attending member has handed in, which is when scores become visible to the committee."""
    done = one.cards.filter(handed_in_at__isnull=False, member__in=[member.pk for member in members]).count()
    return bool(members) and done == len(members)


@action
def explain(actor: Actor, evaluation_id: int, bid_id: int, *, reason: str) -> Explanation:
    """Stay with a total that stands apart, with the reason for the report. Raises Invalid, NotFound, WrongState."""
    one, seat = _scoring(actor, evaluation_id)
    members = full_committee(one.session)
    if not all_in(one, members):
        raise WrongState(_("Scores are compared when everybody has handed in."))
    flags = outliers(one, scores_of(one, members))
    found = next((flag for flag in flags if (int(flag.expert), int(flag.bidder)) == (seat.pk, bid_id)), None)
    if found is None:
        raise NotFound()
    if not reason.strip():
        raise Invalid(fields={"reason": _("Give the reason for your score; it stands in the report.")})
    values = {
        "score": found.score, "mean_of_others": found.mean_of_others, "deviation": found.deviation,
        "reason": reason.strip()[:500], "at": now(),
    }  # fmt: skip
    card = one.cards.get(member=seat)
    made, _made = Explanation.objects.update_or_create(card=card, bid_id=bid_id, defaults=values)
    record(one, "evaluation.explained", actor, data={"seat": seat.pk, "bid": bid_id, **facts(made)})
    return made


@action
def settle_tie(actor: Actor, evaluation_id: int, order: Sequence[int], *, reason: str) -> Evaluation:
    """Put bids that are equal by every rule in order, by the chair, with the committee's reason in the minutes.

    Raises Invalid when the order does not name exactly the equal bids, NotAllowed, WrongState.
    """
    one, _seat = at_desk(actor, evaluation_id)
    if not policies.is_chair(person(actor), one):
        raise NotAllowed(_("The chair enters what the committee finds."))
    members = full_committee(one.session)
    scored = one.lot.sheet.is_scored
    if one.state != ("scoring" if scored else "clarifying") or (scored and not all_in(one, members)):
        raise WrongState(_("Scores are compared when everybody has handed in."))
    one.tie_order = []
    equal = {line.bid.pk: str(line.bid.bid.bidder) for line in open_ties(one, reckon(one, members))}
    if not equal or set(order) != set(equal) or len(order) != len(equal):
        raise Invalid(fields={"order": _("Name each of the equal bids once.")})
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say by what the committee put them in order.")})
    one.tie_order, one.tie_reason = list(order), reason.strip()[:500]
    one.save(update_fields=["tie_order", "tie_reason"])
    names = " > ".join(equal[pk] for pk in order)
    minute(one, _("Equal bids were put in order: %(names)s. %(reason)s"), names=names, reason=reason.strip())
    record(one, "evaluation.tie_settled", actor)
    return one


@action
def close_scoring(actor: Actor, evaluation_id: int, *, state_version: int | None) -> Evaluation:
    """Reckon the result, by the chair, when everybody has handed in, the objective points agree, and every total that
    stands apart has its reason. Raises NotAllowed, Stale, WrongState that says what is missing.
    """
    one, _seat = at_desk(actor, evaluation_id)
    step = EVALUATION.begin(one, "close_scoring", actor, state_version=state_version)
    members = full_committee(one.session)
    check_all_judged(one, members)
    if not all_in(one, members):
        raise WrongState(_("Not every member has handed in; nobody can be passed over."))
    scores = scores_of(one, members)
    if disagreements(scores):
        raise WrongState(_("Objective points differ between members. Whoever erred corrects them after being opened."))
    held = set(Explanation.objects.filter(card__evaluation=one).values_list("card__member", "bid"))
    if {(int(flag.expert), int(flag.bidder)) for flag in outliers(one, scores)} - held:
        raise WrongState(_("A total stands apart from the others'. Its member gives the reason first."))
    write_result(one, members)
    finish(one, step, actor)
    notices.tell_sign(one)
    return one
