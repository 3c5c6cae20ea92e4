"""What departments are asked: the list of a department, one request, its answer; and tasks of meetings."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.projects import actions, policies
from approvals.projects.forms import AgainForm, AnswerForm, DoneForm, PapersForm, ReasonForm
from approvals.projects.lifecycle import REQUEST
from approvals.projects.lights import by_day, of_request
from approvals.projects.models import MeetingTask, OpinionRequest
from approvals.projects.reading import with_papers
from approvals.projects.views.common import actor_in, attempt, papers_of, readers
from portal.core.errors import NotFound
from portal.core.time import today
from portal.people.lists import page_of

TABS: dict[str, tuple[Any, Callable[[], Q], str]] = {
    "asked": (pgettext_lazy("opinions", "To be answered"), lambda: Q(state="asked"), "due_on"),
    "overdue": (pgettext_lazy("opinions", "Overdue"), lambda: Q(state="asked", due_on__lt=today()), "due_on"),
    "preliminary": (pgettext_lazy("opinions", "To be confirmed"), lambda: Q(state="preliminary"), "due_on"),
    "answered": (pgettext_lazy("opinions", "Answered"), lambda: Q(state__in=("answered", "decided")), "-ended_on"),
    "deemed": (pgettext_lazy("opinions", "By silence or absence"), lambda: Q(state="deemed"), "-ended_on"),
}


def tab_of(params: QueryDict) -> str:
    return params.get("tab", "") if params.get("tab", "") in TABS else "asked"


def requests_listed(user: Any, params: QueryDict) -> Any:
    """The requests of the page that these filters ask for."""
    rows = OpinionRequest.objects.of_desk(user).filter(TABS[tab_of(params)][1]())
    return rows.select_related("department", "item", "project").defer(
        "project__contact_name", "project__contact_phone", "project__search"
    )


@never_cache
@require_safe
@readers
def request_list(request: HttpRequest) -> HttpResponse:
    """What the person's departments are asked, by the day on which it is due."""
    tab = tab_of(request.GET)
    page = page_of(requests_listed(request.user, request.GET), TABS[tab][2], request.GET.get("cursor", ""))
    light = of_request()
    context = {
        "page": page,
        "rows": [(one, light(one)) for one in page.rows],
        "tabs": [(code, label, code == tab) for code, (label, _when, _order) in TABS.items()],
        "tab": tab,
        "here": "requests",
    }
    return render(request, "projects/requests.html", context)


def _one(request: HttpRequest, pk: int) -> OpinionRequest:
    wanted = ("project__lead", "project__builder", "department", "item", "stage", "asked_by", "answered_by")
    rows = OpinionRequest.objects.visible_to(request.user).select_related(*wanted)
    found: OpinionRequest = get_object_or_404(rows.prefetch_related(with_papers()), pk=pk)
    return found


def _form_of(one: OpinionRequest, code: str, *args: Any) -> Any:
    """The form of a step; a permit request can only be said not to concern the department."""
    initial = {"state_version": one.state_version}
    if code == "answer":
        return AnswerForm(*args, initial=initial, prefix=code, only_not_concerned=one.is_permit and not one.preliminary)
    if code == "confirm":
        said = {**initial, "verdict": one.answer, "text": one.text}
        return AnswerForm(*args, initial=said, prefix=code)
    if code == "again":
        return AgainForm(*args, prefix=code)
    return ReasonForm(*args, initial=initial, prefix=code)


def _context(request: HttpRequest, one: OpinionRequest, bound: Any = None, act: str = "") -> dict[str, Any]:
    user: Any = request.user
    steps = [(step.code, step.label, step.tone) for step in REQUEST.offered(one, user)]
    asked_again = OpinionRequest.objects.filter(replaces=one).exists()
    if policies.may_run(user, one.project) and not one.is_waiting and not one.is_good and one.stage.state == "open":
        steps += [] if asked_again else [("again", _("Ask the department again"), "secondary")]
    forms = [(code, label, tone, bound if code == act else _form_of(one, code)) for code, label, tone in steps]
    return {
        "one": one, "project": one.project, "label": REQUEST.states[one.state].label, "light": of_request()(one),
        "forms": forms, "faulty": bound if bound is not None else None, "asked_again": asked_again,
        "cases": list(one.cases.select_related("case")), "here": "requests",
    }  # fmt: skip


@never_cache
@require_safe
@readers
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what is asked, by when, what was said, and what can be done."""
    return render(request, "projects/request.html", _context(request, _one(request, pk)))


def _do(request: HttpRequest, one: OpinionRequest, act: str, form: Any) -> Callable[[], Any]:
    """What a form of the page does when it is in order."""
    if act in ("answer", "confirm"):
        actor = actor_in(request, one.department_id)
        papers_of(request, form, actor)
        function = actions.answer if act == "answer" else actions.confirm
        names = ("verdict", "text", "state_version")
        return lambda: function(actor, one.pk, uploads=form.kept, **{name: form.cleaned_data[name] for name in names})
    actor = actor_in(request, one.project.lead_id)
    if act == "again":
        return lambda: actions.ask_again(actor, one.pk, **form.cleaned_data)
    return lambda: actions.withdraw_request(actor, one.pk, **form.cleaned_data)


@require_POST
@readers
def request_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Answer, confirm, ask again, withdraw; what is refused stands beside the field with all that was typed."""
    if act not in ("answer", "confirm", "again", "withdraw"):
        raise NotFound()
    one = _one(request, pk)
    data = (request.POST, request.FILES) if act in ("answer", "confirm") else (request.POST,)
    form = _form_of(one, act, *data)
    assert not isinstance(form, PapersForm) or form.is_multipart()  # noqa: S101 - the page sends files
    if attempt(form, _do(request, one, act, form)):
        messages.success(request, _("Done."))
        return redirect("projects:request", pk)
    return render(request, "projects/request.html", _context(request, _one(request, pk), form, act), status=422)


# --- tasks of meetings -----------------------------------------------------------------------------------------------------


def tasks_listed(user: Any, params: QueryDict) -> Any:
    """Tasks of meetings that the person's departments have."""
    state = "done" if params.get("tab") == "done" else "open"
    rows = MeetingTask.objects.of_desk(user).filter(state=state).select_related("department", "project", "meeting")
    return rows.defer("project__contact_name", "project__contact_phone", "project__search")


@never_cache
@require_safe
@readers
def task_list(request: HttpRequest) -> HttpResponse:
    """Who does what by when, the most urgent first."""
    tab = "done" if request.GET.get("tab") == "done" else "open"
    page = page_of(tasks_listed(request.user, request.GET), "due_on", request.GET.get("cursor", ""))
    by = by_day()
    rows = [(one, by(one.due_on, one.due_on) if one.state == "open" else None) for one in page.rows]
    return render(request, "projects/tasks.html", {"page": page, "rows": rows, "tab": tab, "here": "tasks"})


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def task_done(request: HttpRequest, pk: int) -> HttpResponse:
    """The department reports a task as done."""
    rows = MeetingTask.objects.visible_to(request.user).select_related("department", "project", "meeting")
    task: MeetingTask = get_object_or_404(rows, pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = DoneForm(sent, initial={"state_version": task.state_version})
    back = reverse("projects:project", args=[task.project.code])
    if sent is not None and attempt(
        form, lambda: actions.finish_task(actor_in(request, task.department_id), pk, **form.cleaned_data)
    ):
        messages.success(request, _("Saved."))
        return redirect(back)
    context = {"form": form, "project": task.project, "back": back, "title": _("Report as done"), "lead": task.text}
    return render(request, "projects/form.html", context, status=422 if form.errors else 200)
