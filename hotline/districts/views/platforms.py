"""The overview of the districts with their platforms, one platform with its messages, and how it is set up."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotline.districts import actions, figures, health, policies
from hotline.districts.forms import PlatformForm
from hotline.districts.models import Platform, Push, Received
from hotline.views.figures import day_of
from portal.core.errors import DomainError, Invalid
from portal.core.time import today
from portal.core.views.guards import administrator_of, allowed_to
from portal.people.actors import actor_for
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.roles import Role
from portal.people.views.common import posted

readers = allowed_to(policies.may_see_platforms)
settlers = allowed_to(policies.may_settle)
editors = allowed_to(policies.may_edit_platforms)
TONES = {"waiting": "grey", "sending": "blue", "done": "green", "failed": "red", "closed": "grey"}
MONTH = dt.timedelta(days=29)
LATEST = 20


@never_cache
@require_safe
@readers
def platforms(request: HttpRequest) -> HttpResponse:
    """Each district: how its platform does, and its figures of a period."""
    user: Any = request.user
    last = day_of(request.GET.get("to", ""), today())
    first = min(day_of(request.GET.get("from", ""), last - MONTH), last)
    rows = list(Platform.objects.visible_to(user).select_related("district"))
    found = {one.platform.district_id: one for one in health.of_all(rows)}
    context = {
        "rows": [(row, found.get(row.district.pk)) for row in figures.by_district(first, last, always=found)],
        "first": first,
        "last": last,
        "may_edit": policies.may_edit_platforms(user),
    }
    return render(request, "districts/platforms.html", context)


@never_cache
@require_safe
@readers
def platform(request: HttpRequest, pk: int) -> HttpResponse:
    """One platform: how it does, what went there, and what came from there lately."""
    return _platform_page(request, pk)


def _platform_page(request: HttpRequest, pk: int, secret: str = "") -> HttpResponse:
    user: Any = request.user
    row = get_object_or_404(Platform.objects.visible_to(user).select_related("district"), pk=pk)
    state = request.GET.get("state", "")
    sent = Push.objects.filter(platform=row).select_related("ticket", "dispatch")
    if state in Push.State.values:
        sent = sent.filter(state=state)
    page = page_of(sent, "-at", request.GET.get("cursor", ""))
    received = Received.objects.filter(platform=row).select_related("handover__ticket").order_by("-at", "-pk")[:LATEST]
    context = {
        "row": row,
        "health": health.of_all([row])[0],
        "page": page,
        "rows": [(one, TONES[one.state]) for one in page.rows],
        "received": received,
        "state": state,
        "states": Push.State,
        "secret": secret,
        "may_edit": policies.may_edit_platforms(user),
        "history": history_of(row),
    }
    return render(request, "districts/platform.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@editors
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Set a platform up, or change it; a new secret is shown once, on the page that answers."""
    row = get_object_or_404(Platform.objects.select_related("district"), pk=pk) if pk is not None else None
    initial = {"kind": row.kind, "url": row.url} if row else {"kind": Platform.Kind.INSIDE}
    form, problem = PlatformForm(row, posted(request), initial=initial), None
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        district = row.district_id if row else data["district"].pk
        draft = actions.PlatformDraft(district_id=district, kind=data["kind"], url=data["url"])
        try:
            saved, secret = actions.save_platform(administrator_of(request), pk, draft)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error
        else:
            messages.success(request, _("Saved."))
            return _platform_page(request, saved.pk, secret) if secret else redirect("districts:platform", saved.pk)
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "districts/edit.html", {"form": form, "row": row, "problem": problem}, status=status)


@never_cache
@require_POST
@editors
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret, shown once."""
    get_object_or_404(Platform, pk=pk)
    try:
        _row, text = actions.renew_secret(administrator_of(request), pk)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("districts:platform", pk)
    return _platform_page(request, pk, text)


@require_POST
@editors
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop sending, or go on."""
    get_object_or_404(Platform, pk=pk)
    try:
        actions.pause(administrator_of(request), pk, paused=request.POST.get("paused") == "yes")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("districts:platform", pk)


@never_cache
@require_safe
@readers
def push(request: HttpRequest, pk: int) -> HttpResponse:
    """One message, with what can be done about it."""
    return _push_page(request, pk)


def _push_page(request: HttpRequest, pk: int, wrong: str = "", status: int = 200) -> HttpResponse:
    user: Any = request.user
    rows = Push.objects.visible_to(user).select_related("ticket", "platform__district", "dispatch", "closed_by")
    row = get_object_or_404(rows, pk=pk)
    context = {
        "row": row,
        "tone": TONES[row.state],
        "may_settle": row.state == Push.State.FAILED and policies.may_settle(user),
        "history": history_of(row),
        "wrong": wrong,
        "typed": request.POST,
    }
    return render(request, "districts/push.html", context, status=status)


def _settler(request: HttpRequest) -> Any:
    user: Any = request.user
    dispatcher = user.access.has(Role.HOTLINE_DISPATCHER)
    return actor_for(request, Role.HOTLINE_DISPATCHER if dispatcher else Role.ADMINISTRATOR)


@require_POST
@settlers
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it again under its old key."""
    actions.send_again(_settler(request), pk)
    messages.success(request, _("It is being sent again."))
    return redirect("districts:push", pk)


@require_POST
@settlers
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what was done instead."""
    try:
        actions.settle(_settler(request), pk, note=request.POST.get("note", ""))
    except Invalid as error:
        return _push_page(request, pk, wrong=str(next(iter(error.fields.values()))), status=422)
    messages.success(request, _("Saved."))
    return redirect("districts:push", pk)
