"""The administrators' pages of departments: the tree, one department, create, change, close, open again."""

from collections.abc import Mapping

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.registries import panels
from portal.core.time import today
from portal.people.actions import departments as actions
from portal.people.actors import actor_for
from portal.people.closing import open_in
from portal.people.forms_admin import CloseDepartmentForm, DepartmentForm
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.models import Department
from portal.people.policies import may_administer
from portal.people.querysets import DepartmentQuerySet
from portal.people.roles import Role
from portal.people.views.common import administrators, form_page, overseers, posted

STATES = {"open", "closed", "provisional"}


def asked_for(query: Mapping[str, str]) -> dict[str, str]:
    """The filters of the list."""
    return {name: query.get(name, "").strip() for name in ("q", "level", "state")}


def listed(asked: Mapping[str, str]) -> DepartmentQuerySet:
    """The departments that the filters leave, those below others too."""
    day = today()
    rows: DepartmentQuerySet = Department.objects.select_related("parent")
    if text := asked["q"]:
        found = Q(code__istartswith=text) | Q(name__contains=text) | Q(short_name__contains=text)
        rows = rows.filter(found | Q(name_en__icontains=text))
    if asked["level"] in Department.Level.values:
        rows = rows.filter(level=asked["level"])
    states = {"open": ~Q(closed_on__lte=day), "closed": Q(closed_on__lte=day), "provisional": Q(provisional=True)}
    return rows.filter(states[asked["state"]]) if asked["state"] in STATES else rows


@require_safe
@overseers
def department_list(request: HttpRequest) -> HttpResponse:
    """Without a search the top of the tree; below a department its page goes on. Two queries."""
    asked = asked_for(request.GET)
    filtered = any(asked.values())
    rows = listed(asked).annotate(below=Count("children"))
    if not filtered:
        rows = rows.filter(parent__isnull=True)
    page = page_of(rows, "code", request.GET.get("cursor", ""))
    context = {"page": page, "asked": asked, "filtered": filtered, "levels": Department.Level.choices}
    return render(request, "people/admin/departments.html", context | {"may_edit": may_administer(request.user)})


@require_safe
@overseers
def department_page(request: HttpRequest, department_id: int) -> HttpResponse:
    """One department: data, what is below it, its people, its windows, its history."""
    department = get_object_or_404(Department.objects.select_related("parent", "successor"), pk=department_id)
    context = {
        "department": department,
        "above": _above(department),
        "children": list(department.children.annotate(below=Count("children")).order_by("code")[:200]),
        "postings": list(
            department.postings.in_force().select_related("user", "substitute").order_by("role", "pk")[:200]
        ),
        "panels": panels("people.department", request, department),
        "history": history_of(department),
        "may_edit": may_administer(request.user),
    }
    return render(request, "people/admin/department.html", context)


def _above(department: Department) -> list[Department]:
    """The way down from the top, without the department itself; four levels and a few bureaus at most."""
    found: list[Department] = []
    above = department.parent
    while above is not None and len(found) < 12:
        found.insert(0, above)
        above = above.parent
    return found


@require_http_methods(["GET", "POST"])
@administrators
def department_new(request: HttpRequest) -> HttpResponse:
    initial = {"level": Department.Level.CITY, "parent": request.GET.get("parent", "")}
    form = DepartmentForm(posted(request), initial=initial)

    def act() -> HttpResponse:
        made = actions.make_department(actor_for(request, Role.ADMINISTRATOR), form.draft())
        messages.success(request, _("The department was created."))
        return redirect("people:department", made.pk)

    context = {"title": _("New department"), "submit": _("Create"), "back": reverse("people:departments")}
    return form_page(request, form, act, context)


@require_http_methods(["GET", "POST"])
@administrators
def department_edit(request: HttpRequest, department_id: int) -> HttpResponse:
    department = get_object_or_404(Department, pk=department_id)
    names = ("code", "name", "short_name", "name_en", "level", "parent", "phone")
    form = DepartmentForm(posted(request), initial={name: getattr(department, name) for name in names})

    def act() -> HttpResponse:
        actions.change_department(actor_for(request, Role.ADMINISTRATOR), department_id, form.draft())
        messages.success(request, _("The department was saved."))
        return redirect("people:department", department_id)

    back = reverse("people:department", args=[department_id])
    return form_page(request, form, act, {"title": _("Change the department"), "submit": _("Save"), "back": back})


@require_http_methods(["GET", "POST"])
@administrators
def department_close(request: HttpRequest, department_id: int) -> HttpResponse:
    """Says first how much is open there."""
    department = get_object_or_404(Department, pk=department_id)
    form = CloseDepartmentForm(posted(request), department=department, initial={"on": today()})

    def act() -> HttpResponse:
        data = form.cleaned_data
        successor = data["successor"].pk if data["successor"] else None
        actor = actor_for(request, Role.ADMINISTRATOR)
        actions.close_department(
            actor, department_id, on=data["on"], successor_id=successor, take_staff=data["take_staff"]
        )
        messages.success(request, _("The closing was entered. On the day everything open goes to the successor."))
        return redirect("people:department", department_id)

    context = {"department": department, "waiting": open_in(department_id)}
    return form_page(request, form, act, context, template="people/admin/department_close.html")


@require_POST
@administrators
def department_reopen(request: HttpRequest, department_id: int) -> HttpResponse:
    actions.reopen_department(actor_for(request, Role.ADMINISTRATOR), department_id)
    messages.success(request, _("The department is open. Postings that ended with the closing are made anew."))
    return redirect("people:department", department_id)
