"""At work: the filings that the department leads, where each hangs, and the figures."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from approvals.cases import policies as case_policies
from approvals.packages import figures, policies, reading
from approvals.packages.lights import light_of_filing
from approvals.packages.models import PackageFiling
from portal.core.calendar import workdays
from portal.core.numbers import normalise_number
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.lists import page_of

readers = allowed_to(policies.may_see_desk)
TABS: dict[str, tuple[Any, dict[str, Any]]] = {
    "open": (pgettext_lazy("packages", "In progress"), {"state__in": ("filed", "running")}),
    "filed": (pgettext_lazy("packages", "A part is not accepted yet"), {"state": "filed"}),
    "overdue": (pgettext_lazy("packages", "Overdue"), {"state__in": ("filed", "running")}),
    "ended": (pgettext_lazy("packages", "Concluded or withdrawn"), {"state__in": ("concluded", "withdrawn")}),
}


def tab_of(params: QueryDict) -> str:
    return params.get("tab", "") if params.get("tab", "") in TABS else "open"


def filings_listed(user: Any, params: QueryDict) -> Any:
    """The filings of the page that these filters ask for."""
    tab = tab_of(params)
    rows = PackageFiling.objects.on_desk(user).filter(**TABS[tab][1])
    if tab == "overdue":
        rows = rows.filter(overdue_from_on__lte=today())
    if text := normalise_number(params.get("q", "").replace("\0", ""))[:40]:
        rows = rows.filter(number__startswith=text)
    return rows.select_related("version", "department", "package")


@require_safe
@readers
def filing_list(request: HttpRequest) -> HttpResponse:
    """Filings of one group, the newest first, with their lights and the parts that they wait for."""
    tab, index, day = tab_of(request.GET), workdays(), today()
    rows = filings_listed(request.user, request.GET)
    page = page_of(rows, "-id", request.GET.get("cursor", ""))
    waits = reading.waits_for(page.rows)
    context = {
        "page": page,
        "rows": [
            (one, light_of_filing(one, index, day), reading.state_label(one), waits.get(one.pk, []))
            for one in page.rows
        ],
        "tabs": [(code, label, code == tab) for code, (label, _filter) in TABS.items()],
        "tab": tab,
        "q": request.GET.get("q", ""),
        "figures": figures.of_year(request.user),
    }
    return render(request, "packages/desk_list.html", context)


@require_safe
@readers
def filing(request: HttpRequest, number: str) -> HttpResponse:
    """One filing with its parts: who has which, how far each is, what the package waits for."""
    user: Any = request.user
    rows = PackageFiling.objects.seen_at_work(user).select_related(
        "package", "version", "department", "organisation", "principal", "applicant"
    )
    found = get_object_or_404(rows, number=number)
    parts = reading.parts_at_work(found)
    open_cases = case_policies.openable(user, [one.case for one in parts])
    context = {
        "filing": found,
        "light": reading.light(found),
        "label": reading.state_label(found),
        "parts": [(one, one.case.pk in open_cases) for one in parts],
        "entries": reading.history_of(found),
    }
    return render(request, "packages/desk_filing.html", context)
