"""The committee sits down: the session begins, members declare, the chair is elected."""

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.time import now
from procurement.bids.actions.bonds import check_settled
from procurement.bids.models import OpenedBid
from procurement.evaluation import notices, policies
from procurement.evaluation.actions.common import (
    NOT_COMPLETE,
    OVER,
    attending,
    check_no_bidder,
    check_seat,
    end_session,
    full_committee,
    locked_project,
    majority,
    person,
    somebody_missing,
)
from procurement.evaluation.models import (
    Candidate,
    ChairVote,
    Declaration,
    EvaluatedBid,
    Evaluation,
    Session,
)
from procurement.evaluation.models.sheet import Criterion
from procurement.experts.committee import is_negotiated
from procurement.experts.models import Panel, PanelMember
from procurement.fixed import facts
from procurement.tenders import policies as tender_policies
from procurement.tenders.models import FailedLot, Lot, Project


@action
def begin(actor: Actor, project_id: int) -> Session:
    """Begin the evaluation of an opened tender; once more after it was sent back to be evaluated again.

    Raises WrongState without a complete committee, without a sheet for a lot, or while a bond of a bid waits to be
    confirmed; a bid whose bond was refused since the opening is out. The candidates of an earlier round no
    longer stand.
    """
    project = locked_project(project_id)
    user = person(actor)
    if not tender_policies.may_open(user, project):
        raise NotFound()
    if not policies.may_begin(user, project):
        raise NotAllowed()
    _check_ready(project)
    check_settled(project, actor)
    number = project.evaluation_sessions.count() + 1
    Candidate.objects.filter(lot__project=project).update(ended_at=now())
    session = Session.objects.create(project=project, number=number, begun_at=now(), begun_by=user)
    gone = FailedLot.objects.not_tendered_here().filter(lot__project=project).values("lot")
    for lot in project.lots.exclude(pk__in=gone).select_related("sheet", "project"):
        _open_lot(session, lot)
    record(session, "evaluation.begun", actor, data={"round": number})
    notices.tell_begun(session, attending(project.pk))
    end_session(project, session)
    return session


def _check_ready(project: Project) -> None:
    if project.state != "opened":
        raise WrongState(_("Bids are evaluated after they have been opened."))
    if project.is_sale:
        raise WrongState(_("A sale goes to the highest price; no committee evaluates it."))
    if project.evaluation_sessions.filter(ended_at__isnull=True).exists():
        raise WrongState(_("The evaluation has begun already."))
    complete = Panel.objects.filter(project=project, complete_at__isnull=False).exists()
    if not complete or somebody_missing(project.pk) or not attending(project.pk):
        raise WrongState(NOT_COMPLETE)
    bare = [lot.number for lot in project.lots.filter(sheet__isnull=True)]
    if bare:
        raise WrongState(
            _(
                "Lot %(lots)s has no scoring sheet, and after the deadline none can be written. The tender has to be"
                " declared as failed and repeated."
            ),
            lots=", ".join(map(str, bare)),
        )


def _open_lot(session: Session, lot: Lot) -> Evaluation:
    """The lot's evaluation with the bids that were opened in good order; without one it has failed already."""
    good = list(OpenedBid.objects.filter(lot=lot, finding="", price_fen__gt=0).order_by("pk"))
    criteria = lot.sheet.criteria.filter(part=Criterion.Part.QUALIFICATION)
    by_buyer = policies.buyer_qualifies(lot.project) and criteria.exists()
    one = Evaluation(session=session, lot=lot, state="qualifying" if by_buyer else "reviewing")
    if not good:
        one.state, one.failure, one.ended_at = "failed", Evaluation.Failure.NO_BIDS, now()
    one.save()
    EvaluatedBid.objects.bulk_create(_entered(one, good))
    return one


def _entered(one: Evaluation, good: list[OpenedBid]) -> list[EvaluatedBid]:
    """The bids of a new evaluation. Final offers come once: after an earlier round they count here too, and whoever
    gave none is out.
    """
    earlier = EvaluatedBid.objects.filter(evaluation__lot=one.lot_id, evaluation__negotiation__closed_at__isnull=False)
    before = {row.bid_id: row for row in earlier.order_by("evaluation_id").prefetch_related("offers")}
    entered = []
    for bid in good:
        made = EvaluatedBid(evaluation=one, bid=bid, price_fen=bid.price_fen or 0)
        held = before.get(bid.pk)
        if held is not None and any(row.current and row.act == row.Act.OFFERED for row in held.offers.all()):
            made.price_fen = held.price_fen
        elif before:
            made.rejected, made.left = True, held is None or held.left
        entered.append(made)
    return entered


def _locked_session(session_id: int) -> Session:
    try:
        session = db.lock_row(Session.objects.select_related("project", "chair"), session_id)
    except Session.DoesNotExist:
        raise NotFound() from None
    return session


def _seated(actor: Actor, session_id: int) -> tuple[Session, PanelMember]:
    user = person(actor)
    project_id = Session.objects.filter(pk=session_id).values_list("project", flat=True).first()
    seat = policies.seat_of(user, project_id) if project_id is not None else None
    if seat is None:
        raise NotFound()
    session = _locked_session(session_id)
    if session.ended_at is not None or session.project.state != "opened":
        raise WrongState(OVER)
    return session, seat


@action
def declare(
    actor: Actor, session_id: int, *, nothing_to_avoid: bool, discipline: bool, reason: str = ""
) -> Declaration:
    """Declare that there is no ground to avoid and that the discipline is kept; or the ground, which ends the seat's
    part. Raises Invalid, NotAllowed for an agent of a bidder, NotFound for others than the committee.
    """
    session, seat = _seated(actor, session_id)
    check_no_bidder(seat.user_id, session.project_id)
    if session.declarations.filter(member=seat).exists():
        raise WrongState(_("You have declared already."))
    if not nothing_to_avoid and not reason.strip():
        raise Invalid(fields={"reason": _("Name the ground on which you have to avoid this evaluation.")})
    if nothing_to_avoid and not discipline:
        raise Invalid(fields={"discipline": _("Please confirm the discipline of the evaluation.")})
    made = Declaration.objects.create(
        session=session, member=seat, avoids=not nothing_to_avoid, reason="" if nothing_to_avoid else reason.strip(),
        at=now(),
    )  # fmt: skip
    record(session, "evaluation.declared", actor, data={"seat": seat.pk, "avoids": made.avoids, **facts(made)})
    if made.avoids:
        notices.tell_avoiding(session)
    return made


@action
def vote_for_chair(actor: Actor, session_id: int, member_id: int) -> Session:
    """Vote for the chair; more than half of all members elect. Never the buyer's representative, but for a single source.

    Raises Invalid, WrongState once a chair who attends is elected.
    """
    session, seat = _seated(actor, session_id)
    check_seat(session, seat)
    if _has_chair(session):
        raise WrongState(_("The chair has been elected."))
    members = full_committee(session)
    choice = next((one for one in members if one.pk == member_id), None)
    if choice is None:
        raise Invalid(fields={"member": _("Please choose one of the answers.")})
    if choice.expert_id is None and not is_negotiated(session.project):
        raise Invalid(fields={"member": _("The buyer's representative cannot chair the committee.")})
    if session.chair_id is not None:  # the former chair left: everybody votes anew
        session.votes.all().delete()
        session.chair = None
    ChairVote.objects.update_or_create(session=session, voter=seat, defaults={"choice": choice})
    present = {one.pk for one in members}
    voices = session.votes.filter(choice=choice, voter__in=present).count()
    if majority(members, voices):
        session.chair = choice
        record(session, "evaluation.chair_elected", actor, data={"seat": choice.pk})
    session.save(update_fields=["chair"])
    return session


def _has_chair(session: Session) -> bool:
    return session.chair is not None and session.chair.state == PanelMember.State.ATTENDING
