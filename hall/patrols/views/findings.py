"""Findings: the list, one finding with its photos and steps, and the weekly report."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hall.patrols import actions, photos, policies
from hall.patrols.forms import RectifyForm
from hall.patrols.lifecycle import ELSEWHERE, FINDING, TO_DO, TONES
from hall.patrols.models import Chapter, Finding
from hall.patrols.report import Week, report_of
from hall.patrols.views.tours import actor_of_page, readers, stored_photos
from portal.core.calendar import workdays
from portal.core.errors import DomainError, Invalid
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.views.common import posted

people = allowed_to(policies.may_see_findings)


def light_of(finding: Finding, index: Any) -> str:
    """Green, amber from the working day before the due one, red past it; none once it is put right."""
    if finding.state not in TO_DO:
        return ""
    if finding.due_on < today():
        return "red"
    return "amber" if index.between(today(), finding.due_on) <= 1 else "green"


def asked_of(params: QueryDict) -> dict[str, str]:
    return {name: params.get(name, "") for name in ("state", "chapter")}


def findings_listed(user: Any, asked: dict[str, str]) -> Any:
    """The findings of the page that these filters ask for."""
    rows = Finding.objects.visible_to(user).select_related("area", "point", "department", "person")
    if asked["state"] == "overdue":
        rows = rows.to_do().filter(due_on__lt=today())
    elif asked["state"] in FINDING.states:
        rows = rows.filter(state=asked["state"])
    return rows.filter(chapter=asked["chapter"][:16]) if asked["chapter"] else rows


@never_cache
@require_safe
@people
def findings(request: HttpRequest) -> HttpResponse:
    """The findings that concern the reader, the latest first."""
    user: Any = request.user
    asked = asked_of(request.GET)
    page = page_of(findings_listed(user, asked), "-found_at", request.GET.get("cursor", ""))
    index = workdays()
    context = {
        "page": page,
        "rows": [(one, FINDING.states[one.state].label, TONES[one.state], light_of(one, index)) for one in page.rows],
        "states": FINDING.states.values(),
        "chapters": Chapter.objects.filter(checklist__state="published"),
        "asked": asked,
        "filtered": any(asked.values()),
        "may_see_patrols": policies.may_see_patrols(user),
    }
    return render(request, "patrols/findings.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@people
def finding(request: HttpRequest, number: str) -> HttpResponse:
    """One finding: photos before and after, what can be done, what happened."""
    one = _one(request, number)
    wrong, rectifying = _act(request, one) if request.method == "POST" else ([], RectifyForm())
    if request.method == "POST" and not wrong and not rectifying.errors:
        messages.success(request, _("Saved."))
        return redirect("patrols:finding", number)
    user: Any = request.user
    offered = FINDING.offered(one, user)
    shown = list(one.photos.select_related("file"))
    context = {
        "finding": one,
        "state": FINDING.states[one.state],
        "tone": TONES[one.state],
        "light": light_of(one, workdays()),
        "steps": [step for step in offered if step.code not in ELSEWHERE],
        "form": rectifying if any(step.code == "rectify" for step in offered) else None,
        "kept": getattr(rectifying, "kept", []),
        "before": [photo for photo in shown if photo.kind == "before"],
        "after": [photo for photo in shown if photo.kind == "after"],
        "history": history_of(one),
        "wrong": wrong,
        "typed": request.POST,
    }
    return render(request, "patrols/finding.html", context, status=422 if wrong or rectifying.errors else 200)


def _act(request: HttpRequest, one: Finding) -> tuple[list[str], Any]:
    """Take the step that was sent: (what is wrong with it, the form of a rectification)."""
    code = request.POST.get("step", "")
    if code == "rectify":
        return [], _rectify(request, one)
    if code not in FINDING.transitions:
        return [_("Please choose one of the answers.")], RectifyForm()
    try:
        version = int(request.POST.get("state_version") or -1)
        actions.take_step(actor_of_page(request), one.pk, code, request.POST, state_version=version)
    except (DomainError, ValueError) as error:
        fields = getattr(error, "fields", {})
        return [str(text) for text in fields.values()] or [str(error)], RectifyForm()
    return [], RectifyForm()


def _rectify(request: HttpRequest, one: Finding) -> RectifyForm:
    actor = actor_of_page(request)
    form: Any = RectifyForm(posted(request), request.FILES or None)
    form.is_valid()
    form.kept = photos.own_uploads(request.POST.getlist("kept"), actor) + stored_photos(request, form, actor)
    if form.errors:
        return form
    try:
        data = form.cleaned_data
        actions.rectify(actor, one.pk, report=data["report"], photos=form.kept, state_version=data["state_version"])
    except Invalid as error:
        form.add_domain_error(error)
    except DomainError as error:
        form.add_error(None, error.message)
    return form


def _one(request: HttpRequest, number: str) -> Finding:
    user: Any = request.user
    rows = Finding.objects.visible_to(user).select_related("area", "point", "department", "person", "tour", "repeats")
    return get_object_or_404(rows.filter(~Q(number="")), number=number)


@never_cache
@require_safe
@readers
def report(request: HttpRequest, monday: dt.date) -> HttpResponse:
    """The report of the week that the day lies in, to read and to print."""
    week = Week.of(monday)
    if week.monday != monday:
        return redirect("patrols:report", week.monday)
    labels = {code: state.label for code, state in FINDING.states.items()}
    context = {"week": week, "states": labels, "tones": TONES, "latest": Week.of(today()), **report_of(week)}
    return render(request, "patrols/report.html", context)


@require_safe
@readers
def latest_report(request: HttpRequest) -> HttpResponse:
    return redirect("patrols:report", Week.of(today()).monday)
