"""The applicant's own pages: the list, one application, supplement, withdrawal."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from approvals.cases import actions, draft, policies, timeline
from approvals.cases.actions.drafts import DRAFT_DAYS
from approvals.cases.answers import in_words, with_faults
from approvals.cases.clockwork import clock_of
from approvals.cases.effects import content_of
from approvals.cases.forms_citizen import WithdrawForm
from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case
from approvals.cases.ratings import rating_of
from approvals.cases.supplements import asked_of, nothing_supplemented
from approvals.cases.todo import to_come, todo_of, why_answer
from approvals.cases.views.filing import sent
from approvals.cases.views.uploads import shown, taken
from portal.core import registries
from portal.core.calendar import workdays
from portal.core.errors import DomainError, WrongState
from portal.core.rules import rule
from portal.core.time import today
from portal.people.actors import actor_for

PAGE = 20
LARGEST_KEY = 2**63 - 1
GROUPS: dict[str, tuple[Any, dict[str, Any]]] = {
    "": (pgettext_lazy("group of cases", "All"), {}),
    "open": (pgettext_lazy("group of cases", "In progress"), {"ended_on__isnull": True}),
    "approved": (pgettext_lazy("group of cases", "Approved"), {"outcome": "approved"}),
    "other": (
        pgettext_lazy("group of cases", "Ended otherwise"),
        {"outcome__in": ["refused", "not_accepted", "returned", "withdrawn", "terminated"]},
    ),
}


@never_cache
@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Drafts first, then what was filed, the newest first."""
    user: Any = request.user
    own = Case.objects.of_applicant(user).select_related("item", "department", "organisation", "principal")
    group = request.GET.get("group", "") if request.GET.get("group", "") in GROUPS else ""
    filed = own.filed().filter(**GROUPS[group][1]).order_by("-pk")
    cursor = request.GET.get("cursor", "")
    if cursor.isdecimal() and int(cursor) <= LARGEST_KEY:
        filed = filed.filter(pk__lt=int(cursor))
    rows = list(filed[: PAGE + 1])
    drafts = list(own.filter(state="draft").order_by("-pk")[:PAGE]) if not cursor and not group else []
    context = {
        "drafts": drafts,
        "draft_days": rule(DRAFT_DAYS, today()).days if drafts else 0,
        "rows": rows[:PAGE],
        "next": str(rows[PAGE - 1].pk) if len(rows) > PAGE else None,
        "group": group,
        "groups": [(code, label) for code, (label, _filter) in GROUPS.items()],
        "panels": registries.panels("cases.mine", request, user),
    }
    return render(request, "cases/citizen/mine.html", context)


@login_required
@require_GET
def by_id(request: HttpRequest, pk: int) -> HttpResponse:
    """From a number of ours to the reader's own page of the case."""
    user: Any = request.user
    case = get_object_or_404(Case.objects.visible_to(user), pk=pk)
    if case.is_draft:
        return redirect("cases:draft", pk)
    return redirect("cases:detail" if policies.is_applicant(user, case) else "cases:desk-case", case.number)


def own_case(request: HttpRequest, number: str) -> Case:
    """The applicant's own filed case; 404 for everybody else."""
    user: Any = request.user
    rows = Case.objects.of_applicant(user).filed()
    rows = rows.select_related("item__current", "department", "version__form", "organisation", "principal")
    return get_object_or_404(rows, number=number)


def progress_of(case: Case) -> dict[str, Any]:
    """What both the applicant and the public tracking page show."""
    clock = clock_of(case, case.stops.all(), workdays())
    return {
        "case": case,
        "entries": [*timeline.past(case, public=True), *to_come(case)],
        "why": timeline.why(case) if case.day_0 else why_answer(case),
        "used": clock.elapsed(case.ended_on or today()) if clock else None,
    }


@never_cache
@login_required
@require_GET
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """What to do now, how far it is, why this date."""
    case = own_case(request, number)
    user: Any = request.user
    content = content_of(case)
    context = {
        **progress_of(case),
        "todo": todo_of(case),
        "content": content,
        "sections": in_words(case, content),
        "rows": [row for row in draft.brought(case) if row.listed],
        "panels": registries.panels("cases.detail", request, case),
        "may_withdraw": any(step.code == "withdraw" for step in CASE.offered(case, user)),
        **rating_of(case),
    }
    return render(request, "cases/citizen/detail.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def supplement(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the notice: upload what it names, change what must be changed, then send it all at once."""
    case = own_case(request, number)
    if case.state != "supplement":
        messages.info(request, _("No supplement is asked for at present."))
        return redirect("cases:detail", number)
    form, stays = taken(request, case)
    problem: DomainError | None = None
    if request.method == "POST" and not form.errors:
        if stays:
            return redirect("cases:supplement", number)
        try:
            return _resubmit(request, case)
        except DomainError as error:
            problem = error
    content, asked = content_of(case), asked_of(case)
    faulty = with_faults(content)
    context = {
        "case": case,
        "asked": asked,
        "form": form,
        "problem": problem,
        "sections": [(section, section.code in faulty) for section, _answers in in_words(case, content)],
        "rows": shown(case, form, asked, request=request),
    }
    return render(request, "cases/citizen/supplement.html", context, status=422 if form.errors or problem else 200)


def _resubmit(request: HttpRequest, case: Case) -> HttpResponse:
    """Raises WrongState while a changed page has faults or nothing has been supplemented, and what the step raises."""
    content = content_of(case)
    if with_faults(content):
        raise WrongState(_("A page that you changed still has faults. Please correct it first."))
    if nothing_supplemented(case, content):
        raise WrongState(_("You have not added or changed anything yet."))
    version = request.POST.get("state_version", "")
    seen = int(version) if version.isdecimal() else -1
    actions.take_step(actor_for(request), case.pk, "resubmit", state_version=seen)
    messages.success(request, _("Your supplement has been received."))
    return redirect("cases:detail", case.number)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw until the decision, with a reason if one likes."""
    case = own_case(request, number)
    user: Any = request.user
    form = WithdrawForm(sent(request), initial={"state_version": case.state_version})
    problem: DomainError | None = None
    if not any(step.code == "withdraw" for step in CASE.offered(case, user)):
        messages.info(request, _("This application can no longer be withdrawn."))
        return redirect("cases:detail", number)
    if request.method == "POST" and form.is_valid():
        version, reason = form.cleaned_data["state_version"], form.cleaned_data["reason"]
        try:
            actions.take_step(actor_for(request), case.pk, "withdraw", {"reason": reason}, state_version=version)
        except DomainError as error:
            problem = error
        else:
            messages.success(request, _("The application has been withdrawn."))
            return redirect("cases:detail", number)
    context = {"case": case, "form": form, "problem": problem}
    return render(request, "cases/citizen/withdraw.html", context, status=422 if form.errors or problem else 200)
