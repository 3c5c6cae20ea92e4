"""Windows, work outside the system, and the process view: each reads cells, in a fixed number of queries."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.cases.models import Kind
from hall.models import Window
from portal.core.errors import NotFound
from portal.core.views.guards import allowed_to
from portal.people.lists import page_of
from portal.supervision import filters, periods
from portal.supervision.dashboards import behind, outside, process, process_map, windows
from portal.supervision.dashboards.reading import asked_for, steps_listed, ways_listed
from portal.supervision.filters import Asked
from portal.supervision.policies import may_see_board

readers = allowed_to(may_see_board)


def _shown(request: HttpRequest, template: str, asked: Asked, **more: Any) -> HttpResponse:
    """A page with the filters of the board; what made no sense in the address is said with 422."""
    scope = asked.scope
    context = {
        "asked": asked,
        "scope": scope,
        "periods": periods.NAMES,
        "comparisons": periods.COMPARISONS,
        "departments": filters.tree(scope.known, scope.department.pk if scope.department else None),
        "kinds": Kind,
        "fresh": scope.fresh,
        "minimum": scope.sample,
        **more,
    }
    return render(request, f"dashboards/{template}.html", context, status=422 if asked.problems else 200)


@require_safe
@readers
def window_list(request: HttpRequest) -> HttpResponse:
    """All windows side by side."""
    asked = asked_for(request.user, request.GET)  # type: ignore[arg-type]
    return _shown(request, "windows", asked, lines=windows.lines_of(asked), sorts=windows.SORTS)


def _window(asked: Asked, code: str) -> Window:
    """A window that the person may look at. Raises NotFound for others and for those that do not exist."""
    found = windows.visible(asked).filter(code=filters.plain(code)).select_related("department").first()
    if found is None:
        raise NotFound()
    return found


@require_safe
@readers
def window(request: HttpRequest, code: str) -> HttpResponse:
    """One window: numbers, waiting, cases, ratings, attendance, now and before."""
    asked = asked_for(request.user, request.GET)  # type: ignore[arg-type]
    found = _window(asked, code)
    board, title = windows.dashboard_of(found, asked), windows.title_of(found)
    return _shown(request, "window", asked, window=found, title=title, board=board)


@require_safe
@readers
def window_rows(request: HttpRequest, code: str) -> HttpResponse:
    """The rows behind a figure of a window, the newest first."""
    found = _window(asked_for(request.user, {}), code)  # type: ignore[arg-type]
    wanted = behind.wanted(found, request.GET)
    page = page_of(wanted.rows(), f"-{wanted.behind.day}", request.GET.get("cursor", ""))
    context = {
        "window": found,
        "title": windows.title_of(found),
        "wanted": wanted,
        "figures": behind.FIGURES,
        "page": page,
        "rows": [wanted.cells(row) for row in page.rows],
    }
    return render(request, "dashboards/window_rows.html", context)


@require_safe
@readers
def outside_page(request: HttpRequest) -> HttpResponse:
    """Where work may happen outside the system."""
    asked = asked_for(request.user, request.GET)  # type: ignore[arg-type]
    return _shown(request, "outside", asked, outside=outside.outside_of(asked))


@require_safe
@readers
def process_page(request: HttpRequest) -> HttpResponse:
    """Where cases wait, as a picture and as tables."""
    asked = asked_for(request.user, request.GET)  # type: ignore[arg-type]
    found = process.process_of(asked)
    return _shown(request, "process", asked, process=found, map=process_map.map_of(found.legs, found.waits))


@require_safe
@readers
def process_steps(request: HttpRequest) -> HttpResponse:
    """The single steps behind a figure of the process, the latest first."""
    asked = asked_for(request.user, request.GET)  # type: ignore[arg-type]
    source, target = request.GET.get("source", ""), request.GET.get("target", "")
    rows = steps_listed(asked, source, target).select_related("case", "item", "department")
    page = page_of(rows, "-left_at", request.GET.get("cursor", ""))
    states = [(code, process.label_of(code)) for code in process.ORDER]
    shown = [(row, process.label_of(row.from_state), process.label_of(row.to_state)) for row in page.rows]
    return _shown(request, "process_steps", asked, page=page, rows=shown, states=states, source=source, target=target)


@require_safe
@readers
def process_cases(request: HttpRequest) -> HttpResponse:
    """The cases that took a way, the latest first."""
    asked = asked_for(request.user, request.GET)  # type: ignore[arg-type]
    way = request.GET.get("way", "")
    rows = ways_listed(asked, way).select_related("case", "item", "department")
    page = page_of(rows, "-ended_on", request.GET.get("cursor", ""))
    shown = [(row, process.way_labels(row.way)) for row in page.rows]
    return _shown(request, "process_cases", asked, page=page, rows=shown, way=way, labels=process.way_labels(way))
