"""The books: the clerk's drawer, the providers' statements, what differs."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.payments import actions, policies
from approvals.payments.actions.accounts import drawer
from approvals.payments.forms import DrawerForm, RunForm, SettleForm
from approvals.payments.models import Attempt, CashUp, Difference, Reconciliation
from approvals.payments.providers import Unreachable, online_providers
from approvals.payments.views.desk import ways_on
from portal.core.errors import DomainError, Invalid, NotAllowed
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.models import Department
from portal.people.roles import Role

clerks = allowed_to(policies.takes_money)
keepers = allowed_to(policies.may_see_accounts)


def department_of_drawer(user: Any) -> Department | None:
    """For which department the clerk has a drawer; nobody has two."""
    return Department.objects.filter(pk__in=user.access.departments(Role.CLERK)).order_by("pk").first()


def taken_today(user: Any, department: Department | None) -> Any:
    """What went into the clerk's drawer today."""
    rows = Attempt.objects.filter(clerk=user, finished_on=today(), order__department=department)
    return rows.select_related("order__item")


def days_of_drawer(user: Any, department: Department | None) -> Any:
    """The days on which the clerk closed the drawer."""
    return CashUp.objects.filter(clerk=user, department=department)


@require_http_methods(["GET", "POST"])
@clerks
def cash_up(request: HttpRequest) -> HttpResponse:
    """What the clerk took today, and the end of the day."""
    user: Any = request.user
    department = department_of_drawer(user)
    if department is None:
        raise NotAllowed()
    form = DrawerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actor = actor_for(request, Role.CLERK, department_id=department.pk)
            actions.close_day(actor, department.pk, **form.cleaned_data)
            messages.success(request, _("Your drawer is closed for today."))
            return redirect("payments:cash-up")
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
    context = {"form": form, "department": department, "day": today(), **_taken(user, department), **ways_on(user)}
    return render(request, "payments/cash_up.html", context, status=422 if form.errors else 200)


def _taken(user: Any, department: Department) -> dict[str, Any]:
    earlier = days_of_drawer(user, department).order_by("-day")
    return {
        "figures": drawer(user.pk, department.pk, today()),
        "rows": taken_today(user, department).order_by("-pk")[:200],
        "closed": earlier.filter(day=today()).first(),
        "earlier": earlier.exclude(day=today())[:14],
    }


@require_http_methods(["GET", "POST"])
@keepers
def reconciliations(request: HttpRequest) -> HttpResponse:
    """Day by day and provider by provider; a supervisor may have a day compared again."""
    user: Any = request.user
    form = RunForm(request.POST if request.method == "POST" else None, initial={"day": today() - dt.timedelta(days=1)})
    if form.is_bound and form.is_valid():
        if not policies.may_settle(user, None):
            raise NotAllowed()
        if run := _run(request, form):
            return redirect("payments:reconciliation", run.pk)
    open_ones = Count("differences", filter=Q(differences__settled_at__isnull=True))
    rows = Reconciliation.objects.annotate(open=open_ones, all=Count("differences"))
    page = page_of(rows, "-day", request.GET.get("cursor", ""))
    context = {"page": page, "form": form, "may_run": policies.may_settle(user, None), **ways_on(user)}
    return render(request, "payments/reconciliations.html", context, status=422 if form.errors else 200)


def _run(request: HttpRequest, form: RunForm) -> Reconciliation | None:
    run = None
    if form.cleaned_data["day"] > today():
        form.add_error("day", _("This day has not come yet."))
        return None
    for code in online_providers():
        try:
            run = actions.reconcile(code, form.cleaned_data["day"])
        except Unreachable:
            form.add_error(
                None, _("The payment platform does not answer at present. Please try again in a few minutes.")
            )
    if run is None and not form.errors:
        form.add_error(None, _("No payment platform is connected to this portal."))
    return run


@require_safe
@keepers
def reconciliation(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement: both sums, and each line that differs."""
    row = get_object_or_404(Reconciliation, pk=pk)
    return render(request, "payments/reconciliation.html", _context(request, row))


def _context(request: HttpRequest, row: Reconciliation) -> dict[str, Any]:
    user: Any = request.user
    lines = row.differences.select_related("attempt__order", "refund__order", "department", "settled_by")
    if not user.access.centre_wide:
        lines = lines.filter(department__in=user.access.departments(Role.DEPARTMENT_HEAD))
    shown = [(line, policies.may_settle(user, line.department_id)) for line in lines.order_by("pk")[:500]]
    return {"row": row, "lines": shown, **ways_on(user)}


@require_POST
@keepers
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what came of a difference."""
    line = get_object_or_404(Difference, pk=pk)
    form = SettleForm(request.POST)
    form.is_valid()
    try:
        actions.settle_difference(_actor(request), pk, text=form.cleaned_data.get("text", ""))
    except Invalid:
        context = {**_context(request, line.reconciliation), "faulty": line.pk}
        return render(request, "payments/reconciliation.html", context, status=422)
    messages.success(request, _("Settled."))
    return redirect("payments:reconciliation", line.reconciliation_id)


@require_POST
@keepers
def settle_mismatch(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what came of a payment over another amount."""
    row = actions.settle_mismatch(_actor(request), pk, text=request.POST.get("text", ""))
    messages.success(request, _("Settled."))
    return redirect("payments:order", row.attempt.order.number)


def _actor(request: HttpRequest) -> Any:
    user: Any = request.user
    supervisor = user.access.has(Role.SUPERVISOR)
    return actor_for(request, Role.SUPERVISOR if supervisor else Role.DEPARTMENT_HEAD)
