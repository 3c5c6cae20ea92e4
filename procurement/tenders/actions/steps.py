"""The steps of a tender: review, failure, end, repetition; and what the portal does when the time has come."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import WrongState
from portal.core.lifecycle import Step
from portal.core.models import Event
from portal.core.time import now, today
from procurement.fixed import facts
from procurement.tenders import notices, stops
from procurement.tenders.actions.bonds import release_all
from procurement.tenders.actions.common import PORTAL, finish, locked
from procurement.tenders.actions.lots import fail_rest, lift, repeat_lots, settle_repeated, to_repeat
from procurement.tenders.lifecycle import OWN_ACTION, TENDER
from procurement.tenders.models import Bond, Notice, Opinion, Project
from procurement.tenders.putting_up import put_up

BATCH = 100
ENDS = {"fail": Notice.Kind.FAILED, "terminate": Notice.Kind.TERMINATED}
VERDICTS = {"pass": Opinion.Verdict.PASSED, "send_back": Opinion.Verdict.RETURNED}


@action
def take_step(
    actor: Actor, project_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int | None
) -> Project:
    """Pass, send back, declare as failed, terminate. Raises what the lifecycle raises.

    The end of an announced tender is public, its bonds go back by rule, and everybody concerned is told.
    """
    project = locked(actor, project_id)
    if code in OWN_ACTION:
        raise WrongState()
    step = TENDER.begin(project, code, actor, inputs, state_version=state_version)
    if code in VERDICTS:
        text = step.inputs["opinion"]
        made = Opinion.objects.create(
            project=project, verdict=VERDICTS[code], text=text, by_name=actor.name[:100], at=now()
        )
        step.data |= {"reason": text, **facts(made)}
    event = finish(project, step, actor)
    if code in VERDICTS:
        notices.tell_party(project, code, event)
    elif project.announced_at is not None:
        _end(project, code, actor, event)
    return project


def _end(project: Project, code: str, actor: Actor, event: Event) -> None:
    made = put_up(project, ENDS[code], project.note, actor)
    release_all(project, Bond.Ground.ENDED, today(), actor)
    notices.tell_end(project, made, event)
    if code == "fail":
        fail_rest(project, actor)


@action
def repeat(actor: Actor, project_id: int, *, state_version: int | None) -> Project:
    """Register a failed tender anew with the lots on which nothing else was decided; all is reviewed again.

    Raises WrongState.
    """
    project = locked(actor, project_id)
    step = TENDER.begin(project, "repeat", actor, state_version=state_version)
    lots = to_repeat(project)
    if not lots:
        raise WrongState(notices.NO_LOT_LEFT)
    made = repeat_lots(project, lots, actor)
    settle_repeated(lots, actor, made.number)
    finish(project, step, actor, as_number=made.number)
    return made


def move(project: Project, code: str, actor: Actor, **data: Any) -> Event:
    """Take a step that belongs to a room above (open, evaluate, publish, award, …) inside that room's own action.

    The caller has locked the tender and asked its own policy. Raises WrongState, also while a remedy holds it up.
    """
    stops.check(project, code)
    if code == "reopen":
        lift(project, actor)
    return finish(project, TENDER.begin(project, code, PORTAL, state_version=None), actor, **data)


def take_again(project: Project, actor: Actor, deadline_at: dt.datetime, text: str) -> Notice:
    """Take bids again until a new deadline, inside the action of the room of bids that decided it; the notice is public.

    The caller has locked the tender, asked its own policy, and tells everybody. Raises WrongState.
    """
    step = TENDER.begin(project, "take_again", PORTAL, state_version=None)
    before, project.deadline_at = project.deadline_at, deadline_at
    project.taken_again_at = now()
    made = put_up(project, Notice.Kind.CHANGE, text, actor, deadlines=(before, deadline_at))
    finish(project, step, actor, notice=made.pk, deadline=deadline_at)
    return made


def fail_by_rule(project: Project, actor: Actor, note: str) -> Event:
    """Declare a tender as failed where a rule says so, inside the action of a room above; bonds go back, all are told.

    The caller has locked the tender and asked its own policy. `note` is the public reason. Raises WrongState.
    """
    transition = TENDER.transitions["fail"]
    if not transition.possible(project):
        raise WrongState()
    event = finish(project, Step(transition, project, actor, {"note": note}, now()), actor)
    _end(project, "fail", actor, event)
    return event


@action
def receive_due(limit: int = BATCH) -> int:
    """Open the tenders whose documents are on offer from today; returns how many."""
    due = Project.objects.filter(state="announced", documents_from_on__lte=today()).order_by("documents_from_on", "pk")
    return _portal_step(list(due.values_list("pk", flat=True)[:limit]), "receive")


@action
def close_due(limit: int = BATCH) -> int:
    """Close the tenders whose deadline has passed; returns how many."""
    due = Project.objects.filter(state__in=("announced", "receiving"), deadline_at__lte=now())
    return _portal_step(list(due.order_by("deadline_at", "pk").values_list("pk", flat=True)[:limit]), "close")


def _portal_step(pks: list[int], code: str) -> int:
    done = 0
    for project in db.lock_rows(Project.objects.select_related("buyer", "agency"), pks):
        if TENDER.transitions[code].possible(project) and _still_due(project, code):
            event = finish(project, TENDER.begin(project, code, PORTAL, state_version=None), PORTAL)
            done += 1
            if code == "close":
                notices.tell_party(project, code, event)
    return done


def _still_due(project: Project, code: str) -> bool:
    """Asked again under the lock: a change may have moved the deadline meanwhile."""
    return code != "close" or (project.deadline_at is not None and project.deadline_at <= now())
