"""What the actions of bids share: rows under their locks, in the order tender, opening, book; and taking a step."""

from typing import Any

from portal.core import db
from portal.core.actors import Actor
from portal.core.errors import NotAllowed, NotFound
from portal.core.events import record
from portal.core.models import Event
from portal.people.models import User
from procurement.bidders.agents import organisation_for
from procurement.bidders.models import Bidder
from procurement.bids import policies
from procurement.bids.lifecycle import OPENING
from procurement.bids.models import Book, Opening
from procurement.tenders.models import Project

PORTAL = Actor.system("交易平台")


def person(actor: Actor) -> User:
    """The signed-in doer. Raises NotAllowed for the portal itself."""
    if actor.user is None:
        raise NotAllowed()
    return actor.user


def locked_project(project_id: int) -> Project:
    """The announced tender, locked. Raises NotFound."""
    try:
        return db.lock_row(Project.objects.announced().select_related("buyer", "agency"), project_id)
    except Project.DoesNotExist:
        raise NotFound() from None


def locked_opening(project_id: int) -> Opening:
    """The opening of a tender, locked. Raises NotFound."""
    rows = Opening.objects.select_related("project__buyer", "project__agency").prefetch_related("openers__user")
    pk = Opening.objects.filter(project=project_id).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound()
    return db.lock_row(rows, pk)


def opening_for(actor: Actor, project_id: int) -> Opening:
    """The locked opening for one of its officers. Raises NotFound, NotAllowed."""
    opening = locked_opening(project_id)
    if not policies.is_opener(person(actor), opening):
        raise NotAllowed()
    return opening


def locked_book(lot_id: int) -> Book:
    """The book of a lot, locked. Raises NotFound."""
    pk = Book.objects.filter(lot=lot_id).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound()
    return db.lock_row(Book.objects.select_related("lot__project__opening"), pk)


def bidder_for(actor: Actor, organisation_id: int) -> Bidder:
    """The bidder that the person acts for. Raises NotFound for all others."""
    organisation = organisation_for(person(actor), organisation_id)
    found = Bidder.objects.filter(organisation=organisation).select_related("organisation").first()
    if found is None:
        raise NotFound()
    return found


def take(opening: Opening, code: str, actor: Actor, *, by: Actor | None = None, **data: Any) -> Event:
    """Take a step of a locked opening, save, record. Raises WrongState, NotAllowed. `by` is who the event names."""
    step = OPENING.begin(opening, code, actor, state_version=None)
    before, after = step.apply()
    opening.revision += 1
    opening.save()
    return record(opening, f"opening.{code}", by or actor, from_state=before, to_state=after, data=data)


def touch(opening: Opening) -> None:
    """The page of the opening shows something new."""
    opening.revision += 1
    opening.save(update_fields=["revision"])
