"""What a department says when it is asked: answer, preliminary and final opinion; asking more, asking again, withdrawing."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from approvals.catalogue.models import Item
from approvals.projects import notices, policies, rules
from approvals.projects.actions.common import (
    finish_request,
    locked_part,
    locked_request,
    must_run,
    person,
    settle,
    successor_of,
    take_papers,
    told_of,
)
from approvals.projects.actions.stages import ask_one, comes_early
from approvals.projects.lifecycle import REQUEST
from approvals.projects.models import OpinionRequest, Stage
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, WrongState, type_of_message
from portal.core.models import StoredFile
from portal.core.time import today
from portal.people.models import Department

LONGEST = 4000
Answer = OpinionRequest.Answer


class OwnDecision(WrongState):
    """A statutory permit decision is the department's own case."""

    code = "own_decision"
    default_message = _(
        "This is a permit decision by law. It is decided by a case of its own, not by an opinion; here the department can"
        " only say that it is not concerned."
    )


@action
def answer(
    actor: Actor,
    request_id: int,
    *,
    verdict: str,
    text: str = "",
    uploads: Sequence[StoredFile] = (),
    state_version: int,
) -> OpinionRequest:
    """The asked department answers for itself. Raises NotAllowed, Invalid, Stale, WrongState, OwnDecision.

    A preliminary opinion is kept as such until it is confirmed or lapses. A request whose limit passed is closed by
    silence or, where silence gives no consent, is answered late.
    """
    project, one = locked_request(actor, request_id)
    step = REQUEST.begin(one, "answer", actor, state_version=state_version)
    _check(actor, one, verdict, text)
    if one.is_permit and not one.preliminary and verdict != Answer.NOT_CONCERNED:
        raise OwnDecision()
    day = today()
    _write(actor, one, verdict, text)
    one.late = day > one.due_on
    if one.preliminary:
        one.confirm_by_on = workdays().add(day, rules.days("preliminary_days", day))
    else:
        _end(one)
    take_papers(actor, project, uploads, request=one)
    finish_request(step, actor, answer=verdict, late=one.late, note=str(Answer(verdict).label))
    notices.tell_answered(one)
    return one


@action
def confirm(
    actor: Actor,
    request_id: int,
    *,
    verdict: str,
    text: str = "",
    uploads: Sequence[StoredFile] = (),
    state_version: int,
) -> OpinionRequest:
    """The precondition is met: the department gives its final opinion. Raises WrongState before, Invalid, Stale."""
    project, one = locked_request(actor, request_id)
    step = REQUEST.begin(one, "confirm", actor, state_version=state_version)
    if one.stage.early and comes_early(project, one.stage.code):
        raise WrongState(_("The precondition is not met yet: the stage before is not closed."), code="precondition")
    _check(actor, one, verdict, text)
    _write(actor, one, verdict, text)
    _end(one)
    take_papers(actor, project, uploads, request=one)
    finish_request(step, actor, answer=verdict, note=str(Answer(verdict).label))
    notices.tell_answered(one)
    return one


def _check(actor: Actor, one: OpinionRequest, verdict: str, text: str) -> None:
    wrong: dict[str, type_of_message] = {}
    if verdict not in Answer.values:
        wrong["verdict"] = _("Please choose one of the answers.")
    if verdict != Answer.AGREE and not text.strip():
        wrong["text"] = _("Say on what ground, or under which conditions.")
    if len(text) > LONGEST:
        wrong["text"] = _("Please use at most %(n)s characters.") % {"n": LONGEST}
    if wrong:
        raise Invalid(fields=wrong)
    if verdict == Answer.DISAGREE and not policies.may_disagree(person(actor), one.department_id):
        raise Invalid(
            fields={"verdict": _("A clerk does not say no alone: a reviewer or the head of the department does.")},
            code="no_needs_second_pair",
        )


def _write(actor: Actor, one: OpinionRequest, verdict: str, text: str) -> None:
    one.answer, one.text = verdict, text.strip()
    one.answered_on, one.answered_by = today(), person(actor)


def _end(one: OpinionRequest) -> None:
    """The request's own clock stops: from the day it was asked."""
    one.ended_on = today()
    one.took_days = max(0, workdays().between(one.asked_on, one.ended_on))


# --- by who runs the project ---------------------------------------------------------------------------------------------


@action
def ask(
    actor: Actor,
    stage_id: int,
    *,
    department_id: int,
    kind: str,
    question: str,
    item_code: str = "",
    limit_days: int | None = None,
    precondition: str = "",
) -> OpinionRequest:
    """Ask one more department in an open stage; with a precondition the opinion is preliminary. Raises Invalid."""
    project, stage = locked_part(actor, Stage.objects.all(), stage_id)
    user = must_run(actor, project)
    if stage.state != "open":
        raise WrongState()
    department = Department.objects.filter(pk=department_id).select_related("successor").first()
    item = Item.objects.filter(code=item_code.strip()).first() if item_code.strip() else None
    wrong: dict[str, type_of_message] = {}
    if department is None:
        wrong["department"] = _("Please choose one of the answers.")
    if kind not in OpinionRequest.Kind.values:
        wrong["kind"] = _("Please choose one of the answers.")
    if item_code.strip() and (item is None or department is None or item.department_id != department.pk):
        wrong["item_code"] = _("This department has no item with this code.")
    if not question.strip():
        wrong["question"] = _("Say what the department is asked.")
    if limit_days is not None and not 1 <= limit_days <= stage.limit_days:
        wrong["limit_days"] = _("The limit lies between 1 working day and that of the stage.")
    if wrong or department is None:
        raise Invalid(fields=wrong)
    made = ask_one(
        project, stage, successor_of(department), user=user, kind=kind, item=item, limit_days=limit_days,
        question=question, preliminary=stage.early or bool(precondition.strip()), precondition=precondition,
    )  # fmt: skip
    settle(project)
    told_of(project, "asked", actor, request=made.pk, on_behalf=made.department.name)
    return made


@action
def ask_again(actor: Actor, request_id: int, *, question: str = "") -> OpinionRequest:
    """After a no, a refused permit or a lapsed preliminary opinion: the same department is asked anew.

    The old request stays with what was said; the new one takes its place for the closing of the stage.
    """
    project, old = locked_request(actor, request_id)
    user = must_run(actor, project)
    if old.is_waiting or old.is_good or old.stage.state != "open" or hasattr(old, "replaced_by"):
        raise WrongState(_("Only what ended without agreement in an open stage is asked again."))
    made = ask_one(
        project, old.stage, successor_of(old.department), user=user, kind=old.kind, item=old.item,
        limit_days=old.limit_days, question=question or old.question,
        preliminary=old.stage.early and comes_early(project, old.stage.code), replaces=old,
    )  # fmt: skip
    settle(project)
    told_of(project, "asked_again", actor, request=made.pk, on_behalf=made.department.name)
    return made


@action
def withdraw_request(actor: Actor, request_id: int, *, reason: str, state_version: int) -> OpinionRequest:
    """The question is no longer needed. A statutory permit decision cannot be withdrawn away. Raises as the lifecycle."""
    _project, one = locked_request(actor, request_id)
    step = REQUEST.begin(one, "withdraw", actor, {"reason": reason}, state_version=state_version)
    one.ended_on = today()
    finish_request(step, actor, note=step.inputs["reason"])
    notices.tell_request(one, notices.WITHDRAWN, key=f"withdrawn:{one.pk}")
    return one
