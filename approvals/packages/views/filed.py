"""What the applicant filed: the list, one page for all parts, withdrawal."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from approvals.cases.lifecycle import CASE
from approvals.packages import actions, reading
from approvals.packages.forms import WithdrawForm
from approvals.packages.models import PackageFiling, PackagePart
from portal.core.errors import DomainError, Invalid
from portal.people.actors import actor_for
from portal.people.lists import page_of

DRAFTS = 20


@never_cache
@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Drafts first, then what was filed, the newest first. A fixed number of queries."""
    own = PackageFiling.objects.of_applicant(request.user).select_related("version", "department", "organisation")
    cursor = request.GET.get("cursor", "")
    page = page_of(own.exclude(state="draft"), "-id", cursor)
    context = {
        "drafts": [] if cursor else list(own.filter(state="draft").order_by("-pk")[:DRAFTS]),
        "page": page,
        "rows": [(one, reading.state_label(one)) for one in page.rows],
    }
    return render(request, "packages/mine.html", context)


def own_filing(request: HttpRequest, number: str) -> PackageFiling:
    """The applicant's own filed package; 404 for everybody else."""
    rows = PackageFiling.objects.of_applicant(request.user).exclude(state="draft")
    wanted = rows.select_related("package", "version", "department", "organisation", "applicant")
    return get_object_or_404(wanted, number=number)


@never_cache
@login_required
@require_GET
def filing(request: HttpRequest, number: str) -> HttpResponse:
    """All parts side by side: what to do now, how far each is, its documents."""
    found = own_filing(request, number)
    parts = reading.parts_of_applicant(found)
    context = {
        "filing": found,
        "parts": parts,
        "todo": reading.todo_of_filing(found, parts),
        "light": reading.light(found),
        "label": reading.state_label(found),
        "entries": reading.history_of(found),
        "may_withdraw": any(_withdrawable(one.part) for one in parts),
    }
    return render(request, "packages/filing.html", context)


def _withdrawable(part: PackagePart) -> bool:
    return part.case is not None and CASE.transitions["withdraw"].possible(part.case)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw everything that is not decided yet, or parts of it."""
    found = own_filing(request, number)
    parts = [one for one in reading.parts_of(found) if _withdrawable(one)]
    data, problem = request.POST if request.method == "POST" else None, None
    form = WithdrawForm(data, parts=parts, initial={"state_version": found.state_version})
    if data is not None and form.is_valid():
        chosen = {int(pk) for pk in form.cleaned_data["parts"]}
        try:
            actions.withdraw(
                actor_for(request), found.pk, parts=chosen, reason=form.cleaned_data["reason"],
                state_version=form.cleaned_data["state_version"],
            )  # fmt: skip
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error
        else:
            messages.success(request, _("Withdrawn. The other parts go on."))
            return redirect("packages:filing", number)
    context: dict[str, Any] = {"filing": found, "form": form, "parts": parts, "problem": problem}
    return render(request, "packages/withdraw.html", context, status=422 if data is not None else 200)
