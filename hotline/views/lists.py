"""The other lists: what dispatchers decide, supervision orders, call-backs; and the pages of one of them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hotline import actions, policies
from hotline.effects import most_attempts
from hotline.forms import CallForm, TextForm
from hotline.lights import light_of, shares_of_today
from hotline.models import Order, Request, Return, Ticket
from hotline.views.common import actor_of_page, desk_people, form_page, ticket_of_page
from portal.core.access import log_view
from portal.core.errors import NotAllowed, NotFound
from portal.core.time import now
from portal.core.views.guards import allowed_to
from portal.people.lists import page_of
from portal.people.views.common import posted

callers = allowed_to(policies.may_see_calls)
deciders = allowed_to(policies.may_decide_requests)
MOST = 200


@never_cache
@require_safe
@deciders
def decisions(request: HttpRequest) -> HttpResponse:
    """Returns and requests that wait for a dispatcher, the oldest first."""
    returns = Return.objects.filter(outcome=Return.Outcome.WAITING).order_by("asked_at")
    requests = Request.objects.filter(outcome=Request.Outcome.WAITING).order_by("asked_at")
    shares = shares_of_today()
    user: Any = request.user
    context = {
        "returns": [
            (one, light_of(one.ticket, shares))
            for one in returns.select_related("ticket__department", "department", "asked_by")[:MOST]
        ],
        "requests": [
            (one, light_of(one.ticket, shares), policies.may_decide(user, one))
            for one in requests.select_related("ticket__department", "department", "asked_by")[:MOST]
        ],
        "may_arbitrate": policies.is_dispatcher(user),
    }
    return render(request, "hotline/decisions.html", context)


def orders_of(user: Any) -> Any:
    """The orders of the tickets that somebody sees at work."""
    rows = Order.objects.select_related("ticket", "department", "issued_by")
    if policies.sees_all(user):
        return rows
    return rows.filter(department__in=policies.at_department(user))


def orders_listed(user: Any, tab: str) -> Any:
    """Open, late or answered ones."""
    rows = orders_of(user)
    if tab == "answered":
        return rows.filter(answered_at__isnull=False)
    rows = rows.filter(answered_at__isnull=True)
    return rows.filter(due_at__lt=now()) if tab == "late" else rows


@never_cache
@require_safe
@desk_people
def orders(request: HttpRequest) -> HttpResponse:
    """Supervision orders by their due moment."""
    user: Any = request.user
    tab = request.GET.get("tab", "") if request.GET.get("tab") in {"late", "answered"} else "open"
    order = "-issued_at" if tab == "answered" else "due_at"
    page = page_of(orders_listed(user, tab), order, request.GET.get("cursor", ""))
    moment = now()
    rows = [
        (
            one,
            "" if one.answered_at else "red" if one.due_at < moment else "green",
            policies.may_answer_order(user, one),
        )
        for one in page.rows
    ]
    return render(request, "hotline/orders.html", {"page": page, "rows": rows, "tab": tab})


@require_http_methods(["GET", "POST"])
@desk_people
def order_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The department answers an order."""
    user: Any = request.user
    order = orders_of(user).filter(pk=pk).first()
    if order is None:
        raise NotFound()
    if not policies.may_answer_order(user, order):
        raise NotAllowed()
    ticket = order.ticket
    form = TextForm(_("Answer"), posted(request), initial={"text": order.answer})
    actor = actor_of_page(request, ticket)
    return form_page(
        request, ticket, form, _("Answer the supervision order"),
        lambda: actions.answer_order(actor, pk, text=form.cleaned_data["text"]),
        possible=order.answered_at is None, order=order,
    )  # fmt: skip


@never_cache
@require_safe
@callers
def call_backs(request: HttpRequest) -> HttpResponse:
    """Whom to call back: replied tickets, the longest waiting first."""
    rows = Ticket.objects.filter(state="replied", ended_at__isnull=True, imported=False)
    page = page_of(rows.select_related("department", "category"), "handled_at", request.GET.get("cursor", ""))
    user: Any = request.user
    for row in page.rows:
        row.may_call = policies.may_call_back(user, row)
    return render(request, "hotline/call_backs.html", {"page": page, "rows": page.rows})


@never_cache
@require_http_methods(["GET", "POST"])
@callers
def call_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The script of the telephone call-back, with the number of the caller; viewing it is on record."""
    ticket = ticket_of_page(request, pk)
    user: Any = request.user
    if not policies.may_call_back(user, ticket) or ticket.imported:
        raise NotAllowed()
    actor, missed = actor_of_page(request, ticket), request.POST.get("reached") == "no"
    form = CallForm(ticket, posted(request), initial={"state_version": ticket.state_version})
    if missed:
        for name in ("contacted", "resolved", "satisfied"):
            form.fields.pop(name, None)
    if request.method == "GET":
        log_view(actor, "hotline.ticket", ticket.pk, "caller", purpose="call-back")

    def act() -> None:
        version, note = form.cleaned_data["state_version"], form.cleaned_data["note"]
        if missed:
            actions.miss(actor, pk, note=note, state_version=version)
        else:
            actions.call_back(actor, pk, form.answers(), state_version=version)

    return form_page(
        request, ticket, form, pgettext_lazy("ticket", "Call-back"), act, possible=ticket.state == "replied", calling=True,
        reporter=getattr(ticket, "reporter", None), reply=ticket.replies.filter(state="sent").last(),
        attempts=ticket.call_attempts, most=most_attempts(),
    )  # fmt: skip
