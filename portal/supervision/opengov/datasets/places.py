"""Open data of the ground floor: departments, windows with place and hours, the working calendar."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.catalogue.models import Item
from hall.models import Window
from portal.core.calendar import HOLIDAY_NAMES
from portal.core.centre import centre
from portal.core.datasets import Column, Dataset, Span, Value, register_dataset
from portal.core.models import CalendarDay, CalendarOverride
from portal.people.models import Department
from portal.supervision.opengov.datasets.common import CENTRE, DEPARTMENT_COLUMNS

Row = tuple[Value, ...]
BATCH = 500


def departments(_span: Span) -> Iterator[Row]:
    """The departments of the centre; what an import made and nobody completed is left out."""
    opened = Count("items", filter=Q(items__status=Item.Status.PUBLISHED), distinct=True)
    rows: Any = Department.objects.filter(provisional=False).select_related("parent").annotate(published=opened)
    for one in rows.order_by("code").iterator(chunk_size=BATCH):
        yield (
            one.code, one.name, one.name_en or None, one.level, one.parent.code if one.parent else None,
            one.published, one.phone or None, one.closed_on,
        )  # fmt: skip


DEPARTMENTS = Dataset(
    code="departments",
    title=_("Departments"),
    about=_("The authorities that serve in the centre, with their enquiry telephones."),
    publisher=CENTRE,
    columns=(
        *DEPARTMENT_COLUMNS,
        Column("department_en", _("Name in English"), "text"),
        Column("level", _("Level"), "text", codes=dict(Department.Level.choices)),
        Column("parent_code", _("Code of the department above"), "text"),
        Column("items", _("Items open to applications"), "integer"),
        Column("enquiries", _("Enquiry telephone"), "text", note=_("Of the office, not of a person.")),
        Column("closed_on", pgettext_lazy("open data", "Closed on"), "date", note=_("Empty: in office.")),
    ),
    rows=departments,
    whole=True,
    cycle="live",
    order=90,
)


def windows(_span: Span) -> Iterator[Row]:
    """The windows that are open, with the place and the hours of the centre."""
    place = centre()
    rows = Window.objects.filter(closed_on__isnull=True).select_related("department")
    for one in rows.order_by("code").iterator(chunk_size=BATCH):
        yield (
            one.code, one.display_name, one.kind, one.department.code if one.department else None,
            one.department.display_name if one.department else None, one.area or None, place.address, place.hours,
        )  # fmt: skip


WINDOWS = Dataset(
    code="windows",
    title=_("Windows of the hall"),
    about=_(
        "The windows of the service hall: what they are for, whose they are, where they are and when they are open."
    ),
    publisher=CENTRE,
    columns=(
        Column("window_code", _("Window"), "text"),
        Column("window", pgettext_lazy("of a thing", "Name"), "text"),
        Column("kind", pgettext_lazy("open data", "Kind"), "text", codes=dict(Window.Kind.choices)),
        *DEPARTMENT_COLUMNS,
        Column("area", _("Area of the hall"), "text"),
        Column("address", pgettext_lazy("open data", "Address"), "text"),
        Column("hours", _("Opening hours"), "text"),
    ),
    rows=windows,
    whole=True,
    cycle="live",
    order=100,
)


def calendar(span: Span) -> Iterator[Row]:
    """The days of the period as they count."""
    rows = CalendarDay.objects.filter(day__range=(span.first, span.last)).order_by("day")
    for one in rows.iterator(chunk_size=BATCH):
        name = HOLIDAY_NAMES.get(one.name, one.name)
        yield one.day, one.is_workday, one.kind, str(name) or None, one.provisional


def calendar_changed() -> dt.datetime | None:
    """When an administrator overruled a day, or took that back; None where nobody did."""
    found = CalendarOverride.objects.aggregate(made=Max("created_at"), taken=Max("withdrawn_at"))
    return max((at for at in found.values() if at), default=None)


CALENDAR = Dataset(
    code="working-calendar",
    title=_("Working calendar"),
    about=_(
        "Which days are working days: the published holiday plans with the days that the centre added or took away."
        " Every limit in this portal is counted by it. Days to come can be asked for."
    ),
    publisher=CENTRE,
    columns=(
        Column("day", _("Day"), "date"),
        Column("is_workday", _("Working day"), "boolean"),
        Column("kind", pgettext_lazy("open data", "Kind"), "text", codes=dict(CalendarDay.Kind.choices)),
        Column("name", _("Holiday"), "text"),
        Column("provisional", _("Provisional"), "boolean", note=_("True for years whose plan is not published yet.")),
    ),
    rows=calendar,
    changed=calendar_changed,
    cycle="yearly",
    order=110,
)


def register() -> None:
    """Called in `ready()`."""
    for one in (DEPARTMENTS, WINDOWS, CALENDAR):
        register_dataset(one)
