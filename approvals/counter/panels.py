"""What the counter hangs into the pages of cases: lamps on the desk, and a card on the page of a case."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from approvals.cases import policies as case_policies
from approvals.cases.answers import answers_of, definition_of
from approvals.cases.effects import content_of
from approvals.cases.models import Case
from approvals.counter import policies
from approvals.counter.models import HandOver
from approvals.counter.querysets import TO_GIVE_BACK, to_give_back
from portal.core.registries import register_panel
from portal.people.roles import Role


def connect() -> None:
    """Called once, in the app's ready()."""
    register_panel("cases.desk", "counter.lamps", lamps)
    register_panel("cases.case", "counter.case", of_case)


def lamps(request: HttpRequest, user: Any) -> str:
    """Papers that belong back to somebody, and hand-overs that wait for this person. Two queries."""
    papers = to_give_back(user).count() if policies.may_use_counter(user) else 0
    waiting = HandOver.objects.filter(receiver=user, state="waiting").count()
    if not papers and not waiting:
        return ""
    return render_to_string("counter/panel_desk.html", {"papers": papers, "waiting": waiting}, request)


def of_case(request: HttpRequest, case: Case) -> str:
    """What can be done at the window with this case: correct, take in a supplement, papers, hand over."""
    user: Any = request.user
    keeps = policies.may_use_counter(user) and policies.may_keep_papers(user, case)
    here = case.left_papers.filter(handed_back__isnull=True).count() if keeps else 0
    gives = case.is_open and not case.imported and case.staff_id is not None
    may_give = gives and (
        (case.staff_id == user.pk and user.access.has(Role.CLERK, case.department_id))
        or user.access.has(Role.DEPARTMENT_HEAD, case.department_id)
    )
    at_window = keeps and case_policies.may_bring_supplement(user, case)
    sections: list[Any] = []
    if at_window and case.state == "submitted" and (definition := definition_of(case)):
        sections = definition.visible_sections(answers_of(content_of(case)))
    context = {
        "case": case, "keeps": keeps and not case.imported, "here": here, "over": here and case.state in TO_GIVE_BACK,
        "may_give": may_give, "sections": sections, "brings": at_window and case.state == "supplement",
    }  # fmt: skip
    if not (context["keeps"] or may_give):
        return ""
    return render_to_string("counter/panel_case.html", context, request)
