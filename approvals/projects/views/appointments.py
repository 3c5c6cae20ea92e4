"""Joint appointments and coordination meetings: announcing, who came, findings, report, points to be mended."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.projects import actions, policies
from approvals.projects.forms import (
    AppointmentForm,
    AttendanceForm,
    FindingForm,
    MeetingForm,
    NoteForm,
    PostponeForm,
    ReasonForm,
    ReportForm,
    departments,
)
from approvals.projects.lifecycle import APPOINTMENT
from approvals.projects.models import Appointment, Invitation, Rectification
from approvals.projects.reading import points_of, with_papers
from approvals.projects.views.common import actor_in, attempt, form_page, papers_of, readers, run_by_me
from portal.core.errors import NotAllowed, NotFound
from portal.core.time import ZONE
from portal.people.models import Department
from portal.people.views.common import posted


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def new(request: HttpRequest, code: str, stage: str) -> HttpResponse:
    """Announce an appointment of an open stage."""
    project = run_by_me(request, code)
    row = get_object_or_404(project.stages, code=stage, state="open")
    concerned = Department.objects.filter(pk__in=project.parties.values("department")).order_by("code")
    form = AppointmentForm(posted(request), concerned=concerned, choices=departments())
    back = reverse("projects:project", args=[code])

    def act() -> None:
        data = form.cleaned_data
        names = ("kind", "day", "at", "place", "purpose")
        actions.set_appointment(
            actor_in(request, project.lead_id), row.pk, invited=form.invited(), **{name: data[name] for name in names}
        )

    return form_page(
        request, form, act, lambda: back, said=_("The appointment is announced, and everybody invited has been told."),
        project=project, back=back, title=_("Announce an appointment"),
        lead=_("Name a person for each department that comes; without a name a department is not invited."),
    )  # fmt: skip


def _visit(request: HttpRequest, pk: int) -> Appointment:
    rows = Appointment.objects.visible_to(request.user).select_related(
        "project__lead", "project__builder", "stage", "report"
    )
    wanted = Invitation.objects.select_related("department", "found_by", "request").prefetch_related(with_papers())
    found: Appointment = get_object_or_404(rows.prefetch_related(Prefetch("invitations", queryset=wanted)), pk=pk)
    return found


def _form_of(visit: Appointment, code: str, *args: Any) -> Any:
    initial: dict[str, Any] = {"state_version": visit.state_version}
    if code == "hold":
        return AttendanceForm(*args, initial=initial, prefix=code, invitations=visit.invitations.all())
    if code == "postpone":
        local = visit.starts_at.astimezone(ZONE)
        return PostponeForm(*args, initial={**initial, "at": f"{local:%H:%M}"}, prefix=code)
    return (ReportForm if code == "report" else ReasonForm)(*args, initial=initial, prefix=code)


def _context(request: HttpRequest, visit: Appointment, bound: Any = None, act: str = "") -> dict[str, Any]:
    user: Any = request.user
    project = visit.project
    offered = APPOINTMENT.offered(visit, user)
    forms = [
        (step.code, step.label, step.tone, bound if step.code == act else _form_of(visit, step.code))
        for step in offered
    ]
    invitations = []
    for one in visit.invitations.all():
        mine = visit.state == "held" and one.attendance == "present" and not one.finding
        form = None
        if mine and policies.may_find(user, project, one.department_id):
            form = bound if act == f"find-{one.pk}" else FindingForm(prefix=f"find-{one.pk}")
        invitations.append((one, form))
    return {
        "visit": visit, "project": project, "label": APPOINTMENT.states[visit.state].label, "forms": forms,
        "invitations": invitations, "points": points_of(project, user, visit), "faulty": bound, "here": "board",
        "waiting": visit.stage.requests.waiting().filter(kind="permit").select_related("department"),
    }  # fmt: skip


@never_cache
@require_safe
@readers
def appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """One appointment: who is invited, who came, what was found, what is to be mended."""
    return render(request, "projects/appointment.html", _context(request, _visit(request, pk)))


def _do(request: HttpRequest, visit: Appointment, act: str, form: Any) -> Callable[[], Any]:
    actor = actor_in(request, visit.project.lead_id)
    if act == "hold":
        return lambda: actions.hold(
            actor, visit.pk, form.attendance(), state_version=form.cleaned_data["state_version"]
        )
    function: Any = {"postpone": actions.postpone, "cancel": actions.cancel, "report": actions.issue_report}[act]
    return lambda: function(actor, visit.pk, **form.cleaned_data)


@require_POST
@readers
def appointment_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Enter who came, move, cancel, report; what is refused stands beside the field."""
    if act not in ("hold", "postpone", "cancel", "report"):
        raise NotFound()
    visit = _visit(request, pk)
    form = _form_of(visit, act, request.POST)
    if attempt(form, _do(request, visit, act, form)):
        messages.success(request, _("Done."))
        return redirect("projects:appointment", pk)
    return render(request, "projects/appointment.html", _context(request, _visit(request, pk), form, act), status=422)


@require_POST
@readers
def find(request: HttpRequest, pk: int, invitation_id: int) -> HttpResponse:
    """A department enters what it found."""
    visit = _visit(request, pk)
    one = next((row for row in visit.invitations.all() if row.pk == invitation_id), None)
    if one is None:
        raise NotFound()
    if not policies.may_find(request.user, visit.project, one.department_id):
        raise NotAllowed()
    form = FindingForm(request.POST, request.FILES, prefix=f"find-{one.pk}")
    actor = actor_in(request, one.department_id)
    papers_of(request, form, actor)

    def act() -> None:
        data = form.cleaned_data
        actions.find(
            actor, one.pk, finding=data["finding"], text=data["text"], uploads=form.kept,
            points=form.points(one.department_id),
        )  # fmt: skip

    if attempt(form, act):
        messages.success(request, _("The findings have been entered."))
        return redirect("projects:appointment", pk)
    context = _context(request, _visit(request, pk), form, f"find-{one.pk}")
    return render(request, "projects/appointment.html", context, status=422)


@require_POST
@readers
def point(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """The department says whether a point is mended."""
    if act not in ("verify", "again"):
        raise NotFound()
    one = get_object_or_404(Rectification.objects.select_related("project"), pk=pk)
    if not policies.may_see(request.user, one.project):
        raise NotFound()
    form = NoteForm(request.POST)
    back = reverse("projects:appointment", args=[one.appointment_id])
    return form_page(
        request, form,
        lambda: actions.check_point(actor_in(request, one.department_id), pk, act, **form.cleaned_data),
        lambda: back, said=_("Saved."), project=one.project, back=back,
        title=_("It is mended") if act == "verify" else _("Not mended yet"), lead=one.text,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def meeting(request: HttpRequest, code: str) -> HttpResponse:
    """Write down a coordination meeting."""
    project = run_by_me(request, code)
    form = MeetingForm(posted(request), choices=departments())
    back = reverse("projects:project", args=[code])

    def act() -> None:
        data = form.cleaned_data
        names = ("held_on", "place", "subject", "chair", "decisions")
        actions.hold_meeting(
            actor_in(request, project.lead_id), project.pk, participants=dict.fromkeys(data["participants"], ""),
            duties=form.duties(), **{name: data[name] for name in names},
        )  # fmt: skip

    return form_page(
        request, form, act, lambda: back, said=_("The meeting is on record, and its tasks have been handed out."),
        project=project, back=back, title=_("Coordination meeting (3+X)"),
    )  # fmt: skip
