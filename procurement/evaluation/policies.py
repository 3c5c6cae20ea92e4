"""Who may do what in an evaluation: pure functions of (user, object)."""

from typing import TYPE_CHECKING

from procurement.bidders.agents import acts_for, organisation_ids
from procurement.bidders.policies import may_see_trading
from procurement.bids.models import OpenedBid
from procurement.bids.policies import may_supervise
from procurement.experts.models import PanelMember
from procurement.models import Method
from procurement.tenders import policies as tenders
from procurement.tenders.periods import law_of

if TYPE_CHECKING:
    from portal.people.models import User
    from procurement.evaluation.models import Clarification, EvaluatedBid, Evaluation, Session
    from procurement.tenders.models import Project

# Which way of buying knows which ground for two suppliers: MOF order 74, art. 27; Caiku (2014) No. 214, art. 3 and 21;
# Caiku (2015) No. 124.
FEW_GROUNDS = {Method.NEGOTIATION: ("approved",), Method.CONSULTATION: ("research", "services")}
# From here on the result is public; until then only the buyer and the committee read the report.
RESULT_PUBLIC = frozenset({"publicity", "awarded", "contracted", "completed"})


def is_government(project: "Project") -> bool:
    """Government procurement law rather than the tendering law."""
    return law_of(project.category) == "g"


def buyer_qualifies(project: "Project") -> bool:
    """The buyer reviews the qualification itself (MOF order 87, art. 44); elsewhere the committee does."""
    return is_government(project) and project.method in (Method.OPEN, Method.INVITED)


def negotiates(project: "Project") -> bool:
    """Bought by negotiation or consultation: the final offers count, not the first ones (MOF order 74, art. 33;
    Caiku (2014) No. 214, art. 21). Inquiry and tenders know one price.
    """
    return project.method in (Method.NEGOTIATION, Method.CONSULTATION)


def seat_of(user: "User", project_id: int) -> PanelMember | None:
    """The attending seat of a person on the complete panel of a tender."""
    seats = PanelMember.objects.filter(panel__project=project_id, panel__complete_at__isnull=False)
    return seats.filter(user=user.pk, state=PanelMember.State.ATTENDING).first()


def is_seated(user: "User", session: "Session") -> bool:
    """The same rule as `SessionQuerySet.seated`."""
    return seat_of(user, session.project_id) is not None


def may_follow(user: "User", session: "Session") -> bool:
    """How far it has come, no names and no scores. The same rule as `SessionQuerySet.visible_to`."""
    return may_see_trading(user) or is_seated(user, session)


def may_sit(user: "User", evaluation: "Evaluation") -> bool:
    """The desk of the committee. The same rule as `EvaluationQuerySet.seated`."""
    return is_seated(user, evaluation.session)


def may_see(user: "User", evaluation: "Evaluation") -> bool:
    """The same rule as `EvaluationQuerySet.visible_to`."""
    return may_follow(user, evaluation.session)


def is_chair(user: "User", evaluation: "Evaluation") -> bool:
    """The elected chair, who still attends."""
    chair = evaluation.session.chair
    return chair is not None and chair.user_id == user.pk and may_sit(user, evaluation)


def may_qualify(user: "User", evaluation: "Evaluation") -> bool:
    """The buyer or its agency, where the law gives them the review of the qualification."""
    project = evaluation.lot.project
    return buyer_qualifies(project) and tenders.is_party(user, project)


def may_begin(user: "User", project: "Project") -> bool:
    """The trading centre, the buyer, the agency."""
    return tenders.may_prepare(user, project)


def may_write_sheet(user: "User", project: "Project") -> bool:
    """The sheet is part of the tender documents."""
    return tenders.may_prepare(user, project)


def may_answer(user: "User", clarification: "Clarification") -> bool:
    """An agent of the bidder that was asked."""
    return acts_for(user, clarification.bid.bid.bidder.organisation_id)


def may_offer(user: "User", bid: "EvaluatedBid") -> bool:
    """An agent of a bidder in the negotiation. The same rule as `EvaluatedBidQuerySet.negotiated_by`."""
    if not acts_for(user, bid.bid.bidder.organisation_id) or not hasattr(bid.evaluation, "negotiation"):
        return False
    return not bid.rejected or bid.left or bid.offers.exists()


def may_confirm_change(user: "User", evaluation: "Evaluation") -> bool:
    """The buyer's representative on the committee (MOF order 74, art. 32)."""
    seat = seat_of(user, evaluation.session.project_id)
    return seat is not None and seat.expert_id is None


def may_decide_round(user: "User", evaluation: "Evaluation") -> bool:
    """A supervisor who acts for none of the sides: neither buyer nor agency, no bidder, no seat on the committee."""
    project = evaluation.lot.project
    if not may_supervise(user) or tenders.is_party(user, project):
        return False
    seats = PanelMember.objects.filter(panel__project=project.pk, user=user.pk)
    mine = OpenedBid.objects.filter(lot__project=project.pk, bidder__organisation__in=organisation_ids(user))
    return not seats.exists() and not mine.exists()


def may_see_clarification(user: "User", clarification: "Clarification") -> bool:
    """The same rule as `ClarificationQuerySet.visible_to`."""
    evaluation = clarification.bid.evaluation
    if may_answer(user, clarification) or may_sit(user, evaluation):
        return True
    return clarification.by_buyer and tenders.is_party(user, evaluation.lot.project)


def may_read_report(user: "User", evaluation: "Evaluation") -> bool:
    """The buyer, the agency and the committee once it is signed; the trading centre when the result is public.

    The same rule as `EvaluationQuerySet.reported_to`.
    """
    if evaluation.ended_at is None:
        return False
    project = evaluation.lot.project
    if tenders.is_party(user, project) or may_sit(user, evaluation):
        return True
    return may_see_trading(user) and project.state in RESULT_PUBLIC


def reads_bids(user: "User", project: "Project") -> bool:
    """Who reads the documents of opened bids for the evaluation: members who declared, and the buyer that qualifies."""
    session = project.evaluation_sessions.order_by("-number").first()
    if session is None:
        return False
    if buyer_qualifies(project) and tenders.is_party(user, project):
        return True
    seat = seat_of(user, project.pk)
    return seat is not None and session.declarations.filter(member=seat, avoids=False).exists()
