"""What the dashboards give as files: windows, items, the steps of the process, single steps, events, the event log."""

from typing import TYPE_CHECKING, Any

from django.db.models import Min, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from approvals.cases.figures import FLOWS
from approvals.cases.lifecycle import CASE
from approvals.cases.measures import APPROVALS, CASE_MEASURES
from approvals.cases.models import Case
from approvals.catalogue.models import Item
from hall.models import Window
from portal.core.exports import Column, register_export, register_writer
from portal.core.models import Event
from portal.core.statistics import SMALLEST, period
from portal.core.templatetags.portal import day as in_words
from portal.supervision.dashboards import event_log, outside, windows
from portal.supervision.dashboards.measures import STEP_MEASURES
from portal.supervision.dashboards.models import CaseStep
from portal.supervision.dashboards.process import Unit, cell_filters, in_hours, label_of, legs_of
from portal.supervision.dashboards.reading import asked_for, steps_listed
from portal.supervision.dashboards.steps import STREAM
from portal.supervision.filters import Asked
from portal.supervision.policies import may_see_board

if TYPE_CHECKING:
    from portal.people.models import User

TYPES = [f"case.{code}" for code in CASE.transitions]
ITEM_FIGURES = (
    *outside.FIGURES,
    "received",
    "concluded",
    "early",
    "on_due_day",
    "overdue",
    "promised_days",
    "with_promised_days",
)


def described(user: "User", params: QueryDict) -> list[tuple[str, str]]:
    """The filters in words."""
    asked = asked_for(user, params)
    scope, chosen = asked.scope, asked.period
    named = [
        (pgettext("figure", "Period"), f"{in_words(chosen.first)} – {in_words(chosen.last)}"),
        (pgettext("figure", "Department"), scope.department.display_name if scope.department else ""),
        (pgettext("figure", "Item"), scope.item.local_name if scope.item else ""),
        (pgettext("figure", "Window"), params.get("window", "")),
        (pgettext("process", "From"), label_of(params.get("source", ""))),
        (pgettext("process", "To"), label_of(params.get("target", ""))),
    ]
    return [(label, text) for label, text in named if text]


# --- windows and items --------------------------------------------------------------------------------------------------


def _windows(user: "User", params: QueryDict) -> QuerySet[Window]:
    rows = windows.visible(asked_for(user, params)).select_related("department")
    code = params.get("window", "").replace("\0", "")
    return rows.filter(code=code) if code else rows


def _with_lines(user: "User", params: QueryDict, rows: list[Window]) -> None:
    asked = asked_for(user, params)
    sums = windows.by_window(asked.period)
    for window in rows:
        window.line = windows.line(window, sums.get(window.pk, windows.NOTHING), asked)  # type: ignore[attr-defined]


def _items(user: "User", params: QueryDict) -> QuerySet[Item]:
    """The items that something was filed for or decided in the period."""
    asked = asked_for(user, params)
    return Item.objects.filter(pk__in=list(_item_sums(asked))).select_related("department")


def _item_sums(asked: Asked) -> dict[int, dict[str, int]]:
    chosen = asked.period
    found = period(
        CASE_MEASURES, SMALLEST, chosen.first, chosen.last, figures=ITEM_FIGURES, by="item_id",
        filters=asked.scope.cells,
    )  # fmt: skip
    return {pk: sums for pk, sums in found.items() if sums["received"] or sums["concluded"]}


def _with_sums(user: "User", params: QueryDict, rows: list[Item]) -> None:
    found = _item_sums(asked_for(user, params))
    nothing = dict.fromkeys(ITEM_FIGURES, 0)
    for item in rows:
        sums = found.get(item.pk, nothing)
        item.sums = sums  # type: ignore[attr-defined]
        item.filing, item.actual = outside.means(sums)  # type: ignore[attr-defined]
        item.gap = outside.gap_of(sums)  # type: ignore[attr-defined]


def _of(name: str) -> Any:
    return lambda item: item.sums[name]


def _derived(name: str) -> Any:
    return lambda item: APPROVALS.derived[name](item.sums)


# --- the process --------------------------------------------------------------------------------------------------------


def _legs(user: "User", params: QueryDict) -> QuerySet[Any]:
    """One cell stands for each pair of states; `_with_legs` lays the sums of all of them beside it."""
    asked = asked_for(user, params)
    dims = cell_filters(asked.scope)
    cells: Any = STEP_MEASURES.smallest({"from_state", "to_state", *dims}).cell._default_manager
    rows = cells.filter(day__range=(asked.period.first, asked.period.last), steps__gt=0)
    for column, value in dims.items():
        rows = rows.filter(**{f"{column}__in" if isinstance(value, list) else column: value})
    first = rows.order_by().values("from_state", "to_state").annotate(one=Min("pk")).values("one")
    found: QuerySet[Any] = cells.filter(pk__in=first)
    return found


def _with_legs(user: "User", params: QueryDict, rows: list[Any]) -> None:
    asked = asked_for(user, params)
    sums, unit = legs_of(asked), Unit(in_hours(asked.scope))
    for row in rows:
        row.leg, row.unit = sums.get((row.from_state, row.to_state), {"steps": 0, "minutes": 0}), unit


def _steps(user: "User", params: QueryDict) -> QuerySet[CaseStep]:
    asked = asked_for(user, params)
    return steps_listed(asked, params.get("source", ""), params.get("target", "")).select_related("department", "item")


# --- events -------------------------------------------------------------------------------------------------------------


def _cases(user: "User", params: QueryDict) -> QuerySet[Case]:
    """The cases filed in the period."""
    asked = asked_for(user, params)
    rows: QuerySet[Case] = Case.objects.filter(submitted_on__range=(asked.period.first, asked.period.last))
    for column, value in asked.scope.cells.items():
        rows = rows.filter(**{f"{column}__in" if isinstance(value, list) else column: value})
    return rows


def _events(user: "User", params: QueryDict) -> QuerySet[Event]:
    found = Event.objects.filter(stream=STREAM, type__in=TYPES, stream_id__in=_cases(user, params).values("pk"))
    return found.defer("body", "previous", "hash")


def _with_cases(_user: "User", _params: QueryDict, rows: list[Event]) -> None:
    cases = Case.objects.select_related("item", "department").in_bulk({row.stream_id for row in rows})
    for row in rows:
        row.case = cases[row.stream_id]  # type: ignore[attr-defined]


def _activity(row: Event) -> str:
    code = row.type.removeprefix("case.")
    return str(CASE.transitions[code].told) if code in CASE.transitions else code


def register() -> None:
    """Called in `ready()`."""
    register_writer("xes", event_log.XesWriter)
    common: dict[str, Any] = {"policy": may_see_board, "filters": described}
    department = Column(pgettext_lazy("figure", "Department"), "department.name")
    register_export(
        "dashboards.windows",
        title=_("Windows and their figures"),
        queryset=_windows,
        prepare=_with_lines,
        columns=[
            Column(pgettext_lazy("of a thing", "Code"), "code"),
            Column(pgettext_lazy("of a thing", "Name"), "name"),
            department,
            Column(pgettext_lazy("window", "Numbers served"), "line.served", "integer"),
            Column(pgettext_lazy("window", "Called and not come"), "line.missed", "integer"),
            Column(_("Waiting, 9 in 10 (minutes)"), "line.wait", "decimal"),
            Column(_("Service, median (minutes)"), "line.service", "decimal"),
            Column(pgettext_lazy("window", "Applications filed here"), "line.received", "integer"),
            Column(FLOWS["concluded"], "line.concluded", "integer"),
            Column(_("On-time rate"), "line.on_time", "percent"),
            Column(_("Satisfaction"), "line.satisfaction", "percent"),
            Column(_("Attendance rate"), "line.attendance", "percent"),
            Column(_("Posts left empty"), "line.empty_posts", "integer"),
        ],
        **common,
    )
    register_export(
        "dashboards.items",
        title=_("Items: days from filing beside actual days"),
        queryset=_items,
        prepare=_with_sums,
        columns=[
            Column(pgettext_lazy("of a thing", "Code"), "code"),
            Column(pgettext_lazy("of a thing", "Name"), "local_name"),
            department,
            Column(FLOWS["received"], _of("received"), "integer"),
            Column(FLOWS["concluded"], _of("concluded"), "integer"),
            Column(FLOWS["overdue"], _of("overdue"), "integer"),
            Column(_("On-time rate"), _derived("on_time_rate"), "percent"),
            Column(_("Mean promised days"), _derived("mean_promised_days"), "decimal"),
            Column(_("Mean actual days"), "actual", "decimal"),
            Column(_("Mean days from filing to decision, stops included"), "filing", "decimal"),
            Column(_("Gap in working days"), "gap", "decimal"),
        ],
        **common,
    )
    _register_process(common)


def _register_process(common: dict[str, Any]) -> None:
    number = Column(pgettext_lazy("case", "Case number"), "case.number")
    source, target = pgettext_lazy("process", "From"), pgettext_lazy("process", "To")
    register_export(
        "dashboards.process",
        title=_("Where cases wait"),
        queryset=_legs,
        prepare=_with_legs,
        columns=[
            Column(source, lambda row: label_of(row.from_state)),
            Column(target, lambda row: label_of(row.to_state)),
            Column(pgettext_lazy("process", "Steps"), lambda row: row.leg["steps"], "integer"),
            Column(_("Median"), lambda row: row.unit.at(0.5, row.leg)),
            Column(_("9 in 10"), lambda row: row.unit.at(0.9, row.leg)),
            Column(_("Days of the calendar"), lambda row: row.leg["minutes"] / 1440, "decimal"),
        ],
        **common,
    )
    register_export(
        "dashboards.steps",
        title=_("Single steps of cases"),
        queryset=_steps,
        columns=[
            number,
            Column(pgettext_lazy("figure", "Item"), "item.local_name"),
            Column(pgettext_lazy("figure", "Department"), "department.name"),
            Column(source, lambda row: label_of(row.from_state)),
            Column(target, lambda row: label_of(row.to_state)),
            Column(_("Entered"), "entered_at", "moment"),
            Column(pgettext_lazy("process", "Left"), "left_at", "moment"),
            Column(_("Working days"), "days", "integer"),
            Column(_("Minutes of the clock"), "minutes", "integer"),
        ],
        **common,
    )
    register_export(
        "dashboards.events",
        title=_("Events of cases for process mining"),
        queryset=_events,
        prepare=_with_cases,
        columns=[
            Column("case_id", "case.number"),
            Column("activity", _activity),
            Column("activity_code", lambda row: row.type.removeprefix("case.")),
            Column("timestamp", lambda row: row.at.isoformat()),
            Column("role", "role"),
            Column("department", "case.department.code"),
            Column("item", "case.item.code"),
            Column("channel", "case.channel"),
            Column("kind", "case.kind"),
            Column("outcome", "case.outcome"),
        ],
        **common,
    )
    register_export(
        "dashboards.event-log",
        title=_("Event log of cases (XES)"),
        queryset=lambda user, params: _cases(user, params).select_related("item", "department"),
        prepare=event_log.prepare,
        columns=[Column(_("Trace"), "trace")],
        formats=("xes",),
        **common,
    )
