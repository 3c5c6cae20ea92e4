"""A district's desk, passing on, and the steps of an assignment."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hotline import policies as hotline_policies
from hotline.districts import actions, desk, figures, policies
from hotline.districts.actions.inner import WITH_DISTRICT
from hotline.districts.forms import AssignForm, step_form
from hotline.districts.lifecycle import ASSIGNMENT, TONES
from hotline.districts.models import Assignment
from hotline.lifecycle import TICKET
from hotline.lifecycle import TONES as TICKET_TONES
from hotline.lights import light_of, shares_of_today
from hotline.views.common import actor_of_page, desk_people, form_page, ticket_of_page
from hotline.views.figures import day_of
from portal.core.errors import NotAllowed, NotFound
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.lists import page_of
from portal.people.views.common import posted

runners = allowed_to(policies.may_open_desk)
form_methods = require_http_methods(["GET", "POST"])
MONTH = dt.timedelta(days=29)


@never_cache
@require_safe
@runners
def district(request: HttpRequest) -> HttpResponse:
    """The open tickets of the reader's districts, and how those below did; at most nine queries of its own."""
    user: Any = request.user
    tab = request.GET.get("tab", "") if request.GET.get("tab") in desk.CODES else desk.CODES[0]
    page = page_of(desk.listed(user, tab), "urgent_at", request.GET.get("cursor", ""))
    running, shares, numbers = desk.running_of(page.rows), shares_of_today(), desk.counts(user)
    last = day_of(request.GET.get("to", ""), today())
    first = min(day_of(request.GET.get("from", ""), last - MONTH), last)
    context = {
        "tabs": [(code, label, numbers[code], code == tab) for code, label, _holds in desk.TABS],
        "tab": tab,
        "page": page,
        "rows": [_shown(one, running.get(one.pk), shares) for one in page.rows],
        "cap": desk.CAP,
        "figures": figures.within(hotline_policies.districts_of(user), first, last),
        "first": first,
        "last": last,
    }
    return render(request, "districts/desk.html", context)


def _shown(ticket: Any, inner: Assignment | None, shares: list[int]) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "light": light_of(ticket, shares),
        "state": TICKET.states[ticket.state].label,
        "tone": TICKET_TONES[ticket.state],
        "inner": inner,
        "inner_state": ASSIGNMENT.states[inner.state].label if inner else "",
        "inner_tone": TONES[inner.state] if inner else "",
    }


@form_methods
@desk_people
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass a ticket on within the district."""
    ticket = ticket_of_page(request, pk)
    user: Any = request.user
    if not policies.may_assign(user, ticket) or ticket.department_id is None:
        raise NotAllowed()
    form = AssignForm(ticket.department_id, posted(request), initial={"state_version": ticket.state_version})

    def act() -> None:
        data = form.cleaned_data
        actions.assign(
            actor_of_page(request, ticket), pk, department_id=data["department"].pk, note=data["note"],
            state_version=data["state_version"],
        )  # fmt: skip

    possible = ticket.state in WITH_DISTRICT and ticket.inner_department_id is None
    return form_page(request, ticket, form, _("Pass on within the district"), act, possible=possible)


@form_methods
@desk_people
def step(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A step of an assignment."""
    user: Any = request.user
    one = get_object_or_404(Assignment.objects.visible_to(user).select_related("department"), pk=pk)
    ticket, transition = ticket_of_page(request, one.ticket_id), ASSIGNMENT.transitions.get(code)
    if transition is None or transition.by_portal:
        raise NotFound()
    if not transition.may(user, one):
        raise NotAllowed()
    form = step_form(transition, one, posted(request))

    def act() -> None:
        inputs = {name: form.cleaned_data[name] for name in form.fields}
        version = inputs.pop("state_version")
        actions.take_step(actor_of_page(request, ticket), pk, code, inputs, state_version=version)

    possible = transition.possible(one) and ticket.state in WITH_DISTRICT
    return form_page(
        request, ticket, form, transition.label, act, possible=possible, tone_of_button=transition.tone,
        inner_return=one if one.state == "returned" else None,
    )  # fmt: skip
