"""With the applicant at the window after the filing: correct an error on the spot, take in what a notice asked for."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from approvals.cases import actions as case_actions
from approvals.cases import draft, policies
from approvals.cases.answers import answers_of, definition_of
from approvals.cases.effects import content_of
from approvals.cases.forms_citizen import UploadForm
from approvals.cases.models import Case
from approvals.cases.supplements import asked_of
from approvals.cases.views.desk import case_for_staff
from approvals.cases.views.uploads import shown
from approvals.catalogue.formbuild import initial_of, section_form
from approvals.counter.views.common import clerk_actor, clerk_of
from approvals.counter.views.work import take_scans
from portal.core.access import log_view
from portal.core.errors import DomainError, NotAllowed, NotFound, WrongState


def _version(request: HttpRequest) -> int:
    text = request.POST.get("state_version", "")
    return int(text) if text.isdecimal() else -1


def _case_at_window(request: HttpRequest, number: str) -> Case:
    """A case of somebody else that a clerk of the front or of the department has before them."""
    user: Any = clerk_of(request)
    case = case_for_staff(request, number)
    if policies.is_applicant(user, case) or not policies.may_bring_supplement(user, case):
        raise NotAllowed()
    return case


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, number: str, section: str) -> HttpResponse:
    """One page of the application anew, until it is answered (permit law, article 32(1)(3))."""
    case = _case_at_window(request, number)
    definition, content = definition_of(case), content_of(case)
    if definition is None or section not in {one.code for one in definition.visible_sections(answers_of(content))}:
        raise NotFound()
    made, answers = section_form(definition, section), answers_of(content)
    page = definition.section(section)
    problem: DomainError | None = None
    if request.method == "POST":
        form = made(request.POST, answers=answers)
        if form.is_valid():
            try:
                case_actions.correct_on_the_spot(
                    clerk_actor(request), case.pk, section, form.to_answers(), state_version=_version(request)
                )
                messages.success(request, _("Corrected. What stood there before is kept."))
                return redirect("cases:desk-case", number)
            except DomainError as error:
                problem = error
    else:
        form = made(initial=initial_of(page, answers), answers=answers)
        log_view(clerk_actor(request), "cases.case", case.pk, "application", purpose="correction on the spot")
    context = {"case": case, "form": form, "section": page, "problem": problem}
    status = problem.status if problem else 422 if form.errors and request.method == "POST" else 200
    return render(request, "counter/spot.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def brought(request: HttpRequest, number: str) -> HttpResponse:
    """What the applicant brings to the window after a supplement notice: scanned, and sent in for them."""
    case = _case_at_window(request, number)
    if case.state != "supplement":
        messages.info(request, _("No supplement is asked for at present."))
        return redirect("cases:desk-case", number)
    rows = draft.brought(case)
    posted = request.method == "POST"
    form = UploadForm(request.POST if posted else None, request.FILES if posted else None, rows=rows)
    problem: DomainError | None = None
    if posted:
        take_scans(request, case, form)
        if not form.errors and "send" not in request.POST:
            return redirect("counter:brought", number)
        if not form.errors:
            try:
                return _send(request, case)
            except DomainError as error:
                problem = error
    asked = asked_of(case)
    context = {"case": case, "form": form, "asked": asked, "rows": shown(case, form, asked), "problem": problem}
    return render(request, "counter/brought.html", context, status=422 if form.errors or problem else 200)


def _send(request: HttpRequest, case: Case) -> HttpResponse:
    """Raises WrongState while nothing was brought, and what the step raises."""
    asked = asked_of(case)
    fresh = asked is not None and case.materials.filter(added_at__gt=asked.asked_at).exists()
    if not fresh and "on_paper" not in request.POST:
        raise WrongState(_("Scan what was brought, or tick that it was papers to look at only."))
    case_actions.take_step(clerk_actor(request), case.pk, "resubmit", state_version=_version(request))
    messages.success(request, _("The supplement has been taken in."))
    return redirect("cases:desk-case", case.number)
