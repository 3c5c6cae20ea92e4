"""What each step of the life cycle does to the case: called under the case's lock, before the row is saved."""

import datetime as dt
import json
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from approvals.cases import clockwork, renewal
from approvals.cases.answers import answers_of
from approvals.cases.models import (
    Case,
    CaseContent,
    CaseStop,
    Channel,
    Consultation,
    SupplementRequest,
    lacks_power_of_attorney,
)
from approvals.catalogue.models import Item
from hall.duties import window_of
from portal.core import clock as clocks
from portal.core.calendar import workdays
from portal.core.errors import Invalid, WrongState
from portal.core.events import stream_of
from portal.core.lifecycle import Step
from portal.core.models import Event
from portal.core.numbers import next_number, query_code
from portal.core.rules import rule
from portal.core.time import local_date
from portal.people.models import Department

CASE_PREFIX = "SP"
# What a step may change on the row besides its state: kept in the event, so that a supervisor can undo the step.
KEPT = (
    "answered_at", "answered_on", "answer_due_on", "first_answer_due_on", "supplement_due_on", "accepted_at",
    "accepted_on", "day_0", "promised_due_on", "legal_due_on", "amber_on", "amber_lit_on", "red_lit_on",
    "overdue_from_on", "legal_overdue_from_on", "decided_at", "decided_on", "outcome", "ended_at", "ended_on",
    "elapsed_days", "filing_days", "decision_text", "review_step", "last_reviewer_id", "staff_id", "window_id",
    "remaining_days", "remaining_legal_days", "stopped_on", "resume_state", "deemed_granted",
)  # fmt: skip


def kept_of(case: Case) -> dict[str, Any]:
    """The columns of `KEPT` as an event can hold them."""
    return {name: _plain(getattr(case, name)) for name in KEPT}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _today(step: Step[Case]) -> dt.date:
    return local_date(step.moment)


def _stops(case: Case) -> list[CaseStop]:
    return list(case.stops.order_by("from_on"))


# --- filing -----------------------------------------------------------------------------------------------------------


def submit(step: Step[Case]) -> None:
    """Give number and query code, take the item's version into force, start the law's clock for the first answer."""
    case, index = step.obj, workdays()
    _must_be_empowered(case)
    case.submitted_at, case.submitted_on = step.moment, _today(step)
    case.received_on = case.complete_on = clockwork.received_day(step.moment, index)
    if case.pk is not None:  # a filing that is just being made has read its item in this transaction
        case.item = Item.objects.select_related("current", "department").get(pk=case.item_id)
    case.answer_due_on = case.first_answer_due_on = clockwork.answer_due(case.item.type, case.received_on, index)
    version = case.version if case.version_id != case.item.current_id else case.item.current
    if version is None or not case.item.is_open_to_filing:
        raise WrongState(_("This item cannot be applied for at present."))
    if case.item.current_id != version.pk:
        raise WrongState(_("What this item asks for has changed since you began. Please check your draft once more."))
    case.kind = version.kind
    case.legal_days, case.promised_days = version.legal_days, version.promised_days
    case.review_steps = version.review_steps if version.kind != "immediate" else 0
    case.visits = version.visits or 0
    if case.taken_in_by_id is not None:
        _from_the_window(step)
    case.query_code = query_code()
    if case.pk is not None:  # else whoever makes the filing holds the answers still
        renewal.note_expiry(case, version, lambda: answers_of(content_of(case)))
    # The counter is taken last: whoever files at the same moment waits the shortest. Who files several cases at once
    # has taken their numbers together.
    case.number = case.number or next_number(CASE_PREFIX, department_code(case), case.submitted_on)
    step.data["number"] = case.number


def _from_the_window(step: Step[Case]) -> None:
    """Filed by the clerk who typed it: received at that window. Begun there and filed at home: an online filing."""
    case = step.obj
    if step.actor.user_id == case.taken_in_by_id:
        case.window_id = case.intake_window_id
        step.data.update(taken_in_by=case.taken_in_by_id, filed_for=case.applicant_id)
        return
    if case.version is None or not case.version.online:
        raise WrongState(_("This item is applied for at a window. Please bring the materials of the guide."))
    case.channel = Channel.ONLINE
    case.taken_in_by = case.intake_window = None


def _must_be_empowered(case: Case) -> None:
    """Nobody files for somebody else without a power of attorney. Raises WrongState."""
    if lacks_power_of_attorney(case):
        raise WrongState(_("Please upload the power of attorney of the person whom you file for."))


def department_code(case: Case) -> str:
    """The code that a case's number names: the item's department, or the one that takes it in its place."""
    item = case.item
    return item.department.code if item.department_id == case.department_id else case.department.code


def resubmit(step: Step[Case]) -> None:
    """Everything is there now: the limit for the answer begins anew on the day of receipt."""
    case = step.obj
    _must_be_empowered(case)
    case.complete_on = clockwork.received_day(step.moment, workdays())
    case.answer_due_on = clockwork.answer_due(case.item.type, case.complete_on, workdays())
    case.supplement_due_on = None
    case.second_notice_allowed = False
    case.supplement_requests.filter(answered_at__isnull=True).update(answered_at=step.moment)


# --- first answer -----------------------------------------------------------------------------------------------------


def _answer(step: Step[Case]) -> None:
    case = step.obj
    if case.answered_at is None:
        case.answered_at, case.answered_on = step.moment, _today(step)
    case.answer_due_on = None
    # Whoever confirms a colleague's "no" is not the one who handles the case.
    if step.actor.user is not None and not step.transition.proposed:
        case.staff = step.actor.user
    if case.staff is not None:
        case.window_id = window_of(case.staff, case.department_id, _today(step)) or case.window_id


def accept(step: Step[Case]) -> None:
    """Start the promised and the legal clock: today, or as of the day on which a supplement made it complete."""
    _answer(step)
    case = step.obj
    counted_from = case.complete_on if case.supplement_notices and case.complete_on else _today(step)
    _start_clock(step, counted_from)


def deem_accepted(step: Step[Case]) -> None:
    """No answer within the limit: accepted from the day of receipt (permit law, article 32(1)(4))."""
    _answer(step)
    case = step.obj
    case.deemed = True
    _start_clock(step, case.complete_on or _today(step))


def _start_clock(step: Step[Case], counted_from: dt.date) -> None:
    case = step.obj
    case.accepted_at, case.accepted_on = step.moment, _today(step)
    index = workdays()
    case.day_0 = clocks.day_0(index, counted_from)
    clockwork.write_clock(case, [], today=_today(step), index=index)
    step.data["promised_due_on"], step.data["legal_due_on"] = case.promised_due_on, case.legal_due_on


def ask_supplement(step: Step[Case]) -> None:
    """One notice that lists everything (一次性告知), with a limit for the answer."""
    _answer(step)
    case, today = step.obj, _today(step)
    due_on = clocks.limit_ends_on(workdays(), today, step.inputs["limit_days"])
    case.supplement_notices += 1
    case.first_notice_on = case.first_notice_on or today
    case.supplement_due_on = due_on
    SupplementRequest.objects.create(
        case=case,
        asked_at=step.moment,
        asked_on=today,
        due_on=due_on,
        text=step.inputs["text"],
        missing=[int(pk) for pk in step.inputs["missing"] if str(pk).isdigit()],
    )
    step.data.update(text=step.inputs["text"], due_on=due_on, notice=case.supplement_notices)


def allow_second_notice(step: Step[Case]) -> None:
    step.obj.second_notice_allowed = True
    step.data["reason"] = step.inputs["reason"]


def not_accept(step: Step[Case]) -> None:
    _answer(step)
    step.obj.outcome = "not_accepted"
    clockwork.write_end(step.obj, [], moment=step.moment, on=_today(step), decided=False)
    step.data.update(grounds=step.inputs["grounds"], authority=step.inputs["authority"])


# --- handling ---------------------------------------------------------------------------------------------------------


def forward(step: Step[Case]) -> None:
    step.obj.review_step = 1
    step.data["opinion"] = step.inputs["opinion"]


def after_review(case: Case) -> str:
    return "deciding" if case.review_step >= case.review_steps else "in_review"


def pass_review(step: Step[Case]) -> None:
    case = step.obj
    step.data.update(step=case.review_step, opinion=step.inputs["opinion"])
    case.review_step += 1
    case.last_reviewer = step.actor.user


def send_back(step: Step[Case]) -> None:
    step.obj.review_step = 0
    step.obj.last_reviewer = None
    step.data["reason"] = step.inputs["reason"]


def approve(step: Step[Case]) -> None:
    _decide(step, "approved", step.inputs["text"])


def refuse(step: Step[Case]) -> None:
    """A refusal states grounds and remedies (permit law, article 38); the notice adds the remedies."""
    _decide(step, "refused", step.inputs["grounds"])


def deem_granted(step: Step[Case]) -> None:
    """Asked for in time and not decided before the document expired: granted (permit law, article 50)."""
    step.obj.deemed_granted = True
    with override(settings.LANGUAGE_CODE):
        text = gettext("The renewal counts as granted: it was asked for in time and not decided by %(day)s.")
        _decide(step, "approved", text % {"day": step.obj.expires_on})
    step.data["expires_on"] = step.obj.expires_on


def state_expiry(step: Step[Case]) -> None:
    """The window enters the last day of the old document where no form asked for it, or corrects a slip of the pen."""
    version = step.obj.version
    if version is not None:
        renewal.write_expiry(step.obj, version, step.inputs["expires_on"])
    step.data.update(expires_on=step.obj.expires_on, in_time=step.obj.renewal_in_time)


def _decide(step: Step[Case], outcome: str, text: str) -> None:
    case = step.obj
    case.outcome = outcome
    case.decision_text = text
    clockwork.write_end(case, _stops(case), moment=step.moment, on=_today(step), decided=True)
    step.data.update(text=text, elapsed_days=case.elapsed_days)


def suspend(step: Step[Case]) -> None:
    """Stop the clock from the end of today; the applicant is told why and how long (permit law, article 45)."""
    case, today = step.obj, _today(step)
    days = step.inputs["announced_days"]
    stop = CaseStop.objects.create(
        case=case,
        ground=step.inputs["ground"],
        from_on=today,
        announced_days=days,
        announced_end_on=workdays().add(today, days),
        overdue_at_stop=bool(case.overdue_from_on and case.overdue_from_on <= today),
    )
    case.resume_state = case.state
    case.stopped_on = today
    clockwork.write_clock(case, _stops(case), today=today)
    step.data.update(
        ground=stop.ground, announced_days=days, announced_end_on=stop.announced_end_on, grounds=step.inputs["grounds"]
    )


def resume(step: Step[Case]) -> None:
    case, today = step.obj, _today(step)
    _lift_stop(case, today)
    clockwork.write_clock(case, _stops(case), today=today)
    step.data.update(result=step.inputs["result"], promised_due_on=case.promised_due_on)


def _lift_stop(case: Case, today: dt.date) -> None:
    case.stops.filter(to_on__isnull=True).update(to_on=today)
    case.stopped_on = None


def extend(step: Step[Case]) -> None:
    """Once, by up to the days of the law (permit law, article 42(1)); both due dates move."""
    case, today = step.obj, _today(step)
    most = rule("permit.extension_days", case.day_0 or today).value
    if step.inputs["days"] > most:
        raise Invalid(fields={"days": _("The law allows at most %(n)s working days.") % {"n": most}})
    case.extended_days, case.extended_on = step.inputs["days"], today
    if case.due_source == "source" and case.promised_due_on:
        case.promised_due_on = workdays().add(case.promised_due_on, case.extended_days)
    clockwork.write_clock(case, _stops(case), today=today)
    step.data.update(days=case.extended_days, grounds=step.inputs["grounds"], promised_due_on=case.promised_due_on)


def end_without_decision(step: Step[Case]) -> None:
    """Withdrawn, terminated or returned: the clock ends, and a running stop with it."""
    case, today = step.obj, _today(step)
    if case.is_stopped:
        # The due dates stay unknown: nobody can be late with what stood still when it ended.
        case.stops.filter(to_on__isnull=True).update(to_on=today)
    case.outcome = str(step.transition.target)
    clockwork.write_end(case, _stops(case), moment=step.moment, on=today, decided=False)
    step.data.update(step.inputs)


# --- other authorities ------------------------------------------------------------------------------------------------


def after_reassigning(case: Case) -> str:
    """An application that waits for its first answer waits on; one in review begins anew in the other department."""
    return "submitted" if case.state == "submitted" else "accepted"


def reassign(step: Step[Case]) -> None:
    """Another department decides from now on (移交有权机关). The law's clock runs on as if nothing had happened."""
    case = step.obj
    to = _department(case, step.inputs["department"])
    step.data.update(
        from_department=case.department.code, authority_name=to.name, to_code=to.code, grounds=step.inputs["grounds"]
    )
    case.department, case.window, case.staff = to, None, None
    case.review_step, case.last_reviewer = 0, None


def _department(case: Case, code: str) -> Department:
    """An open department other than that of the case. Raises Invalid; for a closed one it names the successor."""
    found = Department.objects.select_related("successor").filter(code=code.strip()).first()
    if found is None:
        raise Invalid(fields={"department": _("There is no such department. Please choose one of the list.")})
    if found.is_closed:
        raise Invalid(fields={"department": _closed(found)})
    if found.pk == case.department_id:
        raise Invalid(fields={"department": _("The case is with this department already.")})
    return found


def _closed(department: Department) -> str:
    words = {"name": department.display_name, "day": department.closed_on}
    if department.successor is None or department.successor.is_closed:
        return gettext("%(name)s closed on %(day)s and named no successor. Please ask the administrator.") % words
    words["successor"] = department.successor.display_name
    return gettext("%(name)s closed on %(day)s. Its successor is %(successor)s: please choose that.") % words


def involve(step: Step[Case]) -> None:
    """Ask another department; this one answers for the whole (联办件, 牵头部门). The clock runs on."""
    to = _department(step.obj, step.inputs["department"])
    step.obj.joint_on = step.obj.joint_on or _today(step)
    _ask(step, Consultation.Kind.JOINT, to.name, step.inputs["question"], department=to)
    step.data.update(authority_name=to.name, to_code=to.code)


def report_up(step: Step[Case]) -> None:
    """Report to the authority above (上报件); the reply is waited for, and the clock runs on."""
    step.obj.reported_on = step.obj.reported_on or _today(step)
    _ask(step, Consultation.Kind.UPWARD, step.inputs["authority"], step.inputs["grounds"])
    step.data.update(authority_name=step.inputs["authority"])


def _ask(step: Step[Case], kind: str, authority: str, question: str, *, department: Department | None = None) -> None:
    case, today = step.obj, _today(step)
    Consultation.objects.create(
        case=case, kind=kind, department=department, authority=authority, question=question, asked_on=today,
        asked_by=step.actor.user,
    )  # fmt: skip
    case.reply_awaited_from_on = today
    step.data.update(kind=kind, question=question)


def record_reply(step: Step[Case]) -> None:
    """What was replied, and on which day. Raises Invalid for a day before the question or to come."""
    case, replied_on = step.obj, step.inputs["replied_on"]
    asked = case.consultations.get(replied_on__isnull=True)
    if not asked.asked_on <= replied_on <= _today(step):
        wrong = _("The reply came between the question on %(day)s and today.") % {"day": asked.asked_on}
        raise Invalid(fields={"replied_on": wrong})
    asked.replied_on, asked.reply, asked.recorded_by = replied_on, step.inputs["reply"], step.actor.user
    asked.save(update_fields=["replied_on", "reply", "recorded_by"])
    case.reply_awaited_from_on = None
    step.data.update(authority_name=asked.authority, replied_on=replied_on, reply=step.inputs["reply"])


# --- after the decision -----------------------------------------------------------------------------------------------


def issue(step: Step[Case]) -> None:
    step.data["document_number"] = step.inputs["document_number"]


def deliver(step: Step[Case]) -> None:
    """Delivery is proved (permit law, article 44): how, and who received it."""
    step.data["way"] = step.inputs["way"]
    step.personal["proof"] = step.inputs["proof"]


def revoke(step: Step[Case]) -> None:
    """The decision is taken back. It was made on its day and stays counted there; the revocation counts on its own."""
    step.obj.revoked_on = _today(step)
    step.data.update(cause=step.inputs["cause"], grounds=step.inputs["grounds"])


# --- correction -------------------------------------------------------------------------------------------------------


def _last_event(case: Case) -> Event:
    """The event of the step that is to be undone. Raises WrongState when the trail does not end with it."""
    last = (
        Event.objects.filter(stream=stream_of(case), stream_id=case.pk, type=f"case.{case.last_step}")
        .order_by("-sequence")
        .first()
    )
    if last is None:
        raise WrongState()
    return last


def state_before_last_step(case: Case) -> str:
    return _last_event(case).from_state


def undo_last_step(step: Step[Case]) -> None:
    """Put back what the last step changed; the step and its undoing both stay in the trail."""
    case = step.obj
    last = _last_event(case)
    for name, value in json.loads(last.body)["data"]["before"].items():
        column: Any = Case._meta.get_field(name.removesuffix("_id"))
        setattr(case, name, column.to_python(value))
    if case.stopped_on and case.ended_on is None:
        case.stops.filter(from_on=case.stopped_on).update(to_on=None)
    if case.day_0 and case.ended_on is None:
        # The calendar may have changed since: an open case rests on the calendar of today.
        clockwork.write_clock(case, _stops(case), today=_today(step))
    step.data.update(undone=last.type, undone_sequence=last.sequence, reason=step.inputs["reason"])


def content_of(case: Case) -> CaseContent:
    """What the applicant wrote; an empty one for a case that has none yet."""
    return CaseContent.objects.filter(case=case).first() or CaseContent(case=case)
