"""Credit records: one's own with objection and repair; the register of the staff with the answers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.pledges import actions, policies, reading
from approvals.pledges.forms import AnswerForm, AskForm
from approvals.pledges.models import CreditRecord, CreditRequest
from portal.core.access import log_view
from portal.core.errors import DomainError, Invalid, NotAllowed
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.roles import Role

readers = allowed_to(policies.may_see_desk)
TABS: dict[str, Any] = {
    "holds": pgettext_lazy("credit records", "On record"),
    "asked": pgettext_lazy("credit records", "With a request"),
    "over": pgettext_lazy("credit records", "Over or ended"),
}


def tab_of(params: QueryDict) -> str:
    return params.get("tab", "") if params.get("tab", "") in TABS else "holds"


def _condition(tab: str) -> Q:
    holds = Q(state="holds", until_on__gte=today())
    return {"holds": holds, "asked": Q(requests__state="asked"), "over": ~holds}[tab]


# --- one's own ----------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """The person's own records, and those of the organisations that they act for."""
    user: Any = request.user
    rows = CreditRecord.objects.held_by(user).select_related("case__item", "organisation", "department")
    page = page_of(rows, "-from_on", request.GET.get("cursor", ""))
    return render(
        request, "pledges/records.html", {"page": page, "rows": [(one, reading.record_state(one)) for one in page.rows]}
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: what it rests on, until when it holds, and what can be asked."""
    user: Any = request.user
    rows = CreditRecord.objects.held_by(user).select_related("case__item", "organisation", "department")
    row = get_object_or_404(rows, pk=pk)
    form, problem = AskForm(request.POST if request.method == "POST" else None), ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask(actor_for(request), row.pk, **form.cleaned_data)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error.message
        else:
            messages.success(request, _("We have received your request."))
            return redirect("pledges:record", pk)
    requests = list(row.requests.order_by("-pk"))
    may_ask = row.state == "holds" and row.until_on >= today() and not any(one.state == "asked" for one in requests)
    context = {
        "row": row, "state": reading.record_state(row), "requests": requests, "form": form, "may_ask": may_ask,
        "problem": problem,
    }  # fmt: skip
    return render(request, "pledges/record.html", context, status=422 if request.method == "POST" else 200)


# --- the register -------------------------------------------------------------------------------------------------------


def listed(user: Any, params: QueryDict) -> Any:
    """The records of the page that these filters ask for."""
    rows = CreditRecord.objects.at_work(user).filter(_condition(tab_of(params)))
    return rows.select_related("case__item", "department", "organisation")


@require_safe
@readers
def register(request: HttpRequest) -> HttpResponse:
    """Credit records, the newest first; names are masked."""
    tab = tab_of(request.GET)
    page = page_of(listed(request.user, request.GET), "-from_on", request.GET.get("cursor", ""))
    context = {
        "page": page, "rows": [(one, reading.record_state(one)) for one in page.rows], "tab": tab,
        "tabs": [(code, label, code == tab) for code, label in TABS.items()], "here": "credit",
    }  # fmt: skip
    return render(request, "pledges/credit.html", context)


def _at_work(request: HttpRequest, pk: int) -> CreditRecord:
    rows = CreditRecord.objects.at_work(request.user)
    return get_object_or_404(rows.select_related("case__item", "department", "organisation"), pk=pk)


@require_safe
@readers
def credit_record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record with its requests and its history."""
    return render(request, "pledges/credit_record.html", _context(request, _at_work(request, pk)))


def _context(request: HttpRequest, row: CreditRecord, form: AnswerForm | None = None) -> dict[str, Any]:
    user: Any = request.user
    personal = policies.may_read_subject(user, row)
    if personal:
        log_view(actor_for(request, _role(user)), "pledges.creditrecord", row.pk, "credit", purpose="credit record")
    requests = list(row.requests.select_related("decided_by").order_by("-pk"))
    waiting = next((one for one in requests if one.state == "asked"), None)
    may = waiting is not None and policies.may_answer(user, row) and waiting.asked_by_id != user.pk
    return {
        "row": row, "state": reading.record_state(row), "requests": requests, "waiting": waiting, "personal": personal,
        "form": (form or AnswerForm()) if may else None, "history": history_of(row), "here": "credit",
    }  # fmt: skip


def _role(user: Any) -> str:
    """The role that the register is read in."""
    order = (Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.DEPARTMENT_HEAD, Role.REVIEWER, Role.CLERK)
    return next((role for role in order if user.access.has(role)), Role.CLERK)


@require_POST
@readers
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant a request or not, with reasons."""
    found = get_object_or_404(CreditRequest.objects.visible_to(request.user), pk=pk)
    row = _at_work(request, found.record_id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actor = actor_for(request, _role(request.user))
            actions.answer(actor, found.pk, grant=data["grant"] == "yes", text=data["answer"])
        except NotAllowed:
            raise
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The answer has been sent."))
            return redirect("pledges:credit-record", row.pk)
    if not policies.may_answer(request.user, row):
        raise NotAllowed()
    context = {**_context(request, row, form), "faulty": form}
    return render(request, "pledges/credit_record.html", context, status=422)
