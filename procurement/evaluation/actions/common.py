"""What the actions of evaluation share: taking the rows under their locks, the seat of the doer, minutes, finishing."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.core import db
from portal.core.actors import Actor
from portal.core.errors import NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.lifecycle import Step
from portal.core.models import Event
from portal.core.time import now
from portal.people.models import User
from procurement.bidders.agents import organisation_ids
from procurement.bids.models import OpenedBid
from procurement.evaluation import policies
from procurement.evaluation.models import Candidate, Declaration, Evaluation, Minute, Session
from procurement.experts.models import PanelMember
from procurement.tenders.actions import move
from procurement.tenders.actions.lots import fail_lot
from procurement.tenders.models import Project

PORTAL = Actor.system("评标系统")
NOT_COMPLETE = _("The committee is not complete: somebody who was called is not there yet.")
NOT_DECLARED = _("Declare first that you have no ground to avoid this evaluation, and that you keep its discipline.")
OTHERS_NOT_DECLARED = _(
    "Every member declares first; somebody has not, or has a ground to avoid and is to be replaced."
)
BIDDERS_AGENT = _(
    "You act for a bidder of this tender, so you cannot evaluate it. Tell the trading centre to replace you."
)
OVER = _("This evaluation is over, or the tender has been stopped.")


def person(actor: Actor) -> User:
    """The signed-in doer. Raises NotAllowed for the portal itself."""
    if actor.user is None:
        raise NotAllowed()
    return actor.user


def locked(evaluation_id: int) -> Evaluation:
    """A running evaluation, locked. Raises NotFound, WrongState for one whose session or tender no longer runs."""
    rows = Evaluation.objects.select_related("session__project", "session__chair", "lot__project", "lot__sheet")
    try:
        one = db.lock_row(rows, evaluation_id)
    except Evaluation.DoesNotExist:
        raise NotFound() from None
    if one.session.ended_at is not None or one.lot.project.state != "opened":
        raise WrongState(OVER)
    return one


def at_desk(actor: Actor, evaluation_id: int) -> tuple[Evaluation, PanelMember]:
    """A running evaluation, locked, with the seat of the doer. Others get NotFound."""
    user = person(actor)
    seat = _visible_seat(user, evaluation_id)
    one = locked(evaluation_id)
    check_seat(one.session, seat)
    return one, seat


def _visible_seat(user: User, evaluation_id: int) -> PanelMember:
    """Asked before anything else is said: whoever has no seat learns nothing, not even a state."""
    one = Evaluation.objects.filter(pk=evaluation_id).values_list("session__project", flat=True).first()
    seat = policies.seat_of(user, one) if one is not None else None
    if seat is None:
        raise NotFound()
    return seat


def check_seat(session: Session, seat: PanelMember) -> None:
    """A member who declared, has no ground to avoid and acts for no bidder. Raises NotAllowed."""
    declared = Declaration.objects.filter(session=session, member=seat).first()
    if declared is None or declared.avoids:
        raise NotAllowed(NOT_DECLARED)
    check_no_bidder(seat.user_id, session.project_id)


def check_no_bidder(user_id: int, project_id: int) -> None:
    """Nobody evaluates who acts for a bidder of the tender (tendering law, art. 37). Raises NotAllowed."""
    mine = organisation_ids(User.objects.get(pk=user_id))
    if OpenedBid.objects.filter(lot__project=project_id, bidder__organisation__in=mine).exists():
        raise NotAllowed(BIDDERS_AGENT)


def attending(project_id: int) -> list[PanelMember]:
    """The members that evaluate, in the order of their seats."""
    seats = PanelMember.objects.filter(panel__project=project_id, state=PanelMember.State.ATTENDING)
    return list(seats.select_related("user", "expert").order_by("pk"))


def somebody_missing(project_id: int) -> bool:
    """Whether a seat is neither taken nor given up: its holder was called, or said yes, and is not there."""
    settled = (PanelMember.State.ATTENDING, PanelMember.State.DECLINED, PanelMember.State.REPLACED)
    return PanelMember.objects.filter(panel__project=project_id).exclude(state__in=settled).exists()


def full_committee(session: Session) -> list[PanelMember]:
    """The attending members, when nobody is missing and all have declared. Raises WrongState: nobody is closed around."""
    seats = PanelMember.objects.filter(panel__project=session.project_id)
    complete = seats.filter(panel__complete_at__isnull=False).exists()
    if not complete or somebody_missing(session.project_id):
        raise WrongState(NOT_COMPLETE)
    members = attending(session.project_id)
    declared = set(session.declarations.filter(avoids=False).values_list("member", flat=True))
    if {one.pk for one in members} - declared:
        raise WrongState(OTHERS_NOT_DECLARED)
    return members


def majority(members: list[PanelMember], agreeing: int) -> bool:
    """More than half of the committee."""
    return 2 * agreeing > len(members)


def in_centre_language(text: Any, **params: Any) -> str:
    """What is kept and read by others, whatever language the doer's page has."""
    with override(settings.LANGUAGE_CODE):
        return str(text) % {name: str(value) for name, value in params.items()}


def minute(one: Evaluation, text: Any, **params: Any) -> Minute:
    """Write something down for the report."""
    return Minute.objects.create(evaluation=one, text=in_centre_language(text, **params), at=now())


def finish(
    one: Evaluation, step: Step[Evaluation], actor: Actor, *, personal: dict[str, Any] | None = None, **data: Any
) -> Event:
    """Apply the step, save, record. Events of an evaluation hold counts and keys, never scores.

    `personal` stands beside the event; its body holds only a salted digest of it.
    """
    before, after = step.apply()
    one.save()
    return record(
        one, f"evaluation.{step.transition.code}", actor, from_state=before, to_state=after,
        data={**step.data, **data}, personal=personal,
    )  # fmt: skip


def locked_project(project_id: int) -> Project:
    """The tender, locked before the rows of its evaluation. Raises NotFound."""
    try:
        return db.lock_row(Project.objects.select_related("buyer", "agency"), project_id)
    except Project.DoesNotExist:
        raise NotFound() from None


def end_session(project: Project, session: Session) -> None:
    """When every lot has its report or has failed, the session ends and the tender moves on. Both are locked.

    The tender's own history names the portal as the doer: who signed last is a name of the committee.
    """
    if session.evaluations.filter(ended_at__isnull=True).exists():
        return
    session.ended_at = now()
    session.save(update_fields=["ended_at"])
    candidates = Candidate.objects.filter(lot__project=project).count()
    record(session, "evaluation.session_ended", PORTAL, data={"candidates": candidates})
    move(project, "evaluate", PORTAL, candidates=candidates)
    for one in session.evaluations.exclude(failure="").select_related("lot").order_by("lot__number"):
        one.lot.project = project
        left = one.bids.filter(rejected=False).count() if one.failure == Evaluation.Failure.TOO_FEW else 0
        # Where no lot goes on, the tender is declared as failed, and its end tells everybody.
        fail_lot(one.lot, one.failure, PORTAL, bidders=left, public=candidates > 0)
