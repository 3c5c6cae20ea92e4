"""One's own attendance: clock in and out, the month, what is to be explained; and the code of the hall's clock."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.appointments.views.desk import role_of
from hall.attendance import actions, policies
from hall.attendance.lifecycle import EMPTY_POST, TONES
from hall.attendance.models import EmptyPost, Shift
from hall.attendance.sheet import Month, days_of, rows_of
from portal.core.errors import DomainError
from portal.core.time import now, today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for

staff = allowed_to(policies.works_here)


def actor_of_page(request: HttpRequest) -> Any:
    """Who acts, in the role that attendance asks for."""
    return actor_for(request, role_of(request.user))


@never_cache
@require_safe
@staff
def own(request: HttpRequest) -> HttpResponse:
    """Today's shift with its button, the month, and the posts left empty that are mine; six queries."""
    user: Any = request.user
    month = Month.of(request.GET.get("month", ""), today())
    shift = Shift.objects.filter(staff=user, day=today()).select_related("window", "stands_in_for").first()
    posts = EmptyPost.objects.filter(staff=user).select_related("window").order_by("-from_at")[:10]
    context = {
        "shift": shift,
        "over": shift is not None and shift.ends_at <= now(),
        "month": month,
        "days": days_of(user, month),
        "row": rows_of(Shift.objects.all(), month, [user], None)[0],
        "posts": [(one, EMPTY_POST.states[one.state].label, TONES[one.state]) for one in posts],
        "may_see_sheets": policies.may_see_sheets(user),
    }
    return render(request, "attendance/own.html", context)


@require_POST
@staff
def clock(request: HttpRequest) -> HttpResponse:
    """In or out, as the button says; what is wrong stands on the page."""
    window = request.POST.get("window", "")
    try:
        if request.POST.get("way") == "out":
            actions.clock_out(actor_of_page(request))
            messages.success(request, _("You have clocked out."))
        else:
            actions.clock_in(actor_of_page(request), window_id=int(window) if window.isdecimal() else None)
            messages.success(request, _("You have clocked in."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("attendance:own")


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def scan(request: HttpRequest, public_id: str, minute: int, code: str) -> HttpResponse:
    """The page behind the hall's code: one button, good for this person and this minute."""
    user: Any = request.user
    if request.method == "POST":
        done = actions.scan(actor_of_page(request), public_id, minute, request.POST.get("token", ""))
        messages.success(request, _("You have clocked in.") if done.is_present else _("You have clocked out."))
        return redirect("attendance:own")
    token = actions.use_code(public_id, minute, code, user.pk)
    shift = Shift.objects.filter(staff=user, day=today()).select_related("window").first()
    return render(request, "attendance/scan.html", {"token": token, "shift": shift})
