"""Taking in, up to the item: the list of intakes, who is here, what it is about."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.cases.lights import delivery_days, light_of
from approvals.counter import actions, reader
from approvals.counter.forms import ItemForm, VisitorForm
from approvals.counter.models import Intake
from approvals.counter.querysets import intakes_for, items_for, taken_in_for
from approvals.counter.views.common import clerk_actor, clerk_of, open_intake, page_by_key, window_now
from portal.core import search
from portal.core.calendar import workdays
from portal.core.errors import DomainError, Invalid
from portal.core.registries import panels
from portal.core.time import now, today

FOUND = 12  # items offered at once


@never_cache
@login_required
@require_GET
def intakes(request: HttpRequest) -> HttpResponse:
    """Open intakes, one's own and those of the window; or what was filed from here, with how far it is."""
    user = clerk_of(request)
    filed = request.GET.get("tab") == "filed"
    rows: Any
    if filed:
        rows = taken_in_for(user).select_related("item", "department", "intake_window", "taken_in_by")
    else:
        rows = intakes_for(user).filter(state=Intake.State.OPEN)
        rows = rows.select_related("person", "organisation", "case__item", "clerk", "window")
    found, following = page_by_key(rows, request.GET.get("cursor", ""))
    index, day, delivery = workdays(), today(), delivery_days()
    context = {
        "filed": filed,
        "rows": [(one, light_of(one, index, day, delivery=delivery) if filed else None) for one in found],
        "next": following,
    }
    return render(request, "counter/intakes.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Who is here: read from the card, or typed. What was typed survives every refusal."""
    user = clerk_of(request)
    form = VisitorForm(request.POST or None)
    problem: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in VISITOR}
        try:
            intake = actions.begin_intake(clerk_actor(request), actions.Visitor(**given), window_id=window_now(user))
            return redirect("counter:intake-item", intake.pk)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error
    context = {"form": form, "problem": problem, "reader_url": reader.reader_url()}
    status = 422 if form.errors else problem.status if problem else 200
    return reader.allow_reader(render(request, "counter/new.html", context, status=status))


VISITOR = ("name", "resident_number", "phone", "identity", "uscc", "organisation", "authority_seen")


@never_cache
@login_required
@require_GET
def demo_reader(request: HttpRequest) -> HttpResponse:
    """Demo mode only: answers as a card reader would."""
    clerk_of(request)
    if not settings.DEMO:
        raise Http404
    return JsonResponse(reader.demo_card(now().minute))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Find the item by everyday words, and begin the application."""
    intake = open_intake(request, pk)
    if intake.case_id or intake.state != Intake.State.OPEN:
        return redirect("counter:intake", pk)
    user: Any = request.user
    text = request.GET.get("q", "").replace("\0", "").strip()
    items = _found(user, text)
    only = {"item": items[0].code} if text and len(items) == 1 else None  # found by its words: nothing left to choose
    form = ItemForm(request.POST or None, initial=only, items=items, for_firm=intake.organisation_id is not None)
    problem: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        item = next(one for one in items if one.code == form.cleaned_data["item"])
        try:
            actions.choose_item(clerk_actor(request), pk, item, principal=form.principal)
            return redirect("counter:intake", pk)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error
    context = {
        "intake": intake, "form": form, "q": text, "items": items, "problem": problem, "most": FOUND,
        "panels": panels("counter.choose", request, intake),
    }  # fmt: skip
    status = 422 if form.errors else problem.status if problem else 200
    return render(request, "counter/choose.html", context, status=status)


def _found(user: Any, text: str) -> list[Any]:
    rows = items_for(user).select_related("department", "current")
    if text:
        rows = search.search(rows, text).rows.nearest_first(text)  # type: ignore[attr-defined]
    else:
        rows = rows.order_by("code")
    return list(rows[:FOUND])


@login_required
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """The person went away: the draft is thrown away."""
    open_intake(request, pk)
    try:
        actions.drop_intake(clerk_actor(request), pk)
        messages.success(request, _("The intake has been dropped."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("counter:intakes")


@login_required
@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with the intake of a colleague of this window."""
    open_intake(request, pk)
    user: Any = request.user
    try:
        actions.take_over_intake(clerk_actor(request), pk, window_id=window_now(user))
        messages.success(request, _("The intake is yours now."))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("counter:intakes")
    return redirect("counter:intake", pk)
