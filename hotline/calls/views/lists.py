"""The calls with their figures, and which extension is whose."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hotline.calls import actions, figures, policies
from hotline.calls.forms import ExtensionForm, PeriodForm
from hotline.calls.models import Call, Extension
from hotline.calls.policies import DESK_ROLES
from hotline.calls.views.common import assigners, readers
from portal.core.errors import Invalid
from portal.core.time import today
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.models import Department, Posting, User
from portal.people.roles import Role
from portal.people.views.common import posted

WEEK = dt.timedelta(days=6)


@never_cache
@require_safe
@readers
def calls(request: HttpRequest) -> HttpResponse:
    """What was offered and answered in a period, and the calls themselves, the latest first."""
    user: Any = request.user
    form = PeriodForm(request.GET)
    form.is_valid()
    last = form.cleaned_data.get("last") or today()
    first = min(form.cleaned_data.get("first") or last - WEEK, last)
    rows = Call.objects.visible_to(user).filter(offered_on__range=(first, last)).select_related("agent", "ticket")
    page = page_of(rows, "-offered_at", request.GET.get("cursor", ""))
    own = None if policies.may_assign_extensions(user) or user.access.centre_wide else user.pk
    context = {
        "page": page, "first": first, "last": last, "report": figures.report(first, last, agent_id=own),
        "may_assign": policies.may_assign_extensions(user), "form": form,
    }  # fmt: skip
    return render(request, "calls/calls.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@assigners
def extensions(request: HttpRequest) -> HttpResponse:
    """Which extension is whose; a call that is answered there opens at that person's desk."""
    form = ExtensionForm(posted(request), people=who_takes_calls())
    if form.is_valid():
        try:
            actions.assign_extension(_assigner(request), form.cleaned_data["user"].pk, form.cleaned_data["code"])
        except Invalid as error:
            form.add_domain_error(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("calls:extensions")
    rows = Extension.objects.select_related("user").order_by("code")
    return render(request, "calls/extensions.html", {"form": form, "rows": rows}, status=422 if form.errors else 200)


def who_takes_calls() -> Any:
    """Operators and dispatchers of today."""
    posted_today = Posting.objects.in_force().filter(role__in=DESK_ROLES, user__is_active=True)
    posted_today = posted_today.filter(department__level=Department.Level.CITY)  # a district has no telephone here
    return User.objects.filter(pk__in=posted_today.values("user")).order_by("username")


def _assigner(request: HttpRequest) -> Any:
    user: Any = request.user
    dispatcher = user.access.has(Role.HOTLINE_DISPATCHER)
    return actor_for(request, Role.HOTLINE_DISPATCHER if dispatcher else Role.ADMINISTRATOR)
