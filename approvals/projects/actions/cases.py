"""Cases that belong to a project: linked by number, and followed until their decision closes the request."""

from django.utils.translation import gettext_lazy as _

from approvals.cases import policies as case_policies
from approvals.cases.models import Case
from approvals.projects import notices, policies
from approvals.projects.actions.common import PORTAL, finish_request, locked, person, told_of
from approvals.projects.lifecycle import REQUEST
from approvals.projects.models import OpinionRequest, Project, ProjectCase
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, WrongState
from portal.core.numbers import normalise_number
from portal.core.time import now

DECIDED = ("approved", "refused")


@action
def link_case(actor: Actor, project_id: int, number: str) -> ProjectCase:
    """Say that a case belongs to the project; a request that waits for its item's decision follows it from now on.

    The case is one of the builder's that the actor may see. Raises Invalid, NotAllowed, WrongState.
    """
    project = locked(actor, project_id)
    user = person(actor)
    if not policies.may_link(user, project):
        raise NotAllowed()
    if not project.is_open:
        raise WrongState()
    case = Case.objects.select_related("item").filter(number=normalise_number(number)).first()
    if case is None or not case_policies.may_see(user, case):
        raise Invalid(fields={"number": _("We find no case with this number. Please check it.")}, code="no_case")
    if case.organisation_id != project.builder_id:
        raise Invalid(
            fields={"number": _("This case was not filed for the builder of the project.")}, code="other_builder"
        )
    if ProjectCase.objects.filter(case=case).exists():
        raise Invalid(fields={"number": _("This case belongs to a project already.")}, code="linked")
    request = _waiting_for(project, case)
    made = ProjectCase(project=project, case=case, request=request, linked_by=user, linked_at=now())
    if not db.insert_once(made):
        raise Invalid(fields={"number": _("This case belongs to a project already.")}, code="linked")
    made = ProjectCase.objects.select_related("case", "request").get(case=case)
    told_of(project, "case_linked", actor, case=case.pk, note=case.number or "")
    if request is not None:
        _follow(project, request, case)
    return made


def _waiting_for(project: Project, case: Case) -> OpinionRequest | None:
    """The permit request of the case's item; else one of its department that names no item."""
    rows = OpinionRequest.objects.waiting().filter(project=project, kind=OpinionRequest.Kind.PERMIT)
    exact: OpinionRequest | None = rows.filter(item=case.item_id).order_by("pk").first()
    if exact is not None:
        return exact
    loose: OpinionRequest | None = rows.filter(item__isnull=True, department=case.department_id).order_by("pk").first()
    return loose


@action
def follow_case(case_id: int) -> str:
    """What became of a linked case, by the portal: a decision closes the request, an undone one opens it again.

    A case that ended without a decision (withdrawn, returned) leaves the request waiting for another one.
    """
    link = ProjectCase.objects.filter(case=case_id).select_related("case").first()
    if link is None:
        return ""
    project = locked(PORTAL, link.project_id)
    case = link.case
    case.refresh_from_db()
    request = OpinionRequest.objects.filter(pk=link.request_id or 0).select_related("department", "stage").first()
    if request is None or request.state == "deemed":
        return ""
    return _follow(project, request, case)


def _follow(project: Project, request: OpinionRequest, case: Case) -> str:
    """Under the project's lock. Returns what was done."""
    request.project = project
    decided = case.outcome in DECIDED and case.decided_on is not None
    if decided and request.is_waiting:
        _decide(request, case)
        return "decided"
    if request.state == "decided" and not decided and project.is_open and request.stage.state == "open":
        _reopen(request, case)
        return "reopened"
    return ""


def _decide(request: OpinionRequest, case: Case) -> None:
    step = REQUEST.begin(request, "decide", PORTAL, state_version=None)
    day = case.decided_on
    assert day is not None  # noqa: S101 - the caller has looked
    granted = case.outcome == "approved"
    request.answer = OpinionRequest.Answer.AGREE if granted else OpinionRequest.Answer.DISAGREE
    request.answered_on, request.ended_on = day, day
    request.late = day > request.due_on
    request.took_days = max(0, workdays().between(request.asked_on, day))
    finish_request(step, PORTAL, case=case.pk, note=case.number or "")
    notices.tell_answered(request)


def _reopen(request: OpinionRequest, case: Case) -> None:
    step = REQUEST.begin(request, "reopen", PORTAL, state_version=None)
    request.answer, request.answered_on, request.ended_on, request.took_days = "", None, None, None
    request.late = False
    finish_request(step, PORTAL, case=case.pk, note=case.number or "")
