"""The applicant's own pages: the list, one application, supplement, withdrawal."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from approvals.cases import actions, draft, timeline
from approvals.cases.answers import in_words
from approvals.cases.clockwork import clock_of
from approvals.cases.effects import content_of
from approvals.cases.forms_citizen import UploadForm, WithdrawForm
from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case
from approvals.cases.todo import missing_names, to_come, todo_of
from approvals.cases.views.filing import take_uploads
from portal.core.calendar import workdays
from portal.core.errors import DomainError, WrongState
from portal.core.time import today
from portal.people.actors import actor_for

PAGE = 20
GROUPS: dict[str, Any] = {
    "open": {"ended_on__isnull": True},
    "done": {"outcome": "approved"},
    "other": {"outcome__in": ["refused", "not_accepted", "returned", "withdrawn", "terminated"]},
}


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Drafts first, then what was filed, the newest first."""
    user: Any = request.user
    own: QuerySet[Case] = Case.objects.of_applicant(user).select_related("item", "department")
    group = request.GET.get("group", "")
    filed = own.filed().filter(**GROUPS.get(group, {})).order_by("-pk")
    cursor = request.GET.get("cursor", "")
    if cursor.isdigit():
        filed = filed.filter(pk__lt=int(cursor))
    rows = list(filed[: PAGE + 1])
    context = {
        "drafts": list(own.filter(state="draft").order_by("-pk")[:PAGE]) if not cursor and not group else [],
        "rows": rows[:PAGE],
        "next": str(rows[PAGE - 1].pk) if len(rows) > PAGE else None,
        "group": group,
        "groups": [("", _("All")), ("open", _("In progress")), ("done", _("Approved")), ("other", _("Ended otherwise"))],
    }
    return render(request, "cases/citizen/mine.html", context)


def own_case(request: HttpRequest, number: str) -> Case:
    """The applicant's own filed case; 404 for everybody else."""
    user: Any = request.user
    rows = Case.objects.of_applicant(user).filed().select_related("item", "department", "version__form", "organisation")
    return get_object_or_404(rows, number=number)


def progress_of(case: Case) -> dict[str, Any]:
    """What both the applicant and the public tracking page show."""
    clock = clock_of(case, case.stops.all(), workdays())
    return {
        "case": case,
        "state": CASE.states[case.state],
        "entries": [*timeline.past(case, public=True), *to_come(case)],
        "why": timeline.why(case),
        "used": clock.elapsed(case.ended_on or today()) if clock else None,
    }


@login_required
@require_GET
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """What to do now, how far it is, why this date."""
    case = own_case(request, number)
    user: Any = request.user
    context = {
        **progress_of(case),
        "todo": todo_of(case),
        "sections": in_words(case, content_of(case)),
        "rows": draft.brought(case),
        "may_withdraw": any(step.code == "withdraw" for step in CASE.offered(case, user)),
    }
    return render(request, "cases/citizen/detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def supplement(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the notice: upload what it names, then send it all at once."""
    case = own_case(request, number)
    if case.state != "supplement":
        raise WrongState(_("No supplement is asked for at present."))
    rows = draft.brought(case)
    form = UploadForm(request.POST or None, request.FILES or None, rows=rows)
    problem: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        take_uploads(request, case, form, rows)
        if not form.errors and "add" in request.POST:
            return redirect("cases:supplement", number)
        if not form.errors:
            try:
                return _resubmit(request, case)
            except DomainError as error:
                problem = error
        rows = draft.brought(case)
    asked = case.supplement_requests.order_by("-pk").first()
    named = set(asked.missing) if asked else set()
    context = {
        "case": case,
        "asked": asked,
        "missing": missing_names(case, asked) if asked else [],
        "form": form,
        "problem": problem,
        "rows": [
            (row, form[name] if (name := f"material-{row.material.pk}") in form.fields else None)
            for row in sorted(rows, key=lambda row: row.material.pk not in named)
        ],
        "named": named,
    }
    return render(request, "cases/citizen/supplement.html", context, status=422 if form.errors or problem else 200)


def _resubmit(request: HttpRequest, case: Case) -> HttpResponse:
    version = request.POST.get("state_version", "")
    seen = int(version) if version.isdigit() else -1
    actions.take_step(actor_for(request), case.pk, "resubmit", state_version=seen)
    messages.success(request, _("Your supplement has been received."))
    return redirect("cases:detail", case.number)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw until the decision, with a reason if one likes."""
    case = own_case(request, number)
    form = WithdrawForm(request.POST or None, initial={"state_version": case.state_version})
    problem: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_step(
                actor_for(request),
                case.pk,
                "withdraw",
                {"reason": form.cleaned_data["reason"]},
                state_version=form.cleaned_data["state_version"],
            )
        except DomainError as error:
            problem = error
        else:
            messages.success(request, _("The application has been withdrawn."))
            return redirect("cases:detail", number)
    context = {"case": case, "form": form, "problem": problem}
    return render(request, "cases/citizen/withdraw.html", context, status=422 if form.errors or problem else 200)
