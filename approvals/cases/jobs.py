"""What happens after a step, as jobs: telling people, and recomputing open cases after a change of the calendar."""

import datetime as dt
from typing import Any

from approvals.cases.actions.portal import reflow
from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case, Proposal
from approvals.cases.notices import (
    TOLD_TO_APPLICANT,
    TOLD_TO_DEPARTMENT,
    TOLD_TO_DRAFTS,
    tell_applicant,
    tell_department,
    tell_draft,
    tell_lamp,
    tell_late_no,
)
from approvals.catalogue.models import Item
from portal.core.events import on_event, tell
from portal.core.jobs import Job, enqueue, job
from portal.core.models import Event
from portal.core.notifications import Words
from portal.core.time import today
from portal.people.models import Department, Posting, User
from portal.people.roles import Role


@job("cases.tell_applicant")
def tell_applicant_job(payload: dict[str, Any], _job: Job) -> None:
    """Tell the applicant what happened; once for each event."""
    told = tell(Event.objects.get(pk=payload["event"]))
    case = Case.objects.select_related("item", "applicant").get(pk=payload["stream_id"])
    tell_applicant(case, told.event.type.removeprefix("case."), told.data, key=f"event:{told.event.pk}")


@job("cases.tell_lamp", lease_seconds=300)
def tell_lamp_job(payload: dict[str, Any], _job: Job) -> None:
    """Tell the clerk of each case, the heads of its department, and the supervisors.

    Imported cases are handled in another system: they stand on the board, but nobody here is woken for them.
    """
    lit = Case.objects.filter(pk__in=payload["cases"], ended_on__isnull=True, imported=False)
    if payload["lamp"] == "amber":
        lit = lit.exclude(overdue_from_on__lte=today())  # red says it already
    cases = list(lit.select_related("item", "staff"))
    heads = _holders(Role.DEPARTMENT_HEAD)
    supervisors = [user for users in _holders(Role.SUPERVISOR).values() for user in users]
    for case in cases:
        people = {user.pk: user for user in [*heads.get(case.department_id, []), *supervisors]}
        if case.staff:
            people[case.staff.pk] = case.staff
        tell_lamp(case, payload["lamp"], list(people.values()))


@job("cases.tell_department")
def tell_department_job(payload: dict[str, Any], _job: Job) -> None:
    """Tell clerks and head of the department that a case was handed over to, or that is asked."""
    told = tell(Event.objects.get(pk=payload["event"]))
    code = told.event.type.removeprefix("case.")
    case = Case.objects.select_related("item", "department").get(pk=payload["stream_id"])
    to = Department.objects.filter(code=told.data["to_code"]).first()
    sender = Department.objects.filter(code=told.data.get("from_department") or case.department.code).first()
    if to is None or sender is None:
        return
    roles = (Role.CLERK, Role.DEPARTMENT_HEAD) if code == "reassign" else (Role.DEPARTMENT_HEAD,)
    people = _people_of(to.pk, *roles)
    tell_department(case, code, people, Words(sender.name, sender.name_en), told.data, key=f"event:{told.event.pk}")


@job("cases.tell_late_refusal")
def tell_late_refusal_job(payload: dict[str, Any], _job: Job) -> None:
    """Tell reviewers and head that the day for their decision on a "no" has passed, unless it was made meanwhile."""
    proposal = Proposal.objects.select_related("case__item").get(pk=payload["proposal"])
    if proposal.outcome != Proposal.Outcome.WAITING or proposal.due_on is None:
        return
    people = _people_of(proposal.case.department_id, Role.REVIEWER, Role.DEPARTMENT_HEAD)
    others = [person for person in people if person.pk != proposal.proposed_by_id]
    tell_late_no(proposal.case, proposal.due_on, others, key=f"late-no:{proposal.pk}")


def _people_of(department_id: int, *roles: Role) -> list[User]:
    """The active people who hold one of the roles in the department today, each once."""
    rows = Posting.objects.in_force().filter(department=department_id, role__in=roles, user__is_active=True)
    return list({posting.user_id: posting.user for posting in rows.select_related("user").order_by("pk")}.values())


@job("cases.tell_drafts", lease_seconds=300)
def tell_drafts_job(payload: dict[str, Any], _job: Job) -> None:
    """Tell everybody who has a draft of an item that its standing changed; the drafts themselves are kept."""
    event = Event.objects.get(pk=payload["event"])
    into = Item.objects.filter(pk=tell(event).data.get("into") or 0).first()
    drafts = Case.objects.filter(item_id=payload["stream_id"], state="draft", imported=False)
    for case in drafts.select_related("item", "applicant").iterator(chunk_size=500):
        tell_draft(case, event.type.removeprefix("item."), into, key=f"event:{event.pk}:{case.pk}")


def _holders(role: Role) -> dict[int | None, list[User]]:
    """Who holds a role today, by department."""
    found: dict[int | None, list[User]] = {}
    for posting in Posting.objects.in_force().filter(role=role).select_related("user"):
        if posting.user.is_active:
            found.setdefault(posting.department_id, []).append(posting.user)
    return found


@job("cases.reflow", steps=True, lease_seconds=600)
def reflow_job(payload: dict[str, Any], running: Job) -> None:
    """Recompute open cases, batch by batch; safe to repeat, since a recomputed case knows its calendar."""
    after: int | None = 0
    while after is not None:
        after = reflow(dt.date.fromisoformat(payload["from_day"]), after)
        running.renew()


def calendar_changed(from_day: dt.date, version: int) -> None:
    """Queue the recomputation after a change of the calendar."""
    enqueue("cases.reflow", {"from_day": from_day.isoformat()}, key=f"version:{version}")


def connect() -> None:
    """Called in `ready()`: which events queue which jobs."""
    for code in TOLD_TO_APPLICANT:
        on_event(f"case.{code}", "cases.tell_applicant")
    for code in TOLD_TO_DEPARTMENT:
        on_event(f"case.{code}", "cases.tell_department")
    for code in TOLD_TO_DRAFTS:
        on_event(f"item.{code}", "cases.tell_drafts")
    unknown = TOLD_TO_APPLICANT.keys() - CASE.transitions.keys() - {"due_moved"}
    if unknown:
        raise ValueError(f"notices for unknown steps: {sorted(unknown)}")
