"""The settings of the hotline: categories, and the limits of the grades with their versions."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hotline import actions, policies
from hotline.forms import CategoryForm, LimitsForm
from hotline.grades import LIMITS, limits_on, parse
from hotline.models import Category, Grade
from portal.core.rules import add_version, history
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.roles import Role
from portal.people.views.common import form_page, posted

readers = allowed_to(policies.may_see_settings)
editors = allowed_to(policies.may_edit_settings)


@require_safe
@readers
def settings(request: HttpRequest) -> HttpResponse:
    """The tree of categories and the versions of the limits."""
    rows = Category.objects.select_related("parent", "department").order_by("order", "code")
    versions = [
        (version, [(label, parse(version.value[grade])) for grade, label in Grade.choices if grade in version.value])
        for version in history(LIMITS)
    ]
    user: Any = request.user
    context = {"categories": rows, "versions": versions, "may_edit": policies.may_edit_settings(user)}
    return render(request, "hotline/settings.html", context)


@require_http_methods(["GET", "POST"])
@editors
def category(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make a category, or change one."""
    found = get_object_or_404(Category, pk=pk) if pk else None
    names = (
        "code", "name", "name_en", "parent", "grade", "asks_resolution", "department", "operator_dispatches", "words",
        "order",
    )  # fmt: skip
    initial = {name: getattr(found, name) for name in names} | {"closed": bool(found.closed_on)} if found else None
    form = CategoryForm(found, posted(request), initial=initial)

    def act() -> HttpResponse:
        actions.save_category(actor_for(request, Role.ADMINISTRATOR), pk, form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("hotline:settings")

    title = found.display_name if found else _("New category")
    return form_page(request, form, act, {"title": title}, template="hotline/settings_form.html")


@require_http_methods(["GET", "POST"])
@editors
def limits(request: HttpRequest) -> HttpResponse:
    """A new version of the limits, from a day to come; tickets keep those of their day."""
    form = LimitsForm(limits_on(today()), posted(request))

    def act() -> HttpResponse:
        data = form.cleaned_data
        add_version(
            actor_for(request, Role.ADMINISTRATOR), LIMITS, value=form.rule_value(), valid_from=data["valid_from"],
            source=data["source"],
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("hotline:settings")

    return form_page(request, form, act, {"title": _("New limits")}, template="hotline/settings_form.html")
