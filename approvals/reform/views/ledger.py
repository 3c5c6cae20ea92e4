"""The ledger: figures of any period, each with what stands behind it; for staff and for everybody."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.catalogue.models import ItemChange
from approvals.reform import figures, policies
from approvals.reform.forms import period_of
from approvals.reform.models import Delegation
from portal.core.errors import NotFound
from portal.core.views.guards import allowed_to
from portal.people.lists import page_of
from portal.people.models import Department

readers = allowed_to(policies.may_see_desk)
# What belongs to the item before and after, without the drafts that nobody outside sees.
PUBLIC = ("published", "suspended", "cancelled", "merged")


def figure_of(params: QueryDict, allowed: Any) -> str:
    """The figure that is asked for, empty for none. Raises NotFound for an unknown one."""
    figure = params.get("figure", "")
    if figure and figure not in allowed:
        raise NotFound()
    return figure


def changes_listed(_user: Any, params: QueryDict) -> Any:
    """The rows of the ledger of the page that these filters ask for."""
    first, last, department, _form = period_of(params)
    return figures.changes_behind(figure_of(params, figures.CHANGES), first, last, department)


def items_listed(_user: Any, params: QueryDict) -> Any:
    """The items behind a balance, of the page that these filters ask for."""
    first, last, department, _form = period_of(params)
    return figures.items_behind(figure_of(params, figures.BALANCES) or "retained", first, last, department)


def _common(request: HttpRequest) -> dict[str, Any]:
    first, last, department, form = period_of(request.GET)
    query = f"first={first}&last={last}" + (f"&department={department}" if department else "")
    return {
        "first": first,
        "last": last,
        "department": department,
        "departments": list(Department.objects.filter(items__isnull=False).distinct().order_by("code")),
        "problems": [faults[0] for faults in form.errors.values()],
        "query": query,
        "labels": dict(ItemChange.Change.choices),
        "here": "ledger",
    }


@require_safe
@readers
def ledger(request: HttpRequest) -> HttpResponse:
    """The figures of a period with the rows of the ledger, the newest first; a fixed number of queries."""
    context = _common(request)
    counted = figures.ledger(context["first"], context["last"], context["department"])
    figure = figure_of(request.GET, figures.CHANGES)
    rows = figures.changes_behind(figure, context["first"], context["last"], context["department"])
    page = page_of(rows, "-on", request.GET.get("cursor", ""))
    context |= {
        "ledger": counted, "page": page, "rows": page.rows, "figure": figure, "figure_name": figures.NAMES.get(figure),
    }  # fmt: skip
    return render(request, "reform/ledger.html", context)


@require_safe
@readers
def items(request: HttpRequest) -> HttpResponse:
    """The items behind a balance of the ledger."""
    context = _common(request)
    figure = figure_of(request.GET, figures.BALANCES) or "retained"
    page = page_of(items_listed(request.user, request.GET), "code", request.GET.get("cursor", ""))
    context |= {"page": page, "rows": page.rows, "figure": figure, "figure_name": figures.NAMES[figure]}
    return render(request, "reform/items.html", context)


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """For everybody: the figures of a period, its changes with their grounds, and what is delegated today."""
    context = _common(request)
    figure = figure_of(request.GET, figures.CHANGES)
    counted = figures.ledger(context["first"], context["last"], context["department"])
    rows = figures.changes_behind(figure, context["first"], context["last"], context["department"])
    page = page_of(rows.filter(item__status__in=PUBLIC), "-on", request.GET.get("cursor", ""))
    running = (
        Delegation.objects.running().select_related("item", "department").order_by("item__code", "department__code")
    )
    context |= {
        "ledger": counted, "page": page, "rows": page.rows, "figure": figure, "figure_name": figures.NAMES.get(figure),
        "delegations": list(running[:100]),
    }  # fmt: skip
    return render(request, "reform/public.html", context)
