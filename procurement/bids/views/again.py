"""The page on which a supervisor has bids taken again after an outage at the deadline."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.core.errors import DomainError, Invalid, NotAllowed, WrongState
from portal.core.rules import Rule, rule
from portal.core.time import ZONE, local_date
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.roles import Role
from portal.people.views.common import posted
from procurement.bids import actions, policies
from procurement.bids.actions import again
from procurement.bids.forms import AgainForm
from procurement.bids.models import Opening
from procurement.bids.rules import AGAIN_DAYS, AGAIN_MINUTES
from procurement.bids.views.common import opening_or_404, public_project
from procurement.clock import deciding_now

ROUND = dt.timedelta(minutes=10)


@never_cache
@allowed_to(policies.may_supervise)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, number: str) -> HttpResponse:
    """What the decision would rest on; first what follows from it is shown, then it is confirmed."""
    opening = opening_or_404(public_project(number, request.user))
    if not policies.may_take_again(request.user, opening):
        raise NotAllowed()
    at = deciding_now()
    form = AgainForm(posted(request), initial=_suggested(again.ground_of(opening, at).earliest))
    if request.method != "POST":
        return _page(request, opening, form, at)
    try:
        if text := again.refusal(opening):
            raise WrongState(text)
        if not form.is_valid():
            return _page(request, opening, form, at, status=422)
        return _checked_or_done(request, opening, form, at)
    except Invalid as error:
        form.add_domain_error(error)
        return _page(request, opening, form, at, status=422)
    except DomainError as error:
        return _page(request, opening, form, at, wrong=error.message, status=error.status)


def _checked_or_done(request: HttpRequest, opening: Opening, form: AgainForm, at: dt.datetime) -> HttpResponse:
    """What follows from the decision, or where that was confirmed the decision. Raises what refuses it."""
    deadline, reason = form.deadline(), form.cleaned_data["reason"].strip()
    assert deadline is not None  # noqa: S101 - the form asks for it
    if request.POST.get("step") != "confirm":
        again.check(opening, at, deadline, reason)
        return _page(request, opening, form, at, checked=True)
    actions.take_bids_again(actor_for(request, Role.SUPERVISOR), opening.project_id, deadline, reason)
    messages.success(request, _("Bids are taken again. Everybody concerned was told, and the notice is public."))
    return redirect("tenders:project", opening.project.number)


def _suggested(earliest: dt.datetime) -> dict[str, Any]:
    """A little after the earliest moment, on a round one: while it is being typed, time goes on."""
    local = (earliest + ROUND).astimezone(ZONE)
    full = local.replace(minute=local.minute // 10 * 10, second=0, microsecond=0) + ROUND
    return {"deadline_day": full.date(), "deadline_time": full.strftime("%H:%M")}


def _page(
    request: HttpRequest, opening: Opening, form: AgainForm, at: dt.datetime, *, wrong: str = "", checked: bool = False,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    refusal = str(again.refusal(opening))
    context = {
        "opening": opening,
        "tender": opening.project,
        "ground": again.ground_of(opening, at),
        "form": form,
        "refusal": wrong or refusal,
        "open": not refusal,
        "checked": checked,
        "deadline": form.deadline() if checked else None,
        "rules": _rules(at),
        "past": list(opening.taken_again.select_related("decided_by").prefetch_related("outages")),
    }
    return render(request, "bids/again.html", context, status=status)


def _rules(at: dt.datetime) -> list[Rule]:
    on = local_date(at)
    return [rule(AGAIN_MINUTES, on), rule(AGAIN_DAYS, on)]
