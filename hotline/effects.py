"""What each step does to the ticket and its rows. The ticket is locked; the caller saves it, counts and records."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from hotline import clockwork, rounds
from hotline.marks import mark
from hotline.models import Assist, CallBack, Category, Dispatch, Ending, Grade, Mark, Reply, Request, Return, Ticket
from portal.core.errors import Invalid, WrongState
from portal.core.lifecycle import Step
from portal.core.rules import rule
from portal.core.time import local_date, now, today
from portal.people.models import Department

ATTEMPTS = "hotline.call_attempts"
NO_DEPARTMENT = _("Choose the department that is to handle it.")
ANSWERS = {"yes": True, "no": False}


def most_attempts() -> int:
    """How often the hotline tries before a ticket may be closed without an answer."""
    return rule(ATTEMPTS, today()).days


# --- helpers ----------------------------------------------------------------------------------------------------------


def open_department(value: object) -> Department:
    """A department that takes tickets today. Raises Invalid for the field `department`."""
    text = str(value or "").strip()
    found = Department.objects.open_on(today()).filter(pk=int(text)).first() if text.isdecimal() else None
    if found is None:
        raise Invalid(fields={"department": NO_DEPARTMENT})
    return found


def current_dispatch(ticket: Ticket) -> Dispatch | None:
    """The running round."""
    found: Dispatch | None = ticket.dispatches.filter(ended_at__isnull=True).first()
    return found


def _send(step: Step[Ticket], department: Department, note: str = "") -> None:
    """A new round for a department; the clock starts with the first one and goes on with the others."""
    ticket = step.obj
    _end_round(ticket)
    _leave_inner(ticket)
    ticket.department, ticket.staff = department, None
    clockwork.begin(ticket)
    made = Dispatch.objects.create(
        ticket=ticket,
        round=ticket.dispatches.count() + 1,
        department=department,
        by=step.actor.user,
        dispatched_at=step.moment,
        dispatched_on=local_date(step.moment),
        sign_due_at=clockwork.share_of_limit(ticket, "sign"),
        note=note,
    )
    rounds.begun(ticket, made)
    step.data["department"] = department.code


def _end_round(ticket: Ticket, *, replied_at: dt.datetime | None = None) -> None:
    running = current_dispatch(ticket)
    if running is None:
        return
    running.ended_at, running.replied_at = now(), replied_at
    running.save(update_fields=["ended_at", "replied_at"])
    rounds.ended(ticket, running, replied=replied_at is not None)


def _leave_inner(ticket: Ticket) -> None:
    """Nobody within the district has it any more."""
    ticket.inner_department, ticket.inner_ready = None, False


def _signed_late(ticket: Ticket, running: Dispatch | None, moment: dt.datetime) -> None:
    """Count a signature (or a return without one) behind its share of the limit, once a round."""
    if running is not None and running.signed_at is None and running.sign_due_at and moment > running.sign_due_at:
        mark(ticket, Mark.Kind.LATE_SIGN)


def ask_assistants(ticket: Ticket, codes: Iterable[object], step: Step[Ticket]) -> None:
    """Ask further departments to help; the host itself is left out."""
    wanted = {int(str(code)) for code in codes if str(code).isdecimal()} - {ticket.department_id}
    held = set(ticket.assists.values_list("department_id", flat=True)) if wanted else set()
    rows = Department.objects.open_on(today()).filter(pk__in=wanted - held) if wanted - held else []
    Assist.objects.bulk_create(
        Assist(ticket=ticket, department=one, asked_at=step.moment, asked_by=step.actor.user) for one in rows
    )


def lapse_requests(ticket: Ticket, *kinds: str) -> None:
    """Requests that the new state no longer allows fall away, openly."""
    waiting = ticket.requests.filter(outcome=Request.Outcome.WAITING)
    if kinds:
        waiting = waiting.filter(kind__in=kinds)
    waiting.update(outcome=Request.Outcome.LAPSED, decided_at=now())


def finish(ticket: Ticket, *, replied: bool = False) -> None:
    """The ticket is at its end."""
    clockwork.handled(ticket, replied=replied)
    ticket.ended_at, ticket.ended_on = now(), today()
    Ending.objects.create(ticket=ticket, ended_at=ticket.ended_at, ended_on=ticket.ended_on)


# --- at the hotline ---------------------------------------------------------------------------------------------------


def answer(step: Step[Ticket]) -> None:
    """Answered from the knowledge base. Direct only if no department ever had it."""
    ticket = step.obj
    Reply.objects.create(
        ticket=ticket,
        direct=True,
        text=step.inputs["text"],
        state=Reply.State.SENT,
        drafted_at=step.moment,
        drafted_by=step.actor.user,
        decided_at=step.moment,
        decided_by=step.actor.user,
    )
    ticket.direct = ticket.anchor_at is None and not ticket.reopened
    finish(ticket, replied=True)


def dispatch(step: Step[Ticket]) -> None:
    """The first dispatch starts the clock; before it the dispatcher may still set the urgency."""
    ticket, department = step.obj, open_department(step.inputs["department"])
    grade = step.inputs.get("grade") or ""
    if grade and grade != ticket.grade:
        if grade not in Grade.values:
            raise Invalid(fields={"grade": _("Please choose one of the answers.")})
        if ticket.anchor_at is not None:
            raise Invalid(fields={"grade": _("The clock runs already: another urgency has to be asked for.")})
        ticket.grade = step.data["grade"] = grade
    if ticket.life_danger and ticket.grade != Grade.URGENT:
        raise Invalid(fields={"grade": _("Danger to life is always urgent.")})
    _sort_in(step)
    _send(step, department, step.inputs.get("note") or "")
    mark(ticket, Mark.Kind.DISPATCHED)
    ask_assistants(ticket, step.inputs.get("assistants") or (), step)


def _sort_in(step: Step[Ticket]) -> None:
    """The category that the dispatcher gives: what came in without one, or with a wrong one, counts under it."""
    ticket, typed = step.obj, str(step.inputs.get("category") or "")
    if not typed or typed == str(ticket.category_id or ""):
        return
    found = Category.objects.filter(pk=int(typed) if typed.isdecimal() else 0).first()
    if found is None or (found.closed_on is not None and found.closed_on <= today()):
        raise Invalid(fields={"category": _("Choose a category that takes tickets today.")})
    ticket.category, ticket.asks_resolution = found, found.asks_resolution_of(ticket.kind)
    step.data["category"] = found.code


def reassign(step: Step[Ticket]) -> None:
    ticket, department = step.obj, open_department(step.inputs["department"])
    if department.pk == ticket.department_id:
        raise Invalid(fields={"department": _("The department has the ticket already.")})
    step.data["from"] = ticket.department.code if ticket.department else ""
    step.data["reason"] = step.inputs["reason"]
    lapse_requests(ticket)
    _send(step, department, step.inputs["reason"])
    mark(ticket, Mark.Kind.DISPATCHED)


def uphold(step: Step[Ticket]) -> None:
    """The return was right: another department gets the ticket, and the clock it started with."""
    ticket, department = step.obj, open_department(step.inputs["department"])
    if department.pk == ticket.department_id:
        raise Invalid(fields={"department": _("This department has just returned it. Choose another one.")})
    _decide_return(step, Return.Outcome.UPHELD, step.inputs["note"])
    _send(step, department, step.inputs["note"])
    mark(ticket, Mark.Kind.DISPATCHED)


def take_back(step: Step[Ticket]) -> None:
    """The return was right, and the hotline itself answers or thinks again; the clock goes on."""
    _decide_return(step, Return.Outcome.UPHELD, step.inputs["note"])
    _end_round(step.obj)
    _leave_inner(step.obj)
    step.obj.department = step.obj.staff = None


def reject(step: Step[Ticket]) -> None:
    """Back to the department that returned it; a wrongful return is counted against it."""
    ticket, wrongful = step.obj, step.inputs["wrongful"] == "yes"
    _decide_return(step, Return.Outcome.REJECTED, step.inputs["reason"], wrongful=wrongful)
    ticket.dispatches.filter(ended_at__isnull=True).update(
        returned_at=None, signed_at=None, signed_by=None, sign_due_at=clockwork.share_of_limit(ticket, "sign")
    )
    if wrongful:
        mark(ticket, Mark.Kind.WRONGFUL)
    step.data["wrongful"] = wrongful


def _decide_return(step: Step[Ticket], outcome: str, grounds: str, *, wrongful: bool = False) -> None:
    step.obj.returns.filter(outcome=Return.Outcome.WAITING).update(
        outcome=outcome, wrongful=wrongful, decided_at=step.moment, decided_by=step.actor.user, decision=grounds
    )


def leave_department(step: Step[Ticket]) -> None:
    """The department closed without a successor: the hotline has the ticket again, and its clock runs."""
    ticket = step.obj
    if ticket.suspended_at is not None:
        clockwork.go_on(ticket)
    ticket.replies.filter(state=Reply.State.DRAFTED).update(state=Reply.State.SENT_BACK, decided_at=step.moment)
    ticket.returns.filter(outcome=Return.Outcome.WAITING).update(outcome=Return.Outcome.UPHELD, decided_at=step.moment)
    lapse_requests(ticket)
    _end_round(ticket)
    step.data["department"] = ticket.department.code if ticket.department else ""
    _leave_inner(ticket)
    ticket.department = ticket.staff = None


# --- at the department ------------------------------------------------------------------------------------------------


def sign(step: Step[Ticket]) -> None:
    ticket = step.obj
    ticket.staff = step.actor.user
    running = current_dispatch(ticket)
    _signed_late(ticket, running, step.moment)
    if running is not None:
        running.signed_at, running.signed_by = step.moment, step.actor.user
        running.save(update_fields=["signed_at", "signed_by"])


def send_back_to_hotline(step: Step[Ticket]) -> None:
    """Returned with a ground; a dispatcher decides. The clock runs on."""
    ticket, round_ = step.obj, current_dispatch(step.obj)
    if round_ is None or ticket.department_id is None:
        raise WrongState()
    if ticket.life_danger:
        raise WrongState(_("A ticket about danger to life is not returned: act first, and call the hotline."))
    if ticket.returns.filter(dispatch=round_, outcome=Return.Outcome.REJECTED).exists():
        raise WrongState(_("A return of this ticket has been rejected already. It stays with your department."))
    _signed_late(ticket, round_, step.moment)
    Return.objects.create(
        ticket=ticket,
        dispatch=round_,
        department_id=ticket.department_id,
        ground=step.inputs["ground"],
        reason=step.inputs["reason"],
        asked_at=step.moment,
        asked_by=step.actor.user,
    )
    round_.returned_at = step.moment
    round_.save(update_fields=["returned_at"])
    lapse_requests(ticket)
    mark(ticket, Mark.Kind.RETURNED)
    step.data["ground"] = step.inputs["ground"]


def draft(step: Step[Ticket]) -> None:
    ticket = step.obj
    Reply.objects.create(
        ticket=ticket,
        dispatch=current_dispatch(ticket),
        text=step.inputs["text"],
        measures=step.inputs["measures"],
        drafted_at=step.moment,
        drafted_by=step.actor.user,
    )
    ticket.staff = step.actor.user


def approve(step: Step[Ticket]) -> None:
    """The reply goes out: the handling ends at this moment, compared with the due moment."""
    ticket = step.obj
    ticket.replies.filter(state=Reply.State.DRAFTED).update(
        state=Reply.State.SENT, decided_at=step.moment, decided_by=step.actor.user
    )
    _replied(step)


def _replied(step: Step[Ticket]) -> None:
    ticket = step.obj
    _end_round(ticket, replied_at=step.moment)
    lapse_requests(ticket, Request.Kind.EXTENSION, Request.Kind.SUSPENSION, Request.Kind.GRADE)
    clockwork.handled(ticket, replied=True)
    ticket.call_attempts = 0
    mark(ticket, Mark.Kind.REPLIED)


def send_back(step: Step[Ticket]) -> None:
    step.obj.replies.filter(state=Reply.State.DRAFTED).update(
        state=Reply.State.SENT_BACK, decided_at=step.moment, decided_by=step.actor.user, note=step.inputs["reason"]
    )


def suspend(step: Step[Ticket]) -> None:
    """Granted: the clock stops until the day that was asked for."""
    asked = step.obj.requests.get(kind=Request.Kind.SUSPENSION, outcome=Request.Outcome.WAITING)
    if asked.until is None:
        raise WrongState()
    clockwork.stop(step.obj, asked.until)
    mark(step.obj, Mark.Kind.SUSPENDED)
    step.data["until"] = asked.until


def resume(step: Step[Ticket]) -> None:
    ticket = step.obj
    clockwork.go_on(ticket)
    ticket.dispatches.filter(ended_at__isnull=True, signed_at__isnull=True).update(signed_at=step.moment)
    step.data["due"] = ticket.due_at


# --- call-back, end, and again ----------------------------------------------------------------------------------------


def call_back(step: Step[Ticket]) -> None:
    """The caller was reached and has said how it went."""
    ticket = step.obj
    said = {name: ANSWERS.get(step.inputs[name]) for name in ("contacted", "resolved", "satisfied")}
    CallBack.objects.create(
        ticket=ticket,
        way=step.inputs["way"] or CallBack.Way.PHONE,
        at=step.moment,
        by=step.actor.user,
        reached=True,
        note=step.inputs["note"],
        **said,
    )
    ticket.called_back_at, ticket.called_back_on = step.moment, local_date(step.moment)
    ticket.contacted, ticket.resolved, ticket.satisfied = said["contacted"], said["resolved"], said["satisfied"]
    step.data.update(said)


def call_back_well(step: Step[Ticket]) -> None:
    call_back(step)
    finish(step.obj)


def miss(step: Step[Ticket]) -> None:
    way = step.inputs["way"] or CallBack.Way.PHONE
    CallBack.objects.create(
        ticket=step.obj, way=way, at=step.moment, by=step.actor.user, reached=False, note=step.inputs["note"]
    )
    step.obj.call_attempts += 1


def end(step: Step[Ticket]) -> None:
    finish(step.obj)


def close(step: Step[Ticket]) -> None:
    """Closed although the caller is not content: the reasons go on record."""
    step.data["reason"] = step.inputs["reason"]
    finish(step.obj)


def redo(step: Step[Ticket]) -> None:
    """Once more, by the same department, with a limit of its own; the first handling keeps its figures."""
    ticket = step.obj
    department = ticket.department
    if department is None or department.is_closed:
        raise WrongState(_("The department is closed. Reopen the ticket and dispatch it anew."))
    step.data["reason"] = step.inputs["reason"]
    mark(ticket, Mark.Kind.REDONE)
    ticket.redone += 1
    clockwork.begin_again(ticket, runs=True)
    _send(step, department, step.inputs["reason"])


def reopen(step: Step[Ticket]) -> None:
    """Counted, and with a new clock: at its department at once, else when it is dispatched."""
    ticket = step.obj
    if ticket.department is not None and ticket.department.is_closed:
        _leave_inner(ticket)
        ticket.department = None
    step.data["reason"] = step.inputs["reason"]
    ticket.endings.filter(reopened_at__isnull=True).update(reopened_at=step.moment, reopened_on=local_date(step.moment))
    ticket.ended_at = ticket.ended_on = None
    ticket.reopened += 1
    mark(ticket, Mark.Kind.REOPENED)
    clockwork.begin_again(ticket, runs=False)
    if ticket.department is not None:
        _send(step, ticket.department, step.inputs["reason"])
        mark(ticket, Mark.Kind.DISPATCHED)


# --- series -----------------------------------------------------------------------------------------------------------


def merge(step: Step[Ticket]) -> None:
    """The caller gets the answer of the leading ticket; this one keeps its number, its caller and its clock."""
    ticket = step.obj
    parent = leading(step.inputs["parent"], ticket)
    _end_round(ticket)
    _leave_inner(ticket)
    ticket.parent = parent
    ticket.department = parent.department
    lapse_requests(ticket)
    step.data["parent"] = parent.number
    if not parent.is_parent:
        Ticket.objects.filter(pk=parent.pk).update(is_parent=True)


def leading(number: str, ticket: Ticket) -> Ticket:
    """The ticket that leads a series. Raises Invalid for the field `parent`."""
    found = Ticket.objects.filter(number=str(number).strip().upper()).select_related("department").first()
    wrong = None
    if found is None:
        wrong = _("There is no ticket with this number.")
    elif found.pk == ticket.pk or found.parent_id is not None:
        wrong = _("This ticket cannot lead a series, because it is part of one or the same.")
    elif not found.is_open or found.handled_at is not None:
        wrong = _("This ticket has been answered already.")
    if wrong is not None or found is None:
        raise Invalid(fields={"parent": wrong or ""})
    return found


def unmerge(step: Step[Ticket]) -> None:
    ticket = step.obj
    step.data["reason"] = step.inputs["reason"]
    _leave_inner(ticket)
    ticket.parent = ticket.department = ticket.staff = None


def reply_with_series(step: Step[Ticket]) -> None:
    """The leading ticket was replied: its answer is this caller's answer too."""
    ticket = step.obj
    if ticket.parent is None:
        raise WrongState()
    led = ticket.parent.replies.filter(state=Reply.State.SENT).last()
    ticket.department = ticket.parent.department or ticket.department
    Reply.objects.create(
        ticket=ticket,
        text=led.text if led else "",
        state=Reply.State.SENT,
        drafted_at=step.moment,
        drafted_by=led.drafted_by if led else None,
        decided_at=step.moment,
        decided_by=led.decided_by if led else None,
    )
    _replied(step)


def set_aside(step: Step[Ticket]) -> None:
    """Nonsense, abuse, a test call: counted as recorded, and in nothing else."""
    step.data["reason"] = step.inputs["reason"]
    finish(step.obj)
