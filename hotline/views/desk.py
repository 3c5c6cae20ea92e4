"""The list of tickets by urgency, and the page of one ticket."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hotline import clockwork, danger, desk, policies
from hotline.actions import requests as asking
from hotline.actions.floods import may_lead
from hotline.lifecycle import TICKET, TONES
from hotline.lights import light_of, shares_of_today
from hotline.models import Category, Channel, Grade, Kind, Request, Ticket
from hotline.timeline import entries_of
from hotline.views.common import actor_of_page, desk_people, face, ticket_of_page
from portal.core.access import log_view
from portal.core.errors import NotAllowed
from portal.core.registries import panels
from portal.people.lists import page_of
from portal.people.models import Department

FORMS = {"draft": "hotline:reply", "call_back": "hotline:call-back", "complain": "", "miss": ""}


@never_cache
@require_safe
@desk_people
def tickets(request: HttpRequest) -> HttpResponse:
    """The tickets that concern the reader, the most urgent first; at most eight queries."""
    user: Any = request.user
    tabs = desk.tabs_for(user)
    tab, asked = desk.tab_of(request.GET, tabs), desk.asked_of(request.GET)
    numbers = desk.counts(user, tabs)
    order = "-recorded_at" if tab.code == "ended" else "urgent_at"
    page = page_of(desk.listed(user, tab, asked), order, request.GET.get("cursor", ""))
    shares = shares_of_today()
    context = {
        "tabs": [(one, numbers.get(one.code), one is tab) for one in tabs],
        "tab": tab,
        "asked": asked,
        "filtered": any(asked.values()),
        "page": page,
        "rows": [(one, TICKET.states[one.state].label, TONES[one.state], light_of(one, shares)) for one in page.rows],
        "cap": desk.CAP,
        "kinds": Kind.choices,
        "grades": Grade.choices,
        "channels": Channel.choices,
        "departments": Department.objects.order_by("code") if policies.sees_all(user) else [],
        "categories": Category.objects.filter(parent__isnull=False),
    }
    return render(request, "hotline/tickets.html", context)


@never_cache
@require_safe
@desk_people
def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """One ticket: what is wanted, where it stands, what can be done."""
    one = ticket_of_page(request, pk)
    return render(request, "hotline/ticket.html", context_of(request, one))


@never_cache
@require_POST
@desk_people
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page with the caller in full; that it was looked at is on record."""
    one = ticket_of_page(request, pk)
    user: Any = request.user
    if not policies.may_see_personal(user, one):
        raise NotAllowed()
    log_view(actor_of_page(request, one), "hotline.ticket", one.pk, "caller", purpose="ticket handling")
    return render(request, "hotline/ticket.html", {**context_of(request, one), "revealed": True})


def context_of(request: HttpRequest, one: Ticket) -> dict[str, Any]:
    """Everything that the page of a ticket shows."""
    user: Any = request.user
    steps = [] if one.imported else [step for step in TICKET.offered(one, user) if FORMS.get(step.code, "-")]
    waiting = list(one.requests.filter(outcome=Request.Outcome.WAITING).select_related("asked_by"))
    return {
        **face(one),
        "steps": steps,
        "requests": one.requests.select_related("asked_by", "decided_by"),
        "waiting": [(request_, policies.may_decide(user, request_)) for request_ in waiting],
        "kinds": [(kind, Request.Kind(kind).label) for kind in asking.offered(user, one)],
        "may": _may(user, one),
        "reporter": getattr(one, "reporter", None),
        "limit": clockwork.limit_of_ticket(one),
        "dispatches": one.dispatches.select_related("department", "signed_by"),
        "assists": one.assists.select_related("department", "answered_by"),
        "returns": one.returns.select_related("department", "decided_by"),
        "replies": one.replies.select_related("drafted_by", "decided_by"),
        "call_backs": one.call_backs.select_related("by"),
        "orders": one.orders.select_related("issued_by", "answered_by"),
        "notes": one.notes.select_related("by"),
        "files": one.files.select_related("file"),
        "children": one.children.order_by("-recorded_at")[:20] if one.is_parent else [],
        "entries": entries_of(one),
        "protocol": danger.PROTOCOL if one.life_danger and one.handled_at is None else (),
        "panels": panels("hotline.ticket", request, one),
    }


def _may(user: Any, one: Ticket) -> dict[str, bool]:
    """What can be done beside the steps."""
    live = one.is_open and not one.imported
    handled = one.handled_at is not None
    return {
        "reveal": policies.may_see_personal(user, one),
        "add": live and policies.may_add(user, one),
        "urge": live and not handled and policies.is_hotline(user),
        "order": live and one.department_id is not None and policies.may_order(user, one),
        "assist": one.state in {"dispatched", "signed"}
        and (policies.may_handle(user, one) or policies.may_arbitrate(user, one)),
        "opinion": live and policies.may_assist(user, one),
        "group": one.many and may_lead(one) and policies.may_arbitrate(user, one),
        "link": one.state == "replied" and policies.may_call_back(user, one),
    }


@require_safe
@desk_people
def by_number(request: HttpRequest, number: str) -> HttpResponse:
    """The address by the number that people write down."""
    user: Any = request.user
    found = Ticket.objects.visible_to(user).filter(number=number.upper()).values_list("pk", flat=True).first()
    if found is None:
        return redirect("hotline:tickets")
    return redirect("hotline:ticket", found)
