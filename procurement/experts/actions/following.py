"""The planned evaluation follows the deadline of its tender, and who was called is asked whether the new time suits."""

import datetime as dt

from portal.core import db
from portal.core.actions import action
from portal.core.calendar import workdays
from portal.core.events import record
from portal.core.time import ZONE, local_date, now, today
from procurement.experts import notices, terms
from procurement.experts.actions.calling import PATH, put_out_if_barred, step_taken
from procurement.experts.avoidance import slot_of
from procurement.experts.lifecycle import EVALUATING, MEMBER
from procurement.experts.models import Draw, Expert, Panel, PanelMember
from procurement.tenders.actions.common import PORTAL


@action
def follow_deadline(project_id: int) -> Draw | None:
    """Move the evaluation by as much as the deadline moved since it was planned; returns the draw where it did.

    Never onto a day off. Everybody who holds a seat is told; whom a rule keeps away at the new time is followed by the
    next in the order. Safe to repeat: the draw remembers the deadline that it was planned for.
    """
    pk = Draw.objects.filter(project=project_id).exclude(state="failed").values_list("pk", flat=True).first()
    if pk is None:
        return None
    draw = db.lock_row(Draw.objects.select_related("project__buyer", "project__agency"), pk)
    deadline, planned = draw.project.deadline_at, draw.deadline_at
    if deadline is None or planned is None or deadline <= planned or draw.project.state not in EVALUATING:
        return None
    before = draw.evaluates_at
    draw.evaluates_at, draw.deadline_at = _on_a_working_day(before + (deadline - planned)), deadline
    draw.save(update_fields=["evaluates_at", "deadline_at"])
    data = {"before": before.isoformat(), "after": draw.evaluates_at.isoformat()}
    event = record(draw, "draw.moved", PORTAL, data=data)
    panel = Panel.objects.filter(draw=draw).first()
    if panel is not None:
        panel.evaluates_at = draw.evaluates_at
        panel.save(update_fields=["evaluates_at"])
        _move_seats(draw, before, event.pk)
    notices.tell_draw_moved(draw, event)
    return draw


def _on_a_working_day(moment: dt.datetime) -> dt.datetime:
    """The same hour of the next working day, where the day is none."""
    local = moment.astimezone(ZONE)
    return dt.datetime.combine(workdays().next_workday_on_or_after(local.date()), local.time(), ZONE)


def _move_seats(draw: Draw, before: dt.datetime, event: int) -> None:
    """First those leave whom a rule keeps away at the new time, then the others move; who is called for them knows it."""
    held = list(draw.members.live().order_by("pk").values_list("pk", "expert"))
    # As at a call: the lock of the experts keeps two committees from taking one person for the same half-day.
    db.lock_rows(Expert.objects.all(), [expert for _pk, expert in held if expert is not None])
    members = db.lock_rows(PanelMember.objects.select_related(*PATH), [pk for pk, _expert in held])
    for member in [one for one in members if not put_out_if_barred(one, draw)]:
        member.refresh_from_db(fields=["speciality", "position"])  # seats move up when somebody before them leaves
        step = MEMBER.begin(member, "move", PORTAL, state_version=None)
        member.slot = slot_of(draw.evaluates_at) if member.expert_id else ""
        if member.state == PanelMember.State.CALLED:
            member.answer_by = terms.answer_by(now(), draw.evaluates_at, today())
        if member.state == PanelMember.State.ATTENDING and local_date(draw.evaluates_at) > today():
            Panel.objects.filter(pk=member.panel_id).update(complete_at=None)
        step_taken(member, step, PORTAL)
        notices.tell_moved(member, draw, before, event)
