"""The work on a bad rating: every step of its life cycle, and who is named for it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from hall.ratings import notices, policies
from hall.ratings.lifecycle import RECTIFICATION
from hall.ratings.measures import RATING_MEASURES
from hall.ratings.models import Rating, Rectification
from hall.ratings.people import holders, may_be_named, overseers
from portal.core import db, statistics
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.events import record
from portal.people.models import User
from portal.people.roles import Role


@action
def take_step(
    actor: Actor, work_id: int, code: str, inputs: Mapping[str, Any] | None = None, *, state_version: int
) -> Rectification:
    """Take a step. Raises NotFound, Stale, WrongState, NotAllowed, Invalid."""
    work = locked(work_id, actor)
    if code not in RECTIFICATION.transitions:
        raise WrongState()
    step = RECTIFICATION.begin(work, code, actor, inputs, state_version=state_version)
    with statistics.watch(RATING_MEASURES, work.rating):
        before, after = step.apply()
        work.save()
        work.rating.save(update_fields=["rectify_due_on", "rectified_on"])
    record(work, f"rectification.{code}", actor, from_state=before, to_state=after, data=step.data)
    notices.tell_step(work, step.transition.told, _whose_turn(work, code))
    return work


def _whose_turn(work: Rectification, code: str) -> list[User]:
    """Who has to do something now, or has to know how it ended."""
    if code in {"rectify", "appeal"}:
        return overseers() if code == "rectify" else [*overseers(), *holders(Role.SUPERVISOR)]
    if code in {"send_back", "reject_appeal", "grant_appeal", "set_aside", "close"}:
        heads = holders(Role.DEPARTMENT_HEAD, work.department_id)
        appealed = [work.appealed_by] if work.appealed_by and "appeal" in code else []
        return [*([work.handler] if work.handler else []), *heads, *appealed]
    return []


@action
def name_handler(actor: Actor, work_id: int, handler_id: int, *, state_version: int) -> Rectification:
    """Name another handler. Raises NotFound, NotAllowed, Stale, WrongState, Invalid."""
    work = locked(work_id, actor)
    if actor.user is None or not policies.may_name_handler(actor.user, work):
        raise NotAllowed()
    if state_version != work.state_version:
        raise Stale()
    if not work.is_open:
        raise WrongState()
    chosen = next((one for one in may_be_named(work.department_id, work.staff_id) if one.pk == handler_id), None)
    if chosen is None:
        raise Invalid(fields={"handler": _("Choose somebody of the list; nobody handles a rating of the own work.")})
    if work.handler_id == chosen.pk:
        return work
    before = work.handler.name if work.handler else ""
    work.handler = chosen
    work.state_version += 1
    work.save(update_fields=["handler", "state_version"])
    record(
        work, "rectification.named", actor, from_state=work.state, to_state=work.state,
        data={"from": before, "to": chosen.name},
    )  # fmt: skip
    notices.tell_handler(work)
    return work


def locked(work_id: int, actor: Actor) -> Rectification:
    """The rating and its rectification, locked in this order. Raises NotFound, for what is not to be seen as well."""
    rating_id = Rectification.objects.filter(pk=work_id).values_list("rating_id", flat=True).first()
    if rating_id is None:
        raise NotFound()
    rating = db.lock_row(Rating.objects.all(), rating_id)
    work = db.lock_row(Rectification.objects.select_related("handler", "department", "appealed_by"), work_id)
    work.rating = rating
    if actor.user is not None and not policies.may_see_rectification(actor.user, work):
        raise NotFound()
    return work
