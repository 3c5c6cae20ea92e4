"""The managers' and heads' pages: who is at the post, the monthly sheet, corrections, empty posts, hours, clocks."""

import csv
import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.attendance import actions, policies
from hall.attendance.forms import CorrectionForm, DeviceForm, PatternForm
from hall.attendance.lifecycle import EMPTY_POST, TONES
from hall.attendance.models import ClockDevice, EmptyPost, Shift, ShiftPattern
from hall.attendance.sheet import Month, people_of, rows_of
from hall.attendance.views.own import actor_of_page, staff
from portal.core.errors import DomainError
from portal.core.time import ZONE, now, today
from portal.core.views.guards import allowed_to
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.models import Department
from portal.people.views.common import form_page, posted

readers = allowed_to(policies.may_see_sheets)
managers = allowed_to(policies.may_manage)
EXPORT_MOST = 2000


@never_cache
@require_safe
@readers
def day(request: HttpRequest) -> HttpResponse:
    """Who is due, who is at the post, who is not: today by window."""
    user: Any = request.user
    on = _day(request.GET.get("day", ""))
    rows = (
        Shift.objects.visible_to(user).filter(day=on).select_related("window", "staff", "department", "stands_in_for")
    )
    page = page_of(rows, "window_id", request.GET.get("cursor", ""))
    running = EmptyPost.objects.visible_to(user).filter(until_at__isnull=True).select_related("window", "staff")
    context = {
        "on": on,
        "page": page,
        "rows": page.rows,
        "running": list(running.order_by("from_at")[:20]),
        "now": now(),
        "may_manage": policies.may_manage(user),
    }
    return render(request, "attendance/day.html", context)


@never_cache
@require_safe
@readers
def sheet(request: HttpRequest) -> HttpResponse:
    """The month by person, of one department or all that the reader sees."""
    user: Any = request.user
    month, department = asked_of(request.GET)
    shifts = Shift.objects.visible_to(user)
    page = page_of(people_of(shifts, month, department), "username", request.GET.get("cursor", ""))
    own = user.access.departments("department_head")
    everything = policies.may_manage(user) or user.access.centre_wide
    departments = Department.objects.open_on(today())
    context = {
        "month": month,
        "department": department,
        "departments": departments if everything else departments.filter(pk__in=own),
        "page": page,
        "rows": rows_of(shifts, month, page.rows, department),
        "query": f"month={month.code}&department={department or ''}",
    }
    return render(request, "attendance/sheet.html", context)


@require_safe
@readers
def export(request: HttpRequest) -> HttpResponse:
    """The sheet as a CSV file that spreadsheets open: UTF-8 with its mark."""
    user: Any = request.user
    month, department = asked_of(request.GET)
    shifts = Shift.objects.visible_to(user)
    people = list(people_of(shifts, month, department).order_by("username")[:EXPORT_MOST])
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="attendance-{month.code}.csv"'
    response.write("\ufeff")
    out = csv.writer(response)
    out.writerow(
        [_("User name"), _("Name"), _("Due at the post"), _("Attended"), _("Late"), _("Minutes late"), _("Left early"),
         _("On leave"), _("Away on duty or training"), _("Stood in"), _("Posts left empty")]
    )  # fmt: skip
    for row in rows_of(shifts, month, people, department):
        figures = [row.get(name, 0) for name in FIGURES]
        out.writerow([safe(row["person"].username), safe(row["person"].name), *figures])
    return response


FIGURES = ("due", "attended", "late", "late_minutes", "early", "leave", "duty", "covered", "empty")


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


@never_cache
@require_http_methods(["GET", "POST"])
@readers
def shift(request: HttpRequest, shift_id: int) -> HttpResponse:
    """One shift with its history; a manager corrects it here, with a reason."""
    user: Any = request.user
    rows = Shift.objects.visible_to(user).select_related("window", "staff", "department", "stands_in_for")
    one = get_object_or_404(rows, pk=shift_id)
    initial = {"came": _time(one.clocked_in_at), "left": _time(one.clocked_out_at), "excuse": one.excuse}
    form = CorrectionForm(posted(request), initial={**initial, "version": one.version})

    def act() -> HttpResponse:
        actions.correct_shift(actor_of_page(request), shift_id, **form.cleaned_data)
        messages.success(request, _("The shift was corrected."))
        return redirect("attendance:shift", shift_id)

    context = {"shift": one, "may_correct": policies.may_correct(user, one), "history": history_of(one)}
    return form_page(request, form, act, context, template="attendance/shift.html")


def posts_listed(user: Any, params: QueryDict) -> Any:
    """The posts left empty that these filters ask for."""
    rows = EmptyPost.objects.visible_to(user).select_related("window", "staff", "department")
    state = params.get("state", "")
    return rows.filter(state=state) if state in EMPTY_POST.states else rows


@never_cache
@require_safe
@readers
def empty_posts(request: HttpRequest) -> HttpResponse:
    """Posts left empty, the latest first."""
    user: Any = request.user
    page = page_of(posts_listed(user, request.GET), "-from_at", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [(one, EMPTY_POST.states[one.state].label, TONES[one.state]) for one in page.rows],
        "states": EMPTY_POST.states.values(),
        "state": request.GET.get("state", ""),
    }
    return render(request, "attendance/empty_posts.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@staff
def empty_post(request: HttpRequest, post_id: int) -> HttpResponse:
    """One finding: what was found, what the person says, what the manager decides."""
    user: Any = request.user
    rows = EmptyPost.objects.visible_to(user).select_related("window", "staff", "department", "shift")
    post = get_object_or_404(rows, pk=post_id)
    wrong: list[str] = []
    if request.method == "POST":
        code = request.POST.get("step", "")
        try:
            if code not in EMPTY_POST.transitions:
                return redirect("attendance:empty-post", post_id)
            version = int(request.POST.get("state_version") or -1)
            actions.take_step(actor_of_page(request), post_id, code, request.POST, state_version=version)
        except DomainError as error:
            wrong = [str(text) for text in getattr(error, "fields", {}).values()] or [error.message]
        else:
            messages.success(request, _("Saved."))
            return redirect("attendance:empty-post", post_id)
    context = {
        "post": post,
        "state": EMPTY_POST.states[post.state],
        "tone": TONES[post.state],
        "offered": EMPTY_POST.offered(post, user),
        "history": history_of(post),
        "wrong": wrong,
        "typed": request.POST,
    }
    return render(request, "attendance/empty_post.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "POST"])
@managers
def patterns(request: HttpRequest) -> HttpResponse:
    """The hours of windows that differ from those of the centre; a new one is entered below."""
    initial = {"valid_from": today() + dt.timedelta(days=1)}
    form = PatternForm(posted(request), initial=initial)

    def act() -> HttpResponse:
        data = dict(form.cleaned_data)
        window = data.pop("window")
        data["weekdays"] = "".join(sorted(data["weekdays"]))
        actions.add_pattern(actor_of_page(request), window.pk, **data)
        messages.success(request, _("The hours were entered."))
        return redirect("attendance:patterns")

    running = ShiftPattern.objects.exclude(valid_to__lt=today()).select_related("window")
    return form_page(request, form, act, {"patterns": list(running[:300])}, template="attendance/patterns.html")


@require_POST
@managers
def pattern_end(request: HttpRequest, pattern_id: int) -> HttpResponse:
    actions.end_pattern(actor_of_page(request), pattern_id)
    messages.success(request, _("From tomorrow on the window keeps the hours of the centre."))
    return redirect("attendance:patterns")


@require_http_methods(["GET", "POST"])
@managers
def devices(request: HttpRequest) -> HttpResponse:
    """The clocks of the hall with their addresses."""
    form = DeviceForm(posted(request))

    def act() -> HttpResponse:
        actions.make_device(actor_of_page(request), form.cleaned_data["name"])
        messages.success(request, _("The clock was created. Open its page on the device in the hall."))
        return redirect("attendance:devices")

    found = list(ClockDevice.objects.filter(closed_at__isnull=True)[:100])
    return form_page(request, form, act, {"devices": found}, template="attendance/devices.html")


@require_POST
@managers
def device_close(request: HttpRequest, device_id: int) -> HttpResponse:
    actions.close_device(actor_of_page(request), device_id)
    messages.success(request, _("The clock was taken down. Its codes are worth nothing any more."))
    return redirect("attendance:devices")


def asked_of(params: QueryDict) -> tuple[Month, int | None]:
    """Month and department of the sheet."""
    department = params.get("department", "")
    month = Month.of(params.get("month", ""), today())
    return month, int(department) if department.isdecimal() and len(department) < 10 else None


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return today()


def _time(moment: dt.datetime | None) -> dt.time | None:
    return moment.astimezone(ZONE).time().replace(second=0, microsecond=0) if moment else None
