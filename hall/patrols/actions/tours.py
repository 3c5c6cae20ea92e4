"""Tours: begun, saved area by area, finished. Only who began a tour walks it."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hall.patrols.models import Area, Checklist, Mark, Point, Tour
from hall.patrols.policies import may_patrol
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.time import now, today


@action
def start_tour(actor: Actor) -> Tour:
    """Begin a tour, or give the one that was interrupted: nobody walks two at a time."""
    if actor.user is None or not may_patrol(actor.user):
        raise NotAllowed()
    running = Tour.objects.filter(inspector=actor.user, finished_at__isnull=True)
    if found := running.first():
        return found
    checklist = Checklist.objects.filter(state=Checklist.State.PUBLISHED).first()
    if checklist is None:
        raise WrongState(_("No checklist is in force. Publish one first."))
    try:
        with transaction.atomic():
            tour = Tour.objects.create(checklist=checklist, inspector=actor.user, day=today(), started_at=now())
    except IntegrityError:
        return running.get()
    record(tour, "tour.started", actor, data={"checklist": checklist.number})
    return tour


@action
def save_area(actor: Actor, tour_id: int, area_id: int, results: Mapping[int, str]) -> list[int]:
    """Write what was seen in an area; returns the points that still need a finding. Raises Invalid, WrongState.

    What is not answered yet stays open: the tour goes on where it was left.
    """
    tour = own_tour(actor, tour_id)
    area = Area.objects.filter(pk=area_id).first()
    if area is None:
        raise NotFound()
    points = set(Point.objects.filter(chapter__checklist=tour.checklist_id).values_list("pk", flat=True))
    if set(results) - points or set(results.values()) - set(Mark.Result.values):
        raise Invalid(_("This is not a point of the checklist. Please open the area again."))
    recorded = set(tour.findings.filter(area=area).values_list("point_id", flat=True))
    if any(point in recorded and result != Mark.Result.FINDING for point, result in results.items()):
        raise WrongState(_("A finding has been recorded at this point. Set it aside if it was a mistake."))
    held = {mark.point_id: mark for mark in tour.marks.filter(area=area)}
    changed = [held[point] for point, result in results.items() if point in held and held[point].result != result]
    for mark in changed:
        mark.result, mark.at = results[mark.point_id], now()
    Mark.objects.bulk_update(changed, ["result", "at"])
    fresh = [point for point in results if point not in held]
    made = [Mark(tour=tour, area=area, point_id=point, result=results[point], at=now()) for point in fresh]
    held |= {mark.point_id: mark for mark in Mark.objects.bulk_create(made)}
    return [pk for pk, mark in held.items() if mark.result == Mark.Result.FINDING and pk not in recorded]


@action
def finish_tour(actor: Actor, tour_id: int, *, note: str = "") -> Tour:
    """End the tour; every finding must have been described. Areas that were not visited stand in the report as such."""
    tour = own_tour(actor, tour_id)
    marks = tour.marks.all()
    if not marks.exists():
        raise WrongState(_("Nothing has been looked at yet."))
    described = set(tour.findings.values_list("area_id", "point_id"))
    missing = set(marks.filter(result=Mark.Result.FINDING).values_list("area_id", "point_id")) - described
    if missing:
        raise WrongState(_("Some findings have not been described yet. Open their areas and describe them first."))
    tour.finished_at, tour.note = now(), note.strip()[:1000]
    tour.save(update_fields=["finished_at", "note"])
    record(tour, "tour.finished", actor, data={"findings": len(described)})
    return tour


def own_tour(actor: Actor, tour_id: int) -> Tour:
    """The actor's running tour, locked. Raises NotFound, WrongState when it is finished."""
    try:
        tour = db.lock_row(Tour.objects.all(), tour_id)
    except Tour.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or tour.inspector_id != actor.user.pk:
        raise NotFound()
    if not may_patrol(actor.user):
        raise NotAllowed()
    if tour.finished_at is not None:
        raise WrongState(_("This tour is finished."))
    return tour
