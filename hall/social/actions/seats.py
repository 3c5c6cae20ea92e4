"""Invitations: seats follow from the orders; who declines, does not answer, or must keep away is followed by the next.

Every change of a seat locks the visit first, so that two people at once never call two reserves for one seat.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hall.social import notices, policies, terms
from hall.social.actions.common import PORTAL, locked_visit, person
from hall.social.lifecycle import SEAT
from hall.social.models import Seat, SocialSupervisor, Visit
from hall.social.pools import excluded, places_of
from portal.core import db
from portal.core import draw as arithmetic
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.draw import DrawError
from portal.core.errors import NotFound, WrongState
from portal.core.events import record
from portal.core.lifecycle import Step
from portal.core.time import now, today

PATH = ("visit", "supervisor__user")


def fill(visit: Visit) -> None:
    """Bring the seats in line with the orders and with who is gone; the visit is locked.

    A reserve who must keep away by now is passed over under the rule's name. When no reserve is left the visit says so.
    """
    codes = {one.code: one.supervisor_id for one in visit.codes.all()}
    departments = list(visit.departments.all())
    while True:
        try:
            wanted = arithmetic.seats(visit.orders, places_of(visit), {one["code"] for one in visit.gone})
        except DrawError as error:
            visit.short_of = str(error)[:300]
            visit.save(update_fields=["gone", "short_of"])
            notices.tell_short(visit)
            return
        held = set(visit.seats.live().values_list("supervisor", flat=True))
        fresh = [codes[seat.code] for seat in wanted if codes[seat.code] not in held]
        # The lock of the people is what keeps two draws from inviting one of them for the same day.
        rows = {one.pk: one for one in db.lock_rows(SocialSupervisor.objects.select_related("user"), fresh)}
        out = excluded(rows.values(), visit, departments)
        if not out:
            break
        for code, supervisor in codes.items():
            if supervisor in out:
                _pass_over(visit, code, out[supervisor])
    visit.save(update_fields=["gone"])
    for seat in wanted:
        if codes[seat.code] not in held:
            _invite(visit, rows[codes[seat.code]], seat)


def _invite(visit: Visit, supervisor: SocialSupervisor, seat: arithmetic.Seat) -> None:
    made = Seat.objects.create(
        visit=visit, supervisor=supervisor, category=seat.speciality, position=seat.position, invited_at=now(),
        answer_by=terms.answer_by(now(), visit.visit_on, today()),
    )  # fmt: skip
    record(made, "visit_seat.invited", PORTAL, to_state=made.state, data={"position": made.position})
    notices.tell_invited(made)


def _pass_over(visit: Visit, code: str, why: str) -> None:
    """Write down that a code is gone; the caller saves the visit."""
    visit.gone = [*visit.gone, {"code": code, "why": why, "at": now().isoformat(timespec="seconds")}]


def _leave(seat: Seat, visit: Visit, why: str) -> None:
    """After a seat fell free: the code is gone, and the next reserve of its category is invited."""
    _pass_over(visit, visit.codes.get(supervisor=seat.supervisor_id).code, why)
    visit.save(update_fields=["gone"])
    if not visit.short_of:
        fill(visit)


@action
def answer(actor: Actor, seat_id: int, code: str, *, note: str = "", state_version: int | None) -> Seat:
    """Accept or decline. Raises NotFound for somebody else's, WrongState after the time, Invalid.

    Who must keep away by now (released, another visit) is put out with the rule instead.
    """
    seat, visit = locked_seat(actor, seat_id)
    if code not in ("accept", "decline"):
        raise NotFound()
    step = SEAT.begin(seat, code, actor, {"note": note}, state_version=state_version)
    if seat.state == "invited" and seat.answer_by < now():
        raise WrongState(_("The time for an answer has passed, and your place goes to the next."))
    if code == "accept" and (rule := excluded([seat.supervisor], visit, visit.departments.all())):
        return _put_out(seat, visit, rule[seat.supervisor_id])
    finish(seat, step, actor)
    if code == "decline":
        _leave(seat, visit, Seat.Why.REFUSED)
    return seat


def _put_out(seat: Seat, visit: Visit, rule: str) -> Seat:
    seat.why = Seat.Why.AVOIDS
    finish(seat, SEAT.begin(seat, "put_out", PORTAL, state_version=None), PORTAL, rule=rule)
    notices.tell_put_out(seat)
    _leave(seat, visit, rule)
    return seat


@action
def expire_invitations(visit_id: int) -> int:
    """Pass on the seats of one visit whose holders did not answer in time; returns how many. Safe to repeat."""
    visit = locked_visit(visit_id)
    if visit.state != "drawn":
        return 0
    late = visit.seats.filter(state="invited", answer_by__lt=now()).values_list("pk", flat=True)
    rows = db.lock_rows(Seat.objects.select_related(*PATH), late)
    for seat in rows:
        seat.why = Seat.Why.NO_ANSWER
        finish(seat, SEAT.begin(seat, "expire", PORTAL, state_version=None), PORTAL)
        notices.tell_put_out(seat)
        _leave(seat, visit, Seat.Why.NO_ANSWER)
    return len(rows)


def let_go(visit: Visit, actor: Actor) -> None:
    """Everybody who holds a seat of a visit that is called off is told; the visit is locked."""
    for seat in db.lock_rows(Seat.objects.select_related(*PATH), visit.seats.live().values_list("pk", flat=True)):
        seat.why = Seat.Why.RELEASED
        finish(seat, SEAT.begin(seat, "put_out", PORTAL, state_version=None), actor)
        notices.tell_put_out(seat)


def finish(seat: Seat, step: Step[Seat], actor: Actor, **data: Any) -> None:
    """Take a step that has begun and write it down."""
    before, after = step.apply()
    seat.save()
    code = step.transition.code
    record(seat, f"visit_seat.{code}", actor, from_state=before, to_state=after, data={**step.data, **data})


def locked_seat(actor: Actor, seat_id: int) -> tuple[Seat, Visit]:
    """One's own seat with its visit, both locked, the visit first. Raises NotFound."""
    visit_id = Seat.objects.filter(pk=seat_id).values_list("visit", flat=True).first()
    if visit_id is None:
        raise NotFound()
    visit = locked_visit(visit_id)
    seat = db.lock_row(Seat.objects.select_related(*PATH), seat_id)
    if not policies.may_see_seat(person(actor), seat):
        raise NotFound()
    return seat, visit
