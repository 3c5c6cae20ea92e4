"""The pages of windows: list, one window with who serves at it, create, change, close, open again."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall import actions
from hall.forms import CloseWindowForm, DutyForm, WindowForm
from hall.models import Window, WindowDuty
from hall.policies import may_manage_windows, may_see_windows
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.models import Department
from portal.people.policies import oversees_staff
from portal.people.roles import Role
from portal.people.views.common import form_page, posted

managers = allowed_to(may_manage_windows)
readers = allowed_to(may_see_windows)
FIELDS = ("code", "name", "name_en", "kind", "department", "area")


def _role(request: HttpRequest) -> str:
    user: Any = request.user
    return Role.ADMINISTRATOR if user.access.has(Role.ADMINISTRATOR) else Role.HALL_MANAGER


def asked_for(query: Mapping[str, str]) -> dict[str, str]:
    """The filters of the list."""
    return {name: query.get(name, "").strip() for name in ("q", "kind", "department", "state")}


def listed(user: Any, asked: Mapping[str, str]) -> "QuerySet[Window]":
    """The windows that the person may see and the filters leave."""
    rows = Window.objects.visible_to(user).select_related("department")
    if text := asked["q"]:
        rows = rows.filter(Q(code__istartswith=text) | Q(name__contains=text) | Q(area__contains=text))
    if asked["kind"] in Window.Kind.values:
        rows = rows.filter(kind=asked["kind"])
    if asked["department"].isdecimal():
        rows = rows.filter(department=int(asked["department"]))
    if asked["state"] in {"open", "closed"}:
        closed = Q(closed_on__lte=today())
        rows = rows.filter(closed if asked["state"] == "closed" else ~closed)
    return rows


@require_safe
@readers
def window_list(request: HttpRequest) -> HttpResponse:
    """All windows by code, with who serves there today; three queries however long the list."""
    asked = asked_for(request.GET)
    page = page_of(listed(request.user, asked), "code", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": _with_duties(page.rows),
        "asked": asked,
        "filtered": any(asked.values()),
        "kinds": Window.Kind.choices,
        "departments": Department.objects.open_on(today()),
        "may_edit": may_manage_windows(request.user),
    }
    return render(request, "hall/windows.html", context)


def _with_duties(windows: list[Window]) -> list[tuple[Window, list[WindowDuty]]]:
    serving: dict[int, list[WindowDuty]] = {window.pk: [] for window in windows}
    for duty in WindowDuty.objects.in_force().filter(window__in=serving).select_related("posting__user").order_by("pk"):
        serving[duty.window_id].append(duty)
    return [(window, serving[window.pk]) for window in windows]


@require_http_methods(["GET", "POST"])
@readers
def window_page(request: HttpRequest, window_id: int) -> HttpResponse:
    """One window; who manages the hall puts somebody at it here."""
    window = get_object_or_404(Window.objects.select_related("department"), pk=window_id)
    form = DutyForm(posted(request), window=window, initial={"starts_on": today()})

    def act() -> HttpResponse:
        data, actor = form.cleaned_data, actor_for(request, _role(request))
        actions.put_at_window(
            actor, window_id, data["posting"].pk, starts_on=data["starts_on"], ends_on=data["ends_on"]
        )
        messages.success(request, _("The person serves at this window."))
        return redirect("hall:window", window_id)

    duties = WindowDuty.objects.filter(window=window).select_related("posting__user", "posting__department")
    context = {
        "window": window,
        "duties": list(duties.order_by("-starts_on", "-pk")[:100]),
        "history": history_of(window),
        "may_see_people": oversees_staff(request.user),
        "may_edit": may_manage_windows(request.user),
    }
    return form_page(request, form, act, context, template="hall/window.html")


@require_http_methods(["GET", "POST"])
@managers
def window_new(request: HttpRequest) -> HttpResponse:
    initial = {"department": request.GET.get("department", ""), "kind": Window.Kind.DEPARTMENT}
    form = WindowForm(posted(request), initial=initial)

    def act() -> HttpResponse:
        made = actions.make_window(actor_for(request, _role(request)), form.draft())
        messages.success(request, _("The window was created."))
        return redirect("hall:window", made.pk)

    context = {"title": _("New window"), "submit": _("Create"), "back": reverse("hall:windows")}
    return form_page(request, form, act, context)


@require_http_methods(["GET", "POST"])
@managers
def window_edit(request: HttpRequest, window_id: int) -> HttpResponse:
    window = get_object_or_404(Window, pk=window_id)
    form = WindowForm(posted(request), initial={name: getattr(window, name) for name in FIELDS})

    def act() -> HttpResponse:
        actions.change_window(actor_for(request, _role(request)), window_id, form.draft())
        messages.success(request, _("The window was saved."))
        return redirect("hall:window", window_id)

    back = reverse("hall:window", args=[window_id])
    return form_page(request, form, act, {"title": _("Change the window"), "submit": _("Save"), "back": back})


@require_http_methods(["GET", "POST"])
@managers
def window_close(request: HttpRequest, window_id: int) -> HttpResponse:
    window, form = get_object_or_404(Window, pk=window_id), CloseWindowForm(posted(request))

    def act() -> HttpResponse:
        actions.close_window(actor_for(request, _role(request)), window_id, on=form.cleaned_data["on"])
        messages.success(request, _("The closing was entered; duties end the day before."))
        return redirect("hall:window", window_id)

    title = f"{_('Close the window')}: {window.code} {window.display_name}"
    back = reverse("hall:window", args=[window_id])
    return form_page(
        request, form, act, {"title": title, "submit": _("Close the window"), "back": back, "warning": True}
    )


@require_POST
@managers
def window_reopen(request: HttpRequest, window_id: int) -> HttpResponse:
    actions.reopen_window(actor_for(request, _role(request)), window_id)
    messages.success(request, _("The window is open."))
    return redirect("hall:window", window_id)


@require_POST
@managers
def duty_end(request: HttpRequest, duty_id: int) -> HttpResponse:
    duty = actions.end_duty(actor_for(request, _role(request)), duty_id)
    messages.success(request, _("The duty has ended."))
    return redirect("hall:window", duty.window_id)
