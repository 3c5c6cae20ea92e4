"""The register of delegations by level, and taking one back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from approvals.reform import actions, policies
from approvals.reform.forms import TakeBackForm
from approvals.reform.models import Delegation
from approvals.reform.views.ledger import readers
from approvals.reform.views.requests import role_of
from portal.core.errors import DomainError, Invalid, NotAllowed
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.models import Department

LEVELS = [one for one in Department.Level.choices if one[0] != "city"]


def level_of(params: QueryDict) -> str:
    return params.get("level", "") if params.get("level", "") in dict(LEVELS) else ""


def delegations_listed(_user: Any, params: QueryDict) -> Any:
    """The delegations of the page that these filters ask for."""
    rows = Delegation.objects.all() if params.get("ended") else Delegation.objects.running()
    if level := level_of(params):
        rows = rows.filter(department__level=level)
    return rows.select_related("item__department", "department")


@require_safe
@readers
def delegation_list(request: HttpRequest) -> HttpResponse:
    """Which items which lower departments handle, by level."""
    page = page_of(delegations_listed(request.user, request.GET), "-from_on", request.GET.get("cursor", ""))
    level = level_of(request.GET)
    rows = [(one, one.to_on is None and policies.may_take_back(request.user, one)) for one in page.rows]
    context = {
        "page": page, "rows": rows, "levels": [(code, label, code == level) for code, label in LEVELS],
        "level": level, "ended": request.GET.get("ended", ""), "here": "delegations",
    }  # fmt: skip
    return render(request, "reform/delegations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """End a delegation, with its ground."""
    row = get_object_or_404(Delegation.objects.select_related("item__department", "department"), pk=pk)
    if not policies.may_take_back(request.user, row):
        raise NotAllowed()
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_back(actor_for(request, role_of(request.user)), row.pk, **form.cleaned_data)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The delegation ends."))
            return redirect("reform:delegations")
    context = {"form": form, "row": row, "here": "delegations"}
    return render(request, "reform/take_back.html", context, status=422 if form.errors else 200)
