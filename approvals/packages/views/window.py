"""At the window: the guide with the person, and the page after the filing with number and query code."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from approvals.counter.models import Intake
from approvals.counter.views.common import clerk_actor, clerk_of, open_intake
from approvals.packages import actions, reading
from approvals.packages.forms import GuideForm, WindowForm
from approvals.packages.models import Package, PackageFiling
from portal.core.errors import DomainError, Invalid


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The answers stand in the address; what applies and why, and the button that begins for the person."""
    intake = open_intake(request, pk)
    rows = Package.objects.taken_in_by(clerk_of(request)).select_related("current", "department")
    found: Any = get_object_or_404(rows, code=code)
    if intake.state != Intake.State.OPEN or intake.case_id is not None or intake.matter:
        return redirect("counter:intake-item", pk)
    form = GuideForm(request.GET or None, version=found.current)
    ready = form.is_valid() if form.questions else True
    given = form.given if form.questions and ready else {}
    verdicts = reading.verdicts_of(found, given) if ready else []
    parts = _parts_form(request, intake, verdicts) if ready else None
    if parts is not None and parts.is_bound and parts.is_valid():
        try:
            filing = actions.begin_at_window(
                clerk_actor(request), pk, found.pk, given, without=parts.without, principal=parts.principal
            )
            return redirect("packages:draft", filing.pk)
        except Invalid as error:
            parts.add_domain_error(error)
        except DomainError as error:
            parts.add_error(None, error.message)
    context = {
        "intake": intake, "package": found, "form": form, "parts": parts, "verdicts": verdicts,
        "applying": [one for one in verdicts if one.applies], "others": [one for one in verdicts if not one.applies],
    }  # fmt: skip
    faulty = (form.is_bound and bool(form.errors)) or (parts is not None and parts.is_bound)
    return render(request, "packages/window.html", context, status=422 if faulty else 200)


def _parts_form(request: HttpRequest, intake: Intake, verdicts: Any) -> WindowForm:
    data = request.POST if request.method == "POST" else None
    return WindowForm(data, items=_offered(verdicts), for_firm=intake.organisation_id is not None)


def _offered(verdicts: Any) -> list[tuple[str, str]]:
    items = (one.entry.item for one in verdicts if one.applies)
    return [(item.code, item.local_name) for item in items if item.is_open_to_filing]


@never_cache
@login_required
@require_GET
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Number, query code and the parts: to be printed for the person."""
    intake = open_intake(request, pk)
    rows = PackageFiling.objects.seen_at_work(request.user).select_related("version", "department", "organisation")
    filing = get_object_or_404(rows, intake=intake)
    context = {"intake": intake, "filing": filing, "parts": reading.parts_at_work(filing)}
    return render(request, "packages/window_done.html", context)
