"""Calling out: seats follow from the orders; who declines, does not answer, or must keep away is replaced by the next.

Every change of a seat locks the draw first, so that two officers at once never call two reserves for one seat.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core import draw as arithmetic
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.draw import DrawError
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.lifecycle import Step
from portal.core.time import local_date, now, today
from portal.people.models import User
from procurement.bidders.agents import memberships_of, people_of
from procurement.experts import notices, policies, terms
from procurement.experts.avoidance import excluded, participants, slot_of
from procurement.experts.lifecycle import EVALUATING, MEMBER, is_open
from procurement.experts.models import Draw, Expert, Panel, PanelMember
from procurement.experts.published import places_of
from procurement.experts.rules import BY_CODE
from procurement.fixed import facts
from procurement.tenders.actions.common import PORTAL, person

PATH = "panel__project__buyer", "panel__project__agency", "user", "expert"


def call_first(draw: Draw) -> Panel:
    """The committee of a draw that was just held: representatives and the first of each order are called."""
    panel, _made = Panel.objects.get_or_create(project=draw.project)
    panel.draw, panel.evaluates_at, panel.size, panel.complete_at = draw, draw.evaluates_at, draw.size, None
    panel.save()
    for user in User.objects.filter(pk__in=draw.representatives).order_by("pk"):
        _call(panel, draw, user=user)
    fill(draw, panel)
    return panel


def fill(draw: Draw, panel: Panel) -> None:
    """Bring the seats in line with the orders and with who is gone; the draw is locked.

    A reserve who must keep away by now is passed over under the rule's name. When no reserve is left the draw says so.
    """
    codes = {one.code: one.expert_id for one in draw.codes.all()}
    while True:
        gone = {one["code"] for one in draw.gone}
        try:
            wanted = arithmetic.seats(draw.orders, places_of(draw), gone)
        except DrawError as error:
            draw.short_of = str(error)[:300]
            draw.save(update_fields=["gone", "short_of"])
            notices.tell_short(draw)
            return
        held = {one.expert_id: one for one in draw.members.live().filter(expert__isnull=False)}
        fresh = [codes[seat.code] for seat in wanted if codes[seat.code] not in held]
        # The lock of the experts is what keeps two draws from calling one person for the same half-day.
        rows = {one.pk: one for one in db.lock_rows(Expert.objects.select_related("user"), fresh)}
        out = excluded(Expert.objects.filter(pk__in=fresh), draw.project, draw.evaluates_at)
        if not out:
            break
        for code, expert in codes.items():
            if expert in out:
                pass_over(draw, code, out[expert])
    draw.save(update_fields=["gone"])
    for seat in wanted:
        expert = codes[seat.code]
        if expert not in held:
            _call(panel, draw, user=rows[expert].user, expert=rows[expert], seat=seat)
        elif (held[expert].speciality, held[expert].position) != (seat.speciality, seat.position):
            held[expert].speciality, held[expert].position = seat.speciality, seat.position
            held[expert].save(update_fields=["speciality", "position"])


def pass_over(draw: Draw, code: str, why: str) -> None:
    """Write down that a code is gone; the caller saves the draw."""
    draw.gone = [*draw.gone, {"code": code, "why": why, "at": now().isoformat(timespec="seconds")}]


def _call(
    panel: Panel, draw: Draw, *, user: User, expert: Expert | None = None, seat: arithmetic.Seat | None = None
) -> PanelMember:
    remote = bool(draw.secondary_venue) and expert is not None and expert.region == draw.secondary_region
    member = PanelMember.objects.create(
        panel=panel,
        draw=draw,
        user=user,
        expert=expert,
        speciality=seat.speciality if seat else "",
        position=seat.position if seat else 0,
        venue=PanelMember.Venue.SECONDARY if remote else PanelMember.Venue.MAIN,
        slot=slot_of(draw.evaluates_at) if expert else "",
        called_at=now(),
        answer_by=terms.answer_by(now(), draw.evaluates_at, today()),
    )
    record(member, "seat.called", PORTAL, to_state=member.state, data={"position": member.position, **facts(member)})
    notices.tell_called(member, draw.secondary_venue if remote else draw.main_venue)
    return member


def leave_seat(member: PanelMember, draw: Draw, why: str) -> None:
    """After a seat fell free: the committee is not complete, the code is gone, the next reserve is called."""
    panel = member.panel
    if panel.complete_at is not None:
        panel.complete_at = None
        panel.save(update_fields=["complete_at"])
    if member.expert_id is None or draw.state != "drawn":
        return
    pass_over(draw, draw.codes.get(expert=member.expert_id).code, why)
    draw.save(update_fields=["gone"])
    if not draw.short_of and draw.project.state in EVALUATING:
        fill(draw, panel)


@action
def answer(actor: Actor, member_id: int, code: str, *, note: str = "", state_version: int | None) -> PanelMember:
    """Accept or decline a call. Raises NotFound for somebody else's, WrongState after the time, Invalid.

    Who must keep away by now (a suspension, a firm that came to light) is put out with the rule instead.
    """
    member, draw = _locked(member_id)
    if not policies.is_called(person(actor), member) or code not in ("accept", "decline"):
        raise NotFound()
    step = MEMBER.begin(member, code, actor, {"note": note}, state_version=state_version)
    if member.state == "called" and member.answer_by is not None and member.answer_by < now():
        raise WrongState(_("The time for an answer has passed, and your seat goes to the next expert."))
    if code == "accept" and put_out_if_barred(member, draw):
        return member
    step_taken(member, step, actor)
    if code == "decline":
        leave_seat(member, draw, PanelMember.Why.REFUSED)
    return member


@action
def expire_calls(draw_id: int) -> int:
    """Pass on the seats of one draw whose holders did not answer in time; returns how many. Safe to repeat."""
    draw = _draw(draw_id)
    late = draw.members.filter(state="called", answer_by__lt=now()).values_list("pk", flat=True)
    rows = db.lock_rows(PanelMember.objects.select_related(*PATH), late)
    for member in rows:
        member.why, member.left_at = PanelMember.Why.NO_ANSWER, now()
        step_taken(member, MEMBER.begin(member, "expire", PORTAL, state_version=None), PORTAL)
        notices.tell_released(member)
        leave_seat(member, draw, PanelMember.Why.NO_ANSWER)
    return len(rows)


@action
def check_in(actor: Actor, member_id: int, *, venue: str, state_version: int | None) -> PanelMember:
    """Somebody stands at the door on the day. The rules are asked again: by now it is known who bid.

    Returns the member `ATTENDING`, or `REPLACED` with the rule where one applies; the next reserve is called then.
    Raises NotFound, NotAllowed, WrongState before the day, Invalid for an unknown venue.
    """
    member, draw = _locked(member_id, actor)
    step = MEMBER.begin(member, "check_in", actor, state_version=state_version)
    if local_date(draw.evaluates_at) > today():
        raise WrongState(_("Members check in on the day of the evaluation."))
    if venue not in PanelMember.Venue.values or (venue == PanelMember.Venue.SECONDARY and not draw.secondary_venue):
        raise Invalid(fields={"venue": _("Please choose one of the answers.")})
    if put_out_if_barred(member, draw):
        return member
    member.venue = venue
    step_taken(member, step, actor, venue=venue)
    _complete(member.panel, draw)
    return member


def _complete(panel: Panel, draw: Draw) -> None:
    if panel.complete_at is None and panel.members.filter(state="attending").count() == panel.size:
        panel.complete_at = now()
        panel.save(update_fields=["complete_at"])
        notices.tell_complete(draw)


@action
def replace(actor: Actor, member_id: int, *, why: str, note: str, state_version: int | None) -> PanelMember:
    """Give a seat to the next: not appeared, found partial, called in sick. Raises what the lifecycle raises.

    Who did not appear can be said from the beginning of the evaluation on.
    """
    member, draw = _locked(member_id, actor)
    step = MEMBER.begin(member, "replace", actor, {"why": why, "note": note}, state_version=state_version)
    if why == PanelMember.Why.ABSENT and draw.evaluates_at > now():
        raise WrongState(_("That somebody has not appeared can be said from the beginning of the evaluation on."))
    step_taken(member, step, actor)
    notices.tell_released(member)
    leave_seat(member, draw, why)
    return member


@action
def name_representative(actor: Actor, draw_id: int, user_id: int) -> PanelMember:
    """Call another representative of the buyer for one who left. Raises NotFound, NotAllowed, WrongState, Invalid."""
    draw = _draw(draw_id)
    if not policies.may_see_draw(person(actor), draw):
        raise NotFound()
    if not policies.may_run_draw(person(actor), draw):
        raise NotAllowed()
    panel = Panel.objects.select_related("project").filter(draw=draw).first()
    own = draw.members.live().filter(expert__isnull=True)
    if panel is None or draw.state != "drawn" or own.count() >= len(draw.representatives):
        raise WrongState(_("No seat of the buyer is free."))
    user = next((one for one in people_of(draw.project.buyer_id) if one.pk == user_id), None)
    if user is None or own.filter(user=user).exists():
        raise Invalid(fields={"user": _("A representative is somebody who acts for the buyer.")})
    firms = [*participants(draw.project).values_list("pk", flat=True), draw.project.agency_id or 0]
    if memberships_of(user).filter(organisation__in=firms).exists():
        raise Invalid(fields={"user": _("This person also acts for the agency or a bidder.")})
    return _call(panel, draw, user=user)


def release(draw: Draw, actor: Actor) -> None:
    """Everybody who holds a seat of a failed draw is let go and told; the draw is locked."""
    pks = draw.members.live().values_list("pk", flat=True)
    for member in db.lock_rows(PanelMember.objects.select_related(*PATH), pks):
        member.why, member.left_at = PanelMember.Why.RELEASED, now()
        step_taken(member, MEMBER.begin(member, "put_out", PORTAL, state_version=None), actor)
        notices.tell_released(member)
    Panel.objects.filter(draw=draw).update(complete_at=None)


def put_out_if_barred(member: PanelMember, draw: Draw) -> bool:
    """Ask the rules of avoidance again for one member; a broken one ends the seat and calls the next."""
    if member.expert_id is None:
        return False
    found = excluded(Expert.objects.filter(pk=member.expert_id), draw.project, draw.evaluates_at)
    rule = found.get(member.expert_id, "")
    if not rule:
        return False
    member.why, member.rule, member.left_at = PanelMember.Why.PARTIAL, rule, now()
    member.note = str(BY_CODE[rule].label)
    step_taken(member, MEMBER.begin(member, "put_out", PORTAL, state_version=None), PORTAL, rule=rule)
    notices.tell_released(member)
    leave_seat(member, draw, rule)
    return True


def step_taken(member: PanelMember, step: Step[PanelMember], actor: Actor, **data: Any) -> None:
    before, after = step.apply()
    member.save()
    data = {**step.data, **data, **facts(member)}
    record(member, f"seat.{step.transition.code}", actor, from_state=before, to_state=after, data=data)


def _draw(draw_id: int) -> Draw:
    try:
        return db.lock_row(Draw.objects.select_related("project__buyer", "project__agency"), draw_id)
    except Draw.DoesNotExist:
        raise NotFound() from None


def _locked(member_id: int, actor: Actor | None = None) -> tuple[PanelMember, Draw]:
    """The seat with its draw, both locked, the draw first; NotFound for one that the actor may not see."""
    draw_id = PanelMember.objects.filter(pk=member_id).values_list("draw", flat=True).first()
    if draw_id is None:
        raise NotFound()
    draw = _draw(draw_id)
    if actor is not None and not policies.may_see_draw(person(actor), draw):
        raise NotFound()
    member = db.lock_row(PanelMember.objects.select_related(*PATH), member_id)
    if not is_open(member):
        raise WrongState()
    return member, draw
