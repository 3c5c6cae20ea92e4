"""Reductions that applicants ask for, their decision, and what all reductions saved."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.cases.models import Case
from approvals.payments import actions, policies
from approvals.payments import savings as figures
from approvals.payments.actions.reductions import may_be_asked
from approvals.payments.forms import AskReductionForm, GrantForm
from approvals.payments.models import Order, ReductionRequest
from approvals.payments.views.certificates import role_of
from approvals.payments.views.desk import readers, ways_on
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.roles import Role

accountants = allowed_to(policies.may_see_savings)
TABS: dict[str, Any] = {
    "asked": pgettext_lazy("reductions", "To be decided"),
    "granted": pgettext_lazy("reductions", "Granted"),
    "refused": pgettext_lazy("reductions", "Not granted"),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, case_id: int) -> HttpResponse:
    """The applicant asks to pay less, from the draft on until the fee is paid."""
    user: Any = request.user
    case = get_object_or_404(Case.objects.of_applicant(user).select_related("item", "version"), pk=case_id)
    form = AskReductionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_reduction(actor_for(request), case.pk, **form.cleaned_data)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Your request for a reduction has been taken in. The department decides it."))
            return redirect("cases:draft", case.pk) if case.is_draft else redirect("cases:detail", case.number)
    context = {"case": case, "form": form, "may_ask": may_be_asked(case)}
    return render(request, "payments/ask_reduction.html", context, status=422 if form.errors else 200)


def tab_of(params: QueryDict) -> str:
    return params.get("tab", "") if params.get("tab", "") in TABS else "asked"


def requests_listed(user: Any, params: QueryDict) -> Any:
    """The requests of the page that these filters ask for; those of drafts are not the department's yet."""
    rows = ReductionRequest.objects.visible_to(user).filter(state=tab_of(params)).exclude(case__state="draft")
    return rows.select_related("case__item", "department", "decided_by")


@require_safe
@readers
def request_list(request: HttpRequest) -> HttpResponse:
    """Reductions that applicants asked for, the newest first."""
    tab = tab_of(request.GET)
    page = page_of(requests_listed(request.user, request.GET), "-asked_at", request.GET.get("cursor", ""))
    cases = [one.case_id for one in page.rows]
    orders = dict(Order.objects.filter(case__in=cases, state__in=("due", "started")).values_list("case_id", "number"))
    context = {
        "page": page, "rows": [(one, orders.get(one.case_id)) for one in page.rows],
        "tabs": [(code, label, code == tab) for code, label in TABS.items()], "tab": tab, **ways_on(request.user),
    }  # fmt: skip
    return render(request, "payments/reductions.html", context)


@require_POST
@readers
def decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Grant a request or refuse it; a refusal of ours is said on the order's page, with what was typed."""
    row = get_object_or_404(ReductionRequest.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]
    if act not in {"grant", "refuse"}:
        raise NotFound()
    order = Order.objects.filter(case=row.case_id, state__in=("due", "started")).first()
    form = GrantForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(fields={name: str(faults[0]) for name, faults in form.errors.items()})
        data, actor = form.cleaned_data, actor_for(request, role_of(request.user), department_id=row.department_id)
        if act == "refuse":
            actions.refuse_reduction(actor, row.pk, note=data["note"])
        else:
            amount = data["amount_fen"] or 0
            actions.grant_reduction(
                actor, row.pk, amount_fen=amount, note=data["note"], state_version=data["state_version"]
            )
    except NotAllowed:
        raise
    except DomainError as error:
        return _again(request, row, order, form, error)
    messages.success(request, _("Done."))
    return redirect("payments:reductions")


def _again(
    request: HttpRequest, row: ReductionRequest, order: Order | None, form: GrantForm, error: DomainError
) -> HttpResponse:
    if isinstance(error, Invalid):
        form.add_domain_error(error)
    else:
        form.add_error(None, error.message)
    context = {"request_row": row, "order": order, "form": form, **ways_on(request.user)}
    return render(request, "payments/reduction_decide.html", context, status=422)


# --- savings ------------------------------------------------------------------------------------------------------------


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def period_of(params: QueryDict) -> tuple[dt.date, dt.date]:
    """The period that is asked for, this year up to today where none is."""
    last = _day(params.get("last", "")) or today()
    first = _day(params.get("first", "")) or last.replace(month=1, day=1)
    return min(first, last), last


def departments_of(user: Any) -> list[int] | None:
    """None for all, else the departments that the person heads."""
    return None if user.access.centre_wide else sorted(user.access.departments(Role.DEPARTMENT_HEAD))


def _chosen(params: QueryDict) -> dict[str, Any]:
    """One item, enterprise or ground that the list is narrowed to."""
    chosen: dict[str, Any] = {}
    if (item := params.get("item", "")).isdecimal():
        chosen["item_id"] = int(item[:18])
    if (firm := params.get("organisation", "")).isdecimal():
        chosen["organisation_id"] = int(firm[:18]) or None
    if params.get("ground", "") in Order.Ground.values:
        chosen["reduction_ground"] = params["ground"]
    return chosen


def savings_listed(user: Any, params: QueryDict) -> Any:
    """The orders behind the savings of the page that these filters ask for."""
    rows = figures.orders_behind(*period_of(params), departments_of(user), **_chosen(params))
    return rows.select_related("item", "organisation", "certificate", "case")


@require_safe
@accountants
def savings(request: HttpRequest) -> HttpResponse:
    """What reductions saved in a period, by item, enterprise and ground, with the orders behind it."""
    first, last = period_of(request.GET)
    own = departments_of(request.user)
    tables = {name: figures.saved(name, first, last, own) for name in figures.DIMENSIONS}
    page = page_of(savings_listed(request.user, request.GET), "-id", request.GET.get("cursor", ""))
    context = {
        "first": first, "last": last, "tables": tables, "page": page, "rows": page.rows,
        "orders": sum(one.orders for one in tables["ground"]), "fen": sum(one.fen for one in tables["ground"]),
        "chosen": bool(_chosen(request.GET)), "way": "savings", **ways_on(request.user),
    }  # fmt: skip
    return render(request, "payments/savings.html", context)
