"""The board of all projects by stage and delay, registering, and the page of one project."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.projects import actions, policies
from approvals.projects.forms import (
    CorrectForm,
    KeyForm,
    MilestoneForm,
    ProjectForm,
    ReachForm,
    ReasonForm,
    departments,
)
from approvals.projects.lifecycle import PROJECT
from approvals.projects.lights import by_day
from approvals.projects.models import Project, StageCode
from approvals.projects.querysets import DESK, LAMPS
from approvals.projects.reading import page_context
from approvals.projects.views.common import actor_in, form_page, opened, readers, role_of, run_by_me
from portal.core import access
from portal.core.errors import DomainError, NotAllowed, NotFound
from portal.core.search import search
from portal.core.time import today
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.models import Department, User
from portal.people.roles import Role
from portal.people.views.common import posted

SCOPES = ("open", "done", "all")


def projects_listed(user: Any, params: QueryDict) -> Any:
    """The projects of the board that these filters ask for."""
    rows = Project.objects.visible_to(user).light().select_related("builder", "lead")
    scope = params.get("scope", "open")
    if scope == "done":
        rows = rows.exclude(state__in=("registered", "under_way"))
    elif scope != "all":
        rows = rows.open()
    if params.get("stage") in (*StageCode.values, "none"):
        rows = rows.filter(stage="" if params["stage"] == "none" else params["stage"])
    if (lamp := params.get("lamp", "")) in LAMPS:
        rows = rows.with_lamp(lamp)
    if params.get("key"):
        rows = rows.filter(key=True)
    if (lead := params.get("lead", "")).isdecimal() and len(lead) < 10:
        rows = rows.filter(lead=int(lead))
    words = params.get("q", "").strip()[:60]
    return search(rows, words).rows if words else rows


def counted(user: Any) -> list[tuple[str, Any, dict[str, int]]]:
    """Open projects by stage and light; one query over the board's index."""
    day = today()
    lamps = {
        "red": Q(next_due_on__lt=day),
        "amber": Q(next_due_on__gte=day, amber_on__lte=day),
        "green": Q(next_due_on__gte=day, amber_on__gt=day),
        "none": Q(next_due_on__isnull=True),
        "every": Q(),
    }
    sums: dict[str, Any] = {name: Count("pk", filter=one) for name, one in lamps.items() if name != "every"}
    rows: Any = Project.objects.visible_to(user).open().order_by().values("stage").annotate(every=Count("pk"), **sums)
    found = {row["stage"]: {name: row[name] for name in lamps} for row in rows}
    nothing = dict.fromkeys(lamps, 0)
    labels: list[tuple[str, Any]] = [("", _("No stage opened yet")), *StageCode.choices]
    return [(code or "none", label, found.get(code, nothing)) for code, label in labels]


@never_cache
@require_safe
@readers
def board(request: HttpRequest) -> HttpResponse:
    """Projects by stage and delay, and the list behind each figure, the most urgent first."""
    user: Any = request.user
    params = request.GET
    by_newest = params.get("scope") in ("done", "all") or params.get("lamp") == "none" or params.get("stage") == "none"
    rows = projects_listed(user, params)
    if by_newest or params.get("order") == "newest":
        page = page_of(rows, "-registered_on", params.get("cursor", ""))
    else:
        page = page_of(rows.filter(next_due_on__isnull=False), "next_due_on", params.get("cursor", ""))
    light = by_day()
    context = {
        "figures": counted(user),
        "page": page,
        "rows": [(one, light(one.next_due_on, one.amber_on), PROJECT.states[one.state].label) for one in page.rows],
        "params": params,
        "stages": StageCode.choices,
        "leads": list(Department.objects.filter(pk__in=Project.objects.open().values("lead")).order_by("code")),
        "filtered": any(params.get(name) for name in ("stage", "lamp", "key", "lead", "q", "scope")),
        "may_register": policies.may_register(user),
        "here": "board",
    }
    return render(request, "projects/board.html", context)


def _leads(user: Any) -> list[tuple[int, str]]:
    pairs = departments()
    mine = user.access.departments(*DESK)
    return pairs if user.access.has(Role.SUPERVISOR) else [one for one in pairs if one[0] in mine]


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def new(request: HttpRequest) -> HttpResponse:
    """Register a project."""
    if not policies.may_register(request.user):
        raise NotAllowed()
    leads = _leads(request.user)
    form = ProjectForm(posted(request), leads=leads, initial={"lead": leads[0][0]} if len(leads) == 1 else {})
    made: list[Project] = []

    def act() -> None:
        made.append(actions.register(actor_in(request, form.cleaned_data["lead"]), form.draft()))

    return form_page(
        request, form, act, lambda: reverse("projects:project", args=[made[0].code]),
        said=_("The project is registered."), title=_("Register a project"), back=reverse("projects:board"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Correct the file of a project."""
    project = run_by_me(request, code)
    initial = {
        "state_version": project.state_version, "name": project.name, "site": project.site, "kind": project.kind,
        "investment": project.investment_fen, "contact_name": project.contact_name,
        "contact_phone": project.contact_phone,
    }  # fmt: skip
    form = CorrectForm(posted(request), initial=initial)
    actor = actor_in(request, project.lead_id)
    if request.method != "POST":
        access.log_view(actor, "projects.project", project.pk, "contact")

    def act() -> None:
        version = form.cleaned_data["state_version"]
        actions.correct_project(actor, project.pk, form.draft(project), state_version=version)

    back = reverse("projects:project", args=[code])
    return form_page(
        request, form, act, lambda: back, said=_("Saved."), title=_("Correct the file"), back=back, project=project
    )


@never_cache
@require_safe
@readers
def project_page(request: HttpRequest, code: str) -> HttpResponse:
    """One project: stages side by side, what is waited for, appointments, meetings, papers, history."""
    project = opened(request, code)
    context = page_context(request.user, project)
    if context["contact_open"]:
        access.log_view(
            actor_for(request, role_of(request.user, project.lead_id)), "projects.project", project.pk, "contact"
        )
    return render(request, "projects/project.html", {**context, "here": "board"})


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def step(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """Complete the project, or end it with a reason."""
    if act not in ("complete", "end"):
        raise NotFound()
    project = run_by_me(request, code)
    back = reverse("projects:project", args=[code])
    actor = actor_in(request, project.lead_id)
    if act == "complete":
        return _complete(request, project, back)
    form = ReasonForm(posted(request), initial={"state_version": project.state_version})
    return form_page(
        request, form, lambda: actions.end_project(actor, project.pk, **form.cleaned_data), lambda: back,
        said=_("The project is ended."), title=_("End the project"), back=back, project=project, warning=True,
        lead=_("What departments are asked is withdrawn, appointments are cancelled. Cases go on by themselves."),
    )  # fmt: skip


def _complete(request: HttpRequest, project: Project, back: str) -> HttpResponse:
    if request.method != "POST":
        return redirect(back)
    try:
        version = request.POST.get("state_version", "")
        sent = int(version) if version.isdecimal() and len(version) < 10 else -1
        actions.complete(actor_in(request, project.lead_id), project.pk, state_version=sent)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The project is complete."))
    return redirect(back)


# --- the green channel ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def key(request: HttpRequest, code: str) -> HttpResponse:
    """Put a project on the green channel."""
    project = opened(request, code)
    if not policies.may_mark_key(request.user, project):
        raise NotAllowed()
    form = KeyForm(
        posted(request), initial={"reason": project.key_reason, "helper": getattr(project.helper, "username", "")}
    )
    back = reverse("projects:project", args=[code])

    def act() -> None:
        helper = User.objects.filter(username=form.cleaned_data["helper"].strip()).first()
        actions.mark_key(
            actor_in(request), project.pk, reason=form.cleaned_data["reason"], helper_id=helper.pk if helper else None
        )

    return form_page(
        request, form, act, lambda: back, said=_("The project is on the green channel."), project=project, back=back,
        title=_("Green channel for key projects"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def milestone(request: HttpRequest, code: str) -> HttpResponse:
    """Plan a milestone."""
    project = opened(request, code)
    if not policies.may_follow_milestones(request.user, project):
        raise NotAllowed()
    form = MilestoneForm(posted(request))
    back = reverse("projects:project", args=[code])
    return form_page(
        request, form, lambda: actions.add_milestone(actor_in(request, project.lead_id), project.pk, **form.cleaned_data),
        lambda: back, said=_("Saved."), project=project, back=back, title=_("Plan a milestone"),
    )  # fmt: skip


@require_POST
@readers
def reach(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A milestone is reached."""
    project = opened(request, code)
    if not policies.may_follow_milestones(request.user, project):
        raise NotAllowed()
    form = ReachForm(request.POST)
    back = reverse("projects:project", args=[code])
    return form_page(
        request, form,
        lambda: actions.reach_milestone(actor_in(request, project.lead_id), project.pk, pk, **form.cleaned_data),
        lambda: back, said=_("Saved."), project=project, back=back, title=_("A milestone is reached"),
    )  # fmt: skip
