"""The payer's pages: what is to be paid, the way to the provider and back, the list, the receipt."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from approvals.cases.views.citizen import own_case
from approvals.payments import actions, fees, papers, policies
from approvals.payments.lifecycle import ORDER
from approvals.payments.models import Attempt, Order, Receipt
from approvals.payments.providers import online_providers
from portal.core import documents
from portal.core.errors import DomainError, NotFound, Stale
from portal.people.actors import actor_for
from portal.people.lists import page_of


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Everything that the person owes or paid, the newest first."""
    user: Any = request.user
    rows = Order.objects.of_applicant(user).select_related("item", "case").prefetch_related("receipts")
    page = page_of(rows.exclude(state="assessing"), "-made_on", request.GET.get("cursor", ""))
    context = {"page": page, "rows": [(order, ORDER.states[order.state].label) for order in page.rows]}
    return render(request, "payments/mine.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """What is to be paid and for what; POST leads to the provider."""
    case = own_case(request, number)
    order = case.orders.exclude(state="assessing").order_by("-pk").first()
    if order is None:
        messages.info(request, _("No fee is due for this application at present."))
        return redirect("cases:detail", number)
    problem: DomainError | None = None
    if request.method == "POST":
        try:
            return redirect(_to_provider(request, order))
        except DomainError as error:
            problem, order = error, Order.objects.get(pk=order.pk)
    providers = list(online_providers().values())
    context = {
        "case": case, "order": order, "lines": fees.in_words(order.lines), "providers": providers,
        "problem": problem, "state": ORDER.states[order.state].label,
        "receipts": list(order.receipts.order_by("pk")) if order.paid_on else [],
        "paper": papers.of_order(order) if order.paid_on else None,
    }  # fmt: skip
    return render(request, "payments/pay.html", context, status=problem.status if problem else 200)


def _to_provider(request: HttpRequest, order: Order) -> str:
    provider = request.POST.get("provider", "")
    if provider not in online_providers():
        raise NotFound()
    version = request.POST.get("state_version", "")
    if not version.isdecimal():
        raise Stale()
    return actions.pay_online(
        actor_for(request),
        order.pk,
        provider,
        state_version=int(version),
        notify_url=request.build_absolute_uri(reverse("payments:callback", args=[provider])),
        return_url=request.build_absolute_uri(reverse("payments:return", args=[order.number])),
    )


@login_required
@require_POST
def renew(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for a new order after the last one expired; the window does it too."""
    from approvals.cases.models import Case

    user: Any = request.user
    case = get_object_or_404(Case.objects.visible_to(user).filed(), number=number)
    actions.renew(actor_for(request), case.pk)
    messages.success(request, _("A new payment order has been made."))
    return redirect("cases:by-id", case.pk)


@never_cache
@login_required
@require_safe
def come_back(request: HttpRequest, number: str) -> HttpResponse:
    """Where the provider's page leads back to. It decides nothing: it asks the provider, and says what is known."""
    user: Any = request.user
    order = get_object_or_404(Order.objects.of_applicant(user).select_related("case__item"), number=number)
    attempt = order.attempts.order_by("-pk").first()
    if attempt is not None and attempt.state in Attempt.ALIVE:
        actions.ask_attempt(attempt.pk)
        order.refresh_from_db()
        attempt.refresh_from_db()
    context = {"order": order, "case": order.case, "attempt": attempt, "waiting": order.state == "started"}
    return render(request, "payments/return.html", context)


@never_cache
@login_required
@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """缴款收据: what it says, and its paper for those who may read the papers of the case."""
    rows = Receipt.objects.select_related("order__case__item", "order__department", "refund")
    row = get_object_or_404(rows, number=number)
    if not policies.may_see(request.user, row.order):  # type: ignore[arg-type]
        raise NotFound()
    paper = papers.of_order(row.order)
    if paper is not None and not documents.may_read(request.user, paper):  # type: ignore[arg-type]
        paper = None
    context = {
        "paper": paper,
        "receipt": row, "order": row.order, "lines": fees.in_words(row.order.lines),
        "own": policies.may_pay(request.user, row.order),  # type: ignore[arg-type]
    }  # fmt: skip
    return render(request, "payments/receipt.html", context)
