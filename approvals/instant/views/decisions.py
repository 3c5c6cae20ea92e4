"""The portal's decisions: those that were drawn for a review, one of them with every finding, the figures."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from approvals.cases.dossier import role_for
from approvals.catalogue.models import Item
from approvals.instant import actions, policies
from approvals.instant.forms import ReviewForm
from approvals.instant.measures import INSTANT_MEASURES, instant_share
from approvals.instant.models import FIGURES, InstantDecision
from approvals.instant.wording import of_decision
from portal.core.errors import DomainError, Invalid, NotAllowed
from portal.core.statistics.read import period
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of

readers = allowed_to(policies.may_see_desk)
TABS: dict[str, tuple[Any, Callable[[], Q], str]] = {
    "waiting": (pgettext_lazy("instant decisions", "To be reviewed"), lambda: Q(review="waiting"), "review_due_on"),
    "approved": (pgettext_lazy("instant decisions", "Approved at once"), lambda: Q(outcome="approved"), "-decided_on"),
    "person": (pgettext_lazy("instant decisions", "Left to a person"), lambda: Q(outcome="person"), "-decided_on"),
    "wrong": (pgettext_lazy("instant decisions", "Found wrong"), lambda: Q(review="wrong"), "-decided_on"),
}


def tab_of(params: QueryDict) -> str:
    return params.get("tab", "") if params.get("tab", "") in TABS else "waiting"


def listed(user: Any, params: QueryDict) -> Any:
    """The decisions of the page that these filters ask for."""
    rows = InstantDecision.objects.at_work(user).filter(TABS[tab_of(params)][1]())
    return rows.select_related("case__item", "case__department")


@require_safe
@readers
def listing(request: HttpRequest) -> HttpResponse:
    """One group; a fixed number of queries."""
    tab = tab_of(request.GET)
    page = page_of(listed(request.user, request.GET), TABS[tab][2], request.GET.get("cursor", ""))
    context = {
        "page": page, "rows": page.rows, "tab": tab, "here": "decisions", "today": today(),
        "tabs": [(code, label, code == tab) for code, (label, _when, _order) in TABS.items()],
    }  # fmt: skip
    return render(request, "instant/decisions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision with every finding; POST enters the review."""
    rows = InstantDecision.objects.at_work(request.user)
    named = ("case__item", "case__department", "rule_set__version__form", "rule_set__item", "reviewed_by")
    row = get_object_or_404(rows.select_related(*named), pk=pk)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _reviewed(request, row, form):
        messages.success(request, _("The review has been entered."))
        return redirect("instant:decision", pk)
    if request.method == "POST" and not policies.may_review(request.user, row):
        raise NotAllowed()
    context = {
        "row": row, "case": row.case, "findings": of_decision(row), "here": "decisions",
        "form": form if row.review == "waiting" and policies.may_review(request.user, row) else None,
        "faulty": form if request.method == "POST" else None, "replays": actions.replay(row),
    }  # fmt: skip
    return render(request, "instant/decision.html", context, status=422 if request.method == "POST" else 200)


def _reviewed(request: HttpRequest, row: InstantDecision, form: ReviewForm) -> bool:
    data = form.cleaned_data
    try:
        role = role_for(request.user, row.case)  # type: ignore[arg-type]
        actor = actor_for(request, role, department_id=row.case.department_id)
        actions.review(actor, row.pk, right=data["right"] == "yes", finding=data["finding"])
    except NotAllowed:
        raise
    except Invalid as error:
        form.add_domain_error(error)
        return False
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    return True


@require_safe
@readers
def figures(request: HttpRequest) -> HttpResponse:
    """The last twelve months, all together and by item; read from the cells."""
    user: Any = request.user
    last = today()
    first = (last - dt.timedelta(days=365)).replace(day=1)
    sums = period(INSTANT_MEASURES, "item", first, last, by="item_id", figures=FIGURES)
    items = Item.objects.filter(pk__in=[key for key in sums if key]).select_related("department").order_by("code")
    if not user.access.centre_wide:
        items = items.filter(department__in=user.access.departments())
    rows = [(one, _shown(sums[one.pk])) for one in items]
    total: dict[str, int] = {name: sum(sums[one.pk].get(name, 0) for one, _row in rows) for name in FIGURES}
    context = {"rows": rows, "total": _shown(total), "first": first, "last": last, "here": "figures"}
    return render(request, "instant/figures.html", context)


def _shown(sums: Any) -> dict[str, Any]:
    """The sums with what is derived from them."""
    mean = sums["seconds"] / sums["approved"] if sums.get("approved") else None
    return {**sums, "share": instant_share(sums), "mean_seconds": round(mean) if mean is not None else None}
