"""A social supervisor's own pages, made for a phone: invitations, the visit, findings with photos, the report."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.patrols import photos
from hall.patrols.lifecycle import FINDING, TONES
from hall.patrols.views.tours import stored_photos
from hall.social import actions
from hall.social.forms import AnswerForm, NoteForm, ReportForm
from hall.social.lifecycle import SEAT, SEAT_TONES, may_report_now
from hall.social.models import Seat, SocialSupervisor
from hall.social.views.common import acted, one_form
from portal.core.errors import DomainError
from portal.core.time import now, today
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.views.common import posted


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's office and the visits that one was drawn for, the latest first."""
    user: Any = request.user
    one = SocialSupervisor.objects.filter(user=user.pk).prefetch_related("avoids").first()
    page = page_of(Seat.objects.visible_to(user).select_related("visit"), "-invited_at", request.GET.get("cursor", ""))
    rows = [(seat, SEAT.states[seat.state].label, SEAT_TONES[seat.state]) for seat in page.rows]
    in_office = one is not None and one.in_office_on(today())
    return render(request, "social/mine.html", {"one": one, "in_office": in_office, "page": page, "rows": rows})


def _own(request: HttpRequest, seat_id: int) -> Seat:
    user: Any = request.user
    return get_object_or_404(Seat.objects.visible_to(user).select_related("visit", "supervisor"), pk=seat_id)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def seat(request: HttpRequest, seat_id: int) -> HttpResponse:
    """One visit: the invitation and its answer; from its day on the findings and the way to the report."""
    one = _own(request, seat_id)
    form = AnswerForm(posted(request), initial={"state_version": one.state_version})
    if form.is_valid() and (done := acted(form, lambda: _answer(request, one, form.cleaned_data))):
        away = _("A rule keeps you away from this visit; your place was given up.")
        messages.success(request, away if done.state == "put_out" else _("Your answer has been recorded."))
        return redirect("social:seat", one.pk)
    offered = {step.code for step in SEAT.offered(one, request.user)}  # type: ignore[arg-type]
    waiting = one.state == "accepted" or one.answer_by >= now()
    found = one.findings.select_related("finding__area", "finding__department").prefetch_related(
        "finding__photos__file"
    )
    context = {
        "seat": one, "visit": one.visit, "label": SEAT.states[one.state].label, "tone": SEAT_TONES[one.state],
        "form": form if form.errors or (offered & {"accept", "decline"} and waiting) else None,
        "units": list(one.visit.departments.all()), "areas": list(one.visit.areas.all()),
        "works": one.state == "accepted" and may_report_now(one), "grades": list(one.grades.select_related("department")),
        "findings": [(row.finding, FINDING.states[row.finding.state].label, TONES[row.finding.state]) for row in found],
    }  # fmt: skip
    return render(request, "social/seat.html", context, status=422 if form.errors else 200)


def _answer(request: HttpRequest, one: Seat, data: dict[str, Any]) -> Seat:
    return actions.answer(
        actor_for(request), one.pk, data["answer"], note=data["note"], state_version=data["state_version"]
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def finding_new(request: HttpRequest, seat_id: int) -> HttpResponse:
    """Write down one finding with its photos; a photo that came in stays, whatever else has to be corrected."""
    one, actor = _own(request, seat_id), actor_for(request)
    form = NoteForm(posted(request), request.FILES or None, visit=one.visit)
    kept = photos.own_uploads(request.POST.getlist("kept"), actor)
    if request.method == "POST":
        form.is_valid()
        kept += stored_photos(request, form, actor)
        if not form.errors and acted(form, lambda: actions.note_finding(actor, one.pk, form.draft(), kept)):
            messages.success(request, _("The finding has been written down."))
            return redirect("social:seat", one.pk)
    context = {"seat": one, "visit": one.visit, "form": form, "kept": kept}
    return render(request, "social/finding_new.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, seat_id: int) -> HttpResponse:
    """Hand the report in, with a grade for each unit; the findings go to the units."""
    one = _own(request, seat_id)
    form = ReportForm(posted(request), visit=one.visit, initial={"state_version": one.state_version})

    def act() -> HttpResponse:
        data = form.cleaned_data
        actions.report(
            actor_for(request), one.pk, report=data["report"], grades=form.grades(), state_version=data["state_version"]
        )
        messages.success(request, _("Thank you. Your report is in, and your findings went to the units."))
        return redirect("social:seat", one.pk)

    return one_form(
        request, form, act, base="base.html", title=_("Report on the visit"), submit=_("Hand in the report"),
        back=reverse("social:seat", args=[one.pk]),
        intro=_("With the report your findings go to the units. Afterwards nothing in it can be changed."),
    )  # fmt: skip


@login_required
@require_POST
def withdraw(request: HttpRequest, seat_id: int, finding_id: int) -> HttpResponse:
    """Take a finding back before the report."""
    one = _own(request, seat_id)
    typed = request.POST.get("state_version", "")
    try:
        version = int(typed) if typed.isdecimal() and len(typed) < 10 else -1
        actions.withdraw_finding(actor_for(request), one.pk, finding_id, state_version=version)
        messages.success(request, _("The finding has been withdrawn."))
    except DomainError as error:
        if error.status == 404:
            raise
        messages.error(request, error.message)
    return redirect("social:seat", one.pk)
