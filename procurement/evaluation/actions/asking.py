"""Questions to bidders: asked by the chair, answered by the bidder's agents within the limit."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.money import format_yuan
from portal.core.rules import rule
from portal.core.time import now, today
from procurement.evaluation import notices, policies
from procurement.evaluation.actions.common import OVER, PORTAL, at_desk, in_centre_language, minute, person
from procurement.evaluation.models import Clarification, EvaluatedBid, Evaluation, Negotiation, Rejection
from procurement.evaluation.rules import ANSWER_MINUTES
from procurement.fixed import facts
from procurement.tenders.limits import price_limit

BATCH = 100
LONGEST_MINUTES = 24 * 60
ASKING_STATES = frozenset({"reviewing", "clarifying", "negotiating", "scoring"})
# Before a rejection that is already under way nothing is asked twice: its own clarification is the question.
CORRECTIONS: dict[str, type_of_message] = {
    "words": _("The amount in words counts before the amount in figures."),
    "sum": _("The sum of the unit prices counts before the total."),
    "point": _("The total of the opening list counts before a unit price with a misplaced point or percent sign."),
    "list": _("The opening list counts before other places of the bid."),
}


@action
def ask(actor: Actor, evaluation_id: int, bid_id: int, question: str, *, minutes: int | None = None) -> Clarification:
    """Ask one bidder what is unclear, by the chair. Raises Invalid, NotAllowed, NotFound, WrongState."""
    one, bid = _asked(actor, evaluation_id, bid_id)
    if not question.strip():
        raise Invalid(fields={"question": _("Write your question.")})
    made = put(bid, Clarification.Kind.PLAIN, question.strip(), minutes=minutes)
    record(one, "evaluation.asked", actor, data={"clarification": made.pk, "kind": made.kind, **facts(made)})
    return made


@action
def correct(
    actor: Actor, evaluation_id: int, bid_id: int, *, ground: str, corrected_fen: int, note: str
) -> Clarification:
    """Correct an arithmetic error by rule; it counts once the bidder accepts it, and else the bid may be rejected.

    Source: MOF order 87, article 59; interim provisions on evaluation committees, article 19. Raises Invalid.
    """
    one, bid = _asked(actor, evaluation_id, bid_id)
    wrong: dict[str, type_of_message] = {}
    if one.state == "scoring":
        raise WrongState(_("Prices are corrected before the scoring begins."))
    if one.state == "negotiating" or Negotiation.objects.filter(evaluation=one, closed_at__isnull=False).exists():
        raise WrongState(
            _("A final offer is one price and is not corrected; errors of the bid are corrected before it.")
        )
    if ground not in CORRECTIONS:
        wrong["ground"] = _("Please choose one of the answers.")
    if corrected_fen <= 0 or corrected_fen == bid.price_fen:
        wrong["corrected_fen"] = _("Enter the corrected price; it differs from the price of the bid.")
    if not note.strip():
        wrong["note"] = _("Say where the error stands.")
    if bid.clarifications.filter(kind=Clarification.Kind.ARITHMETIC).exclude(accepted=True).exists():
        wrong["corrected_fen"] = _("A correction of this bid is under way, or was not accepted.")
    if wrong:
        raise Invalid(fields=wrong)
    law = in_centre_language(CORRECTIONS[ground])
    question = f"{note.strip()}\n{law}\n{format_yuan(bid.price_fen)} → {format_yuan(corrected_fen)}"
    made = put(bid, Clarification.Kind.ARITHMETIC, question, corrected_fen=corrected_fen)
    record(one, "evaluation.asked", actor, data={"clarification": made.pk, "kind": made.kind, **facts(made)})
    return made


def _asked(actor: Actor, evaluation_id: int, bid_id: int) -> tuple[Evaluation, EvaluatedBid]:
    one, _seat = at_desk(actor, evaluation_id)
    if not policies.is_chair(person(actor), one):
        raise NotAllowed(_("The chair puts the committee's questions."))
    if one.state not in ASKING_STATES:
        raise WrongState()
    if one.state == "negotiating" and one.negotiation.opened_at is not None:
        raise WrongState(_("The round of final offers is open; questions come before it."))
    bid = one.bids.select_related("bid__bidder", "evaluation__lot__project").filter(pk=bid_id).first()
    if bid is None:
        raise NotFound()
    if bid.rejected:
        raise WrongState(_("This bid has been rejected."))
    return one, bid


def put(
    bid: EvaluatedBid,
    kind: str,
    question: str,
    *,
    minutes: int | None = None,
    corrected_fen: int | None = None,
    by_buyer: bool = False,
) -> Clarification:
    """Write the question with its limit and tell the bidder; the evaluation is locked. Raises Invalid."""
    least = rule(ANSWER_MINUTES, today()).days
    given = least if minutes is None else minutes
    if not least <= given <= LONGEST_MINUTES:
        raise Invalid(
            fields={"minutes": _("Give between %(a)s and %(b)s minutes.") % {"a": least, "b": LONGEST_MINUTES}}
        )
    moment = now()
    made = Clarification.objects.create(
        bid=bid, kind=kind, question=question, asked_at=moment, due_at=moment + dt.timedelta(minutes=given),
        corrected_fen=corrected_fen, by_buyer=by_buyer,
    )  # fmt: skip
    notices.tell_asked(made)
    return made


def propose_rejection(bid: EvaluatedBid, ground: str, kind: str, text: str, *, by_buyer: bool = False) -> Rejection:
    """Ask the bidder before a rejection; the evaluation is locked. A second ground of the same kind joins the first."""
    found = bid.rejections.filter(ground=ground).first()
    if found is not None:
        return found
    asked = put(bid, kind, text, by_buyer=by_buyer)
    made = Rejection.objects.create(bid=bid, clarification=asked, ground=ground, text=text)
    data = {"clarification": asked.pk, "kind": asked.kind, **facts(asked, made)}
    record(bid.evaluation, "evaluation.asked", PORTAL, data=data)
    return made


@action
def answer(actor: Actor, clarification_id: int, text: str, *, accepted: bool | None = None) -> Clarification:
    """Answer for the bidder within the limit, once. Raises Invalid, NotFound for all but the bidder, WrongState."""
    user = person(actor)
    rows = Clarification.objects.select_related("bid__bid__bidder__organisation", "bid__evaluation__lot__project")
    found = rows.filter(pk=clarification_id).first()
    if found is None or not policies.may_answer(user, found):
        raise NotFound()
    one = db.lock_row(Evaluation.objects.select_related("session", "lot__project"), found.bid.evaluation_id)
    found.refresh_from_db(fields=["answered_at", "lapsed_at", "due_at"])
    if one.session.ended_at is not None or one.lot.project.state != "opened" or one.ended_at is not None:
        raise WrongState(OVER)
    if found.answered_at is not None:
        raise WrongState(_("This has been answered already."))
    if found.lapsed_at is not None or now() > found.due_at:
        raise WrongState(_("The limit for this answer has passed."))
    correction = found.kind == Clarification.Kind.ARITHMETIC
    if correction and accepted is None:
        raise Invalid(fields={"accepted": _("Say whether you accept the corrected price.")})
    if not text.strip() and not (correction and accepted):
        raise Invalid(fields={"answer": _("Write your answer.")})
    found.answer, found.answered_at, found.answered_by = text.strip(), now(), user
    found.accepted = accepted if correction else None
    found.save(update_fields=["answer", "answered_at", "answered_by", "accepted"])
    if correction:
        _settle_correction(found)
    data = {"clarification": found.pk, **facts(found, *Rejection.objects.filter(clarification=found))}
    record(one, "evaluation.answered", actor, data=data)
    notices.tell_answered(found)
    return found


def _settle_correction(one: Clarification) -> None:
    """An accepted correction is the price from now on; a refused one is a ground that the members vote on."""
    bid = one.bid
    if one.accepted and one.corrected_fen is not None:
        minute(
            bid.evaluation, _("%(bidder)s accepted the corrected price: %(before)s → %(after)s."),
            bidder=bid.bid.bidder, before=format_yuan(bid.price_fen), after=format_yuan(one.corrected_fen),
        )  # fmt: skip
        bid.price_fen = one.corrected_fen
        bid.save(update_fields=["price_fen"])
        _check_limit(one)
    else:
        not_accepted(one)


def _check_limit(one: Clarification) -> None:
    """A corrected price over the limit of the lot is a ground that the members vote on, like one in the bid itself."""
    limit = price_limit(one.bid.evaluation.lot)
    if limit is None or one.bid.price_fen <= limit:
        return
    text = in_centre_language(
        _("The corrected price of %(price)s yuan is over the limit of %(limit)s yuan; such a bid cannot be awarded."),
        price=format_yuan(one.bid.price_fen), limit=format_yuan(limit),
    )  # fmt: skip
    Rejection.objects.create(bid=one.bid, clarification=one, ground=Rejection.Ground.OVER_LIMIT, text=text)


def not_accepted(one: Clarification) -> None:
    """Refused or left unanswered: the same clarification stands before the rejection."""
    Rejection.objects.get_or_create(
        bid=one.bid, ground=Rejection.Ground.ARITHMETIC, defaults={"clarification": one, "text": one.question}
    )


@action
def lapse_due(limit: int = BATCH) -> int:
    """Close the clarifications whose limit has passed, and tell who asked; returns how many."""
    due = Clarification.objects.filter(answered_at__isnull=True, lapsed_at__isnull=True, due_at__lt=now())
    found = list(due.order_by("due_at", "pk").values_list("pk", "bid__evaluation")[:limit])
    db.lock_rows(Evaluation.objects.all(), {evaluation for _pk, evaluation in found})
    rows = due.filter(pk__in=[pk for pk, _evaluation in found])
    done = 0
    for one in rows.select_related("bid__evaluation__lot__project", "bid__bid__bidder__organisation"):
        lapse(one)
        done += 1
    return done


def lapse(one: Clarification) -> None:
    """The limit has passed; the evaluation is locked."""
    one.lapsed_at = now()
    one.save(update_fields=["lapsed_at"])
    evaluation = one.bid.evaluation
    if one.kind == Clarification.Kind.ARITHMETIC:
        not_accepted(one)
    data = {"clarification": one.pk, **facts(one, *Rejection.objects.filter(clarification=one))}
    record(evaluation, "evaluation.lapsed", PORTAL, data=data)
    minute(evaluation, _("%(bidder)s did not answer within the limit."), bidder=one.bid.bid.bidder)
    notices.tell_answered(one, lapsed=True)


def is_settled(one: Clarification) -> bool:
    """Answered, or its limit has passed."""
    return one.answered_at is not None or one.lapsed_at is not None or now() > one.due_at
