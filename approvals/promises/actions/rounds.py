"""A clean-up round: opened with what has no substance, answered by the departments, judged, closed."""

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from approvals.promises import notices, policies
from approvals.promises.actions.proposals import propose_for_finding
from approvals.promises.facts import flagged, promises_in_force
from approvals.promises.lifecycle import FINDING
from approvals.promises.models import CleanUp, Finding
from approvals.promises.rules import days, min_compression
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import today

BATCH = 200
PORTAL = Actor.system("promises")


@action
def open_round(actor: Actor, *, name: str, reply_due_on: dt.date | None = None) -> CleanUp:
    """Look at every promise in force and send those without substance back to their departments.

    The reply is due `promise.reply_days` working days from today where no day is given. Raises NotAllowed, Invalid,
    WrongState while another round is open.
    """
    if actor.user is None or not policies.may_oversee(actor.user):
        raise NotAllowed()
    day, index = today(), workdays()
    due = reply_due_on or index.add(day, days("reply_days", day))
    wrong: dict[str, type_of_message] = {}
    if not name.strip():
        wrong["name"] = _("Give the round a name.")
    if due <= day:
        wrong["reply_due_on"] = _("The reply is due on a later day than today.")
    if wrong:
        raise Invalid(fields=wrong)
    db.lock_name("promises.open_round")
    if CleanUp.objects.filter(closed_on__isnull=True).exists():
        raise WrongState(_("A round is open already. Please close it first."), code="open_round")
    share = min_compression(day)
    cleanup = CleanUp.objects.create(
        name=name.strip(), opened_on=day, opened_by=actor.user, reply_due_on=due,
        min_compression=Decimal(share.numerator) / Decimal(share.denominator), looked_at=promises_in_force().count(),
    )  # fmt: skip
    amber = amber_day(due)
    for item in flagged(promises_in_force(), share).order_by("pk"):
        version = item.current
        if version is None or version.promised_days is None:
            continue  # no promise, nothing to send back
        finding = Finding.objects.create(
            cleanup=cleanup, item=item, department_id=item.department_id, legal_days=version.legal_days,
            previous_days=version.previous_promised_days, promised_days=version.promised_days,
            reply_due_on=due, amber_on=amber,
        )  # fmt: skip
        notices.tell_finding(finding, notices.ASKED, key=f"promises.asked:{finding.pk}:0")
    found = cleanup.findings.count()
    record(cleanup, "promises.round_opened", actor, data={"name": cleanup.name, "found": found, "due": due.isoformat()})
    return cleanup


def amber_day(due: dt.date) -> dt.date:
    """From when on the reply is due soon: so many working days before its day."""
    index, left = workdays(), days("reminder_days")
    day = due
    while left and index.between(day, due) < left:
        day -= dt.timedelta(days=1)
    return day


@action
def reply(
    actor: Actor, finding_id: int, *, kind: str, text: str, proposed_days: int | None = None, state_version: int
) -> Finding:
    """The head of the department answers: a shorter promise, or why it stays. Raises NotFound, Invalid, Stale …"""
    finding = locked(actor, finding_id)
    wrong: dict[str, type_of_message] = {}
    if kind not in Finding.Reply.values:
        wrong["kind"] = _("Please choose one of the answers.")
    if not text.strip():
        wrong["text"] = _("Say what the reply rests on.")
    if kind == Finding.Reply.SHORTEN and not (proposed_days is not None and 0 < proposed_days < finding.promised_days):
        wrong["proposed_days"] = _("The new promise lies between 1 working day and one less than now.")
    if wrong:
        raise Invalid(fields=wrong)
    step = FINDING.begin(finding, "reply", actor, state_version=state_version)
    finding.reply, finding.reply_text, finding.replied_by = kind, text.strip(), actor.user
    finding.proposed_days = proposed_days if kind == Finding.Reply.SHORTEN else None
    finding.replied_on = today()
    finding.replied_late = finding.replied_late or today() > finding.reply_due_on
    before, after = step.apply()
    finding.save()
    data = {"reply": kind, "days": finding.proposed_days, "late": finding.replied_late}
    record(finding, "promises.reply", actor, from_state=before, to_state=after, data=data)
    return finding


@action
def accept(actor: Actor, finding_id: int, *, note: str = "", state_version: int) -> Finding:
    """Accept a reply; a shorter promise becomes a proposal that the head takes over. Raises as the lifecycle does."""
    finding = locked(actor, finding_id)
    _judge(actor, finding, "accept", note, state_version)
    notices.tell_finding(finding, notices.ACCEPTED, key=f"promises.accepted:{finding.pk}")
    if finding.reply == Finding.Reply.SHORTEN:
        propose_for_finding(actor, finding)
    return finding


@action
def send_back(
    actor: Actor, finding_id: int, *, note: str, reply_due_on: dt.date | None = None, state_version: int
) -> Finding:
    """Not good enough: the department replies again by a new day; how often that happens is counted."""
    finding = locked(actor, finding_id)
    due = reply_due_on or workdays().add(today(), days("reply_days"))
    if due <= today():
        raise Invalid(fields={"reply_due_on": _("The reply is due on a later day than today.")})
    finding.reply_due_on, finding.amber_on = due, amber_day(due)
    finding.amber_lit_on = finding.red_lit_on = None
    finding.times_returned += 1
    _judge(actor, finding, "again", note, state_version)
    key = f"promises.again:{finding.pk}:{finding.times_returned}"
    notices.tell_finding(finding, notices.AGAIN, key=key)
    return finding


def _judge(actor: Actor, finding: Finding, code: str, note: str, state_version: int) -> None:
    step = FINDING.begin(finding, code, actor, {"note": note}, state_version=state_version)
    finding.decision_note, finding.decided_by, finding.decided_on = step.inputs["note"], actor.user, today()
    before, after = step.apply()
    finding.save()
    record(finding, f"promises.{code}", actor, from_state=before, to_state=after, data=step.inputs)


@action
def close_round(actor: Actor, cleanup_id: int) -> CleanUp:
    """Close a round whose replies are all accepted. Raises NotAllowed, NotFound, WrongState."""
    if actor.user is None or not policies.may_oversee(actor.user):
        raise NotAllowed()
    try:
        cleanup = db.lock_row(CleanUp.objects.all(), cleanup_id)
    except CleanUp.DoesNotExist:
        raise NotFound() from None
    if cleanup.closed_on is not None:
        raise WrongState()
    if cleanup.findings.exclude(state="accepted").exists():
        raise WrongState(_("Some replies are still missing or not judged yet."), code="open_findings")
    cleanup.closed_on = today()
    cleanup.save(update_fields=["closed_on"])
    record(cleanup, "promises.round_closed", actor)
    return cleanup


def locked(actor: Actor, finding_id: int) -> Finding:
    """The locked finding; NotFound for a missing one and for one the actor may not see, alike."""
    try:
        finding = db.lock_row(Finding.objects.select_related("item", "cleanup"), finding_id)
    except Finding.DoesNotExist:
        raise NotFound() from None
    if actor.user is not None and not policies.may_see(actor.user, finding):
        raise NotFound()
    return finding


# --- by the portal --------------------------------------------------------------------------------------------------

LAMPS = (("red", "reply_due_on__lt", "red_lit_on"), ("amber", "amber_on__lte", "amber_lit_on"))


def light_lamps() -> int:
    """Remind the departments whose reply is due soon or overdue, each lamp once; returns how many were lit."""
    lit = 0
    for lamp, due, column in LAMPS:
        rows = Finding.objects.unanswered().filter(**{due: today(), f"{column}__isnull": True}).order_by("pk")
        lit += sum(_light(pk, lamp, due, column) for pk in list(rows.values_list("pk", flat=True)[:BATCH]))
    return lit


@action
def _light(finding_id: int, lamp: str, due: str, column: str) -> int:
    rows = Finding.objects.unanswered().filter(**{due: today(), f"{column}__isnull": True})
    found = db.lock_rows(rows.select_related("item", "cleanup"), [finding_id])
    for finding in found:
        setattr(finding, column, today())
        finding.amber_lit_on = finding.amber_lit_on or today()  # a red one needs no amber one after it
        finding.reminders += 1
        finding.save(update_fields=["amber_lit_on", "red_lit_on", "reminders"])
        key = f"promises.{lamp}:{finding.pk}:{finding.times_returned}"
        notices.tell_finding(finding, notices.LAMPS[lamp], key=key)
        record(finding, f"promises.{lamp}", PORTAL, data={"due": finding.reply_due_on.isoformat()})
    return len(found)
