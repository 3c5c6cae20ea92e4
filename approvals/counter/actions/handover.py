"""Handing cases over between the clerks of a department: proposed, then accepted by the receiver or the head."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models import Case
from approvals.counter import policies
from approvals.counter.lifecycle import HANDOVER
from approvals.counter.models import HandOver, HandOverCase
from approvals.counter.notices import tell_decided, tell_proposed
from hall.duties import window_of
from portal.core import db, statistics
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.time import now, today
from portal.people.models import Leave, Posting, User
from portal.people.roles import Role

MOST_CASES = 500  # of one hand-over: job transactions touch no more rows


def open_cases_of(giver_id: int, department_id: int) -> Any:
    """What stands on a clerk's desk and can be handed over, the oldest first."""
    return Case.objects.open().filter(staff=giver_id, department=department_id, imported=False).order_by("pk")


def clerks_of(department_id: int) -> Any:
    """Who may receive cases of the department today: active clerks who are not away."""
    posted = Posting.objects.in_force().filter(department=department_id, role=Role.CLERK)
    away = Leave.objects.in_force().values("user")
    return User.objects.filter(pk__in=posted.values("user"), is_active=True).exclude(pk__in=away).order_by("name", "pk")


def substitute_of(giver_id: int, department_id: int) -> int | None:
    """The colleague whom the posting names (A/B 岗), if there today; None without one."""
    posting = Posting.objects.in_force().filter(user=giver_id, department=department_id, role=Role.CLERK)
    named = posting.filter(substitute__isnull=False).values_list("substitute", flat=True).first()
    return named if named is not None and clerks_of(department_id).filter(pk=named).exists() else None


@action
def propose_handover(
    actor: Actor,
    *,
    department_id: int,
    giver_id: int,
    receiver_id: int,
    reason: str,
    note: str = "",
    numbers: Sequence[str] | None = None,
) -> HandOver:
    """Offer cases of `giver` to `receiver`: those named, or all that are open. By the giver, or by the head.

    Raises NotAllowed, Invalid (nobody to receive, nothing to hand over), WrongState (decided, imported, waiting).
    """
    user = actor.user
    if user is None or not (
        (user.pk == giver_id and user.access.has(Role.CLERK, department_id))
        or user.access.has(Role.DEPARTMENT_HEAD, department_id)
    ):
        raise NotAllowed()
    wrong: dict[str, Any] = {}
    if receiver_id == giver_id or not clerks_of(department_id).filter(pk=receiver_id).exists():
        wrong["receiver"] = _("Choose a clerk of the department who is here today.")
    if reason not in HandOver.Reason.values:
        wrong["reason"] = _("Choose a reason.")
    if wrong:
        raise Invalid(fields=wrong)
    cases = _cases(giver_id, department_id, numbers)
    handover = HandOver.objects.create(
        department_id=department_id, giver_id=giver_id, receiver_id=receiver_id, reason=reason,
        note=note.strip()[:2000], proposed_by=user, proposed_at=now(),
    )  # fmt: skip
    HandOverCase.objects.bulk_create(HandOverCase(handover=handover, case=case) for case in cases)
    record(handover, "handover.proposed", actor, to_state="waiting", data={"cases": len(cases), "reason": reason})
    tell_proposed(handover, len(cases))
    return handover


def _cases(giver_id: int, department_id: int, numbers: Sequence[str] | None) -> list[Case]:
    """The cases under their locks. Raises Invalid, WrongState."""
    wanted = open_cases_of(giver_id, department_id)
    if numbers is not None:
        wanted = Case.objects.filter(number__in=numbers, department=department_id)
    ids = list(wanted.values_list("pk", flat=True)[: MOST_CASES + 1])
    if len(ids) > MOST_CASES:
        raise WrongState(_("At most %(n)s cases at once. Please hand over the most urgent first."), n=MOST_CASES)
    cases = db.lock_rows(Case.objects.all(), ids)
    for case in cases:
        if case.imported or not case.is_open:
            raise WrongState(_("%(number)s is decided or imported and cannot be handed over."), number=case.number)
        if case.staff_id != giver_id:
            raise WrongState(_("%(number)s is not on this clerk’s desk."), number=case.number)
    waiting = HandOverCase.objects.filter(case__in=cases, waiting=True).values_list("case", flat=True)
    busy = set(waiting)
    if numbers is not None and busy:
        raise WrongState(_("This case waits in another hand-over already."))
    left = [case for case in cases if case.pk not in busy]
    if not left or (numbers is not None and len(left) != len(set(numbers))):
        raise Invalid(_("There is nothing to hand over."))
    return left


@action
def decide_handover(
    actor: Actor, handover_id: int, code: str, inputs: Mapping[str, Any] | None = None, *, state_version: int
) -> HandOver:
    """Accept, decline or take back. On acceptance every case that is still open with the giver changes hands.

    Raises NotFound, Stale, WrongState, NotAllowed, Invalid.
    """
    found = HandOver.objects.filter(pk=handover_id).first()
    if found is None or actor.user is None or not policies.may_see_handover(actor.user, found):
        raise NotFound()
    lines = list(HandOverCase.objects.filter(handover=handover_id).order_by("case_id"))
    cases = db.lock_rows(Case.objects.all(), [line.case_id for line in lines])
    handover = db.lock_row(HandOver.objects.select_related("giver", "receiver"), handover_id)
    if code not in HANDOVER.transitions:
        raise WrongState()
    step = HANDOVER.begin(handover, code, actor, inputs, state_version=state_version)
    if code == "accept" and not clerks_of(handover.department_id).filter(pk=handover.receiver_id).exists():
        raise WrongState(_("The receiver is away or no longer a clerk of the department. Please choose somebody else."))
    before, after = step.apply()
    handover.save()
    moved = _move(actor, handover, cases) if code == "accept" else set()
    for line in lines:
        line.waiting, line.moved = False, line.case_id in moved
    HandOverCase.objects.bulk_update(lines, ["waiting", "moved"], batch_size=200)
    record(handover, f"handover.{code}", actor, from_state=before, to_state=after, data={"moved": len(moved)})
    tell_decided(handover, actor, len(moved))
    return handover


def _move(actor: Actor, handover: HandOver, cases: list[Case]) -> set[int]:
    """What is still open with the giver goes to the receiver; what has changed since stays. Returns which moved."""
    here = [
        case
        for case in cases
        if case.is_open and case.staff_id == handover.giver_id and case.department_id == handover.department_id
    ]
    window = window_of(handover.receiver, handover.department_id, today())
    with statistics.watch_many(CASE_MEASURES, [case.pk for case in here]):
        for case in here:
            case.staff, case.window_id = handover.receiver, window or case.window_id
            case.state_version += 1
            case.save(update_fields=["staff", "window", "state_version"])
    for case in here:
        told = {"from": handover.giver.name, "to": handover.receiver.name, "handover": handover.pk}
        record(case, "case.handed_over", actor, from_state=case.state, to_state=case.state, data=told)
    return {case.pk for case in here}
