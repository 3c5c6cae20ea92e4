"""Papers that lie at the window: the list, those of one case, keeping one more, giving back against signature."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from approvals.cases.models import Case
from approvals.cases.views.desk import case_for_staff
from approvals.counter import actions, policies
from approvals.counter.forms import GiveBackForm, LeaveForm
from approvals.counter.querysets import TO_GIVE_BACK, papers_for, to_give_back
from approvals.counter.views.common import clerk_actor, clerk_of, page_by_key
from portal.core.access import log_view
from portal.core.errors import DomainError, Invalid, NotAllowed


def shows_all(params: QueryDict) -> bool:
    return params.get("tab") == "all"


def papers_listed(user: Any, params: QueryDict) -> Any:
    """The papers of the page that these filters ask for."""
    rows = papers_for(user).filter(handed_back__isnull=True) if shows_all(params) else to_give_back(user)
    return rows.select_related("case__item", "case__department", "taken_by", "window")


@never_cache
@login_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """What lies here: first what belongs back because its case is over, or everything."""
    user = clerk_of(request)
    found, following = page_by_key(papers_listed(user, request.GET), request.GET.get("cursor", ""))
    context = {"rows": found, "next": following, "everything": shows_all(request.GET), "over": TO_GIVE_BACK}
    return render(request, "counter/papers.html", context)


def _case(request: HttpRequest, number: str) -> Case:
    case = case_for_staff(request, number)
    if not policies.may_keep_papers(request.user, case):  # type: ignore[arg-type]
        raise NotAllowed()
    return case


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """The papers of one case; two forms, of which one is sent at a time."""
    clerk_of(request)
    case = _case(request, number)
    here = list(case.left_papers.filter(handed_back__isnull=True).select_related("taken_by", "window"))
    leaving = "leave" in request.POST
    leave = LeaveForm(request.POST if leaving else None)
    posted = request.POST if request.method == "POST" and not leaving else None
    back = GiveBackForm(posted, papers=here, initial={"taker_name": ""})
    problem: DomainError | None = None
    if request.method == "POST" and (leave if leaving else back).is_valid():
        try:
            return _keep(request, case, leave) if leaving else _give_back(request, case, back)
        except Invalid as error:
            (leave if leaving else back).add_domain_error(error)
        except DomainError as error:
            problem = error
    returns = list(case.paper_returns.select_related("document", "returned_by").prefetch_related("papers"))
    if returns:
        log_view(clerk_actor(request), "cases.case", case.pk, "papers", purpose="papers left at the window")
    context: dict[str, Any] = {
        "case": case, "here": here, "returns": returns, "leave": leave, "back": back, "problem": problem,
        "over": case.state in TO_GIVE_BACK,
    }  # fmt: skip
    wrong = leave.errors or back.errors
    return render(
        request, "counter/case_papers.html", context, status=422 if wrong else problem.status if problem else 200
    )


def _keep(request: HttpRequest, case: Case, form: LeaveForm) -> HttpResponse:
    actions.leave_paper(clerk_actor(request), case.pk, **form.cleaned_data)
    messages.success(request, _("The paper is on the list."))
    return redirect("counter:case-papers", case.number)


def _give_back(request: HttpRequest, case: Case, form: GiveBackForm) -> HttpResponse:
    given = form.cleaned_data
    proof = actions.give_back(
        clerk_actor(request),
        case.pk,
        [int(pk) for pk in given["papers"]],
        actions.Taking(
            taker=given["taker"], name=given["taker_name"], identity_checked=given["identity_checked"],
            signature=given["signature"], note=given["note"],
        ),
    )  # fmt: skip
    messages.success(request, _("Given back. The proof %(number)s can be printed.") % {"number": proof.document.number})
    return redirect("counter:case-papers", case.number)
