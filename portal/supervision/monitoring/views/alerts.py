"""The page where people manage their own alerts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.people.models import Department
from portal.supervision.monitoring import actions, policies
from portal.supervision.monitoring.figures import WATCHED
from portal.supervision.monitoring.forms import AlertForm
from portal.supervision.monitoring.models import Subscription
from portal.supervision.monitoring.views.common import acted, actor_of_page, readers


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def alerts(request: HttpRequest) -> HttpResponse:
    """What I am told, and the form for one more."""
    user: Any = request.user
    seen = policies.departments_seen(user)
    rows = Department.objects.order_by("code")
    departments = rows if seen is None else rows.filter(pk__in=seen)
    data = request.POST if request.method == "POST" else None
    form = AlertForm(data, departments=departments, centre_wide=seen is None)

    def subscribe() -> HttpResponse:
        actions.subscribe(actor_of_page(request), **form.cleaned_data)
        messages.success(request, _("The alert has been set up."))
        return redirect("monitoring:alerts")

    held = Subscription.objects.filter(user=user).select_related("department")
    answer = acted(request, form, subscribe)
    context = {"form": form, "rows": [_shown(one) for one in held]}
    return answer or render(request, "monitoring/alerts.html", context, status=422 if form.errors else 200)


def _shown(row: Subscription) -> tuple[Subscription, str]:
    """The subscription and what it watches, in words."""
    if row.kind == Subscription.Kind.DIGEST:
        return row, str(Subscription.Kind.DIGEST.label)
    watched = WATCHED[row.figure]
    return row, f"{watched.label} {Subscription.Side(row.side).label} {watched.shown(row.limit)}"


@require_POST
@readers
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel one of my alerts; somebody else's answers like a missing one."""
    actions.unsubscribe(actor_of_page(request), pk)
    messages.success(request, _("The alert has been cancelled."))
    return redirect("monitoring:alerts")
