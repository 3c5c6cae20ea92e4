"""After the opening: bidders confirm the record or object on the spot, objections are answered, the record is issued."""

from django.utils.translation import gettext_lazy as _

from portal.core import documents
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.time import now
from procurement.bids import notices, policies, writing
from procurement.bids.actions.common import PORTAL, bidder_for, locked_opening, opening_for, person, take, touch
from procurement.bids.models import OpenedBid, Opening, OpeningObjection, Submission

LONGEST = 2000
BATCH = 50


@action
def confirm(actor: Actor, project_id: int, organisation_id: int) -> list[OpenedBid]:
    """A bidder confirms what was read out of its bids. Raises NotFound, WrongState."""
    bidder = bidder_for(actor, organisation_id)
    opening = locked_opening(project_id)
    if opening.state != "opened":
        raise WrongState(_("The record is confirmed after the opening, until it is issued."))
    bids = list(OpenedBid.objects.filter(lot__project=project_id, bidder=bidder))
    if not bids:
        raise NotFound()
    for bid in bids:
        if bid.confirmed_at is None:
            bid.confirmed_at, bid.confirmed_by = now(), actor.name[:100]
            bid.save(update_fields=["confirmed_at", "confirmed_by"])
    record(opening, "opening.confirmed", actor, data={"bidder": bidder.organisation.name})
    touch(opening)
    return bids


@action
def object_to(actor: Actor, project_id: int, organisation_id: int, text: str) -> OpeningObjection:
    """A bidder objects on the spot (regulation on the tendering law, art. 44). Raises NotFound, WrongState, Invalid."""
    user = person(actor)
    bidder = bidder_for(actor, organisation_id)
    opening = locked_opening(project_id)
    if not Submission.objects.filter(book__lot__project=project_id, bidder=bidder, current=True).exists():
        raise NotFound()
    over = opening.objections_until is not None and now() > opening.objections_until
    if opening.state not in ("closed", "opening", "decrypting", "opened") or over:
        raise WrongState(_("Objections to an opening are taken on the spot only; that time is over."))
    if not text.strip():
        raise Invalid(fields={"text": _("Write what you object to.")})
    if len(text) > LONGEST:
        raise Invalid(fields={"text": _("Please use at most %(n)s characters.") % {"n": LONGEST}})
    made = OpeningObjection.objects.create(
        opening=opening, bidder=bidder, text=text.strip(), raised_by=user, raised_at=now()
    )
    record(opening, "opening.objected", actor, data={"bidder": bidder.organisation.name, "objection": made.pk})
    touch(opening)
    notices.tell_objection(made)
    return made


@action
def answer_objection(actor: Actor, project_id: int, objection_id: int, text: str) -> OpeningObjection:
    """Answer an objection at once; the answer goes into the record. Raises NotFound, NotAllowed, WrongState, Invalid."""
    user = person(actor)
    opening = locked_opening(project_id)
    if not policies.may_answer_objection(user, opening):
        raise NotAllowed()
    one = opening.objections.filter(pk=objection_id).select_related("bidder__organisation").first()
    if one is None:
        raise NotFound()
    if one.answered_at is not None:
        raise WrongState(_("This objection has been answered already."))
    if not text.strip():
        raise Invalid(fields={"answer": _("Write the answer.")})
    one.answer, one.answered_by, one.answered_at = text.strip()[:LONGEST], actor.name[:100], now()
    one.save(update_fields=["answer", "answered_by", "answered_at"])
    record(opening, "opening.answered", actor, data={"objection": one.pk})
    touch(opening)
    notices.tell_answer(one)
    return one


@action
def issue_record(actor: Actor, project_id: int) -> Opening:
    """Issue the record when everybody has confirmed or the time is over. Raises NotAllowed, WrongState."""
    opening = opening_for(actor, project_id)
    bids = OpenedBid.objects.filter(lot__project=project_id)
    early = opening.objections_until is None or now() <= opening.objections_until
    if opening.state == "opened" and early and bids.filter(confirmed_at__isnull=True).exists():
        raise WrongState(_("Some bidders have neither confirmed nor is the time for objections over."))
    if opening.state == "opened" and opening.objections.filter(answered_at__isnull=True).exists():
        raise WrongState(_("An objection waits for its answer."))
    _issue(opening, "record", actor)
    return opening


@action
def settle_due() -> int:
    """Issue the records whose time for objections is over and whose objections are answered; returns how many."""
    due = Opening.objects.filter(state="opened", objections_until__lt=now())
    due = due.exclude(objections__answered_at__isnull=True, objections__isnull=False)
    done = 0
    for project_id in list(due.order_by("objections_until").values_list("project_id", flat=True)[:BATCH]):
        opening = locked_opening(project_id)
        if opening.state == "opened" and not opening.objections.filter(answered_at__isnull=True).exists():
            _issue(opening, "settle", PORTAL)
            done += 1
    return done


def _issue(opening: Opening, code: str, actor: Actor) -> None:
    if opening.state != "opened":
        raise WrongState()
    take(opening, code, actor)
    documents.issue(opening, writing.paper_of(opening))
