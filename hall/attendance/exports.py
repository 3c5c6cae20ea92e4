"""The monthly sheet and the posts left empty as files."""

from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.attendance.lifecycle import EMPTY_POST
from hall.attendance.models import Shift
from hall.attendance.policies import may_see_sheets
from hall.attendance.sheet import people_of, rows_of
from hall.attendance.views import manager
from portal.core.exports import Column, register_export
from portal.people.models import Department

if TYPE_CHECKING:
    from portal.people.models import User


def _people(user: "User", params: QueryDict) -> Any:
    return people_of(Shift.objects.visible_to(user), *manager.asked_of(params))


def _with_figures(user: "User", params: QueryDict, people: list[Any]) -> None:
    """Write each person's figures of the month onto the row."""
    month, department = manager.asked_of(params)
    for row in rows_of(Shift.objects.visible_to(user), month, people, department):
        row["person"].figures = row


def _figure(name: str) -> Any:
    return lambda person: person.figures.get(name, 0)


def _rate(person: Any) -> float | None:
    due = person.figures.get("due", 0)
    return person.figures["attended"] / due if due else None


def _sheet_filters(_user: "User", params: QueryDict) -> list[tuple[Any, Any]]:
    month, pk = manager.asked_of(params)
    department = Department.objects.filter(pk=pk).first() if pk is not None else None
    named = [(_("Month"), month.code), (_("Department"), department.display_name if department else "")]
    return [(label, value) for label, value in named if value]


SHEET_COLUMNS = [
    Column(_("User name"), "username"),
    Column(_("Name"), "name"),
    Column(_("Due at the post"), _figure("due"), "integer"),
    Column(_("Attended"), _figure("attended"), "integer"),
    Column(pgettext_lazy("attendance", "Rate"), _rate, "percent"),
    Column(_("Late"), _figure("late"), "integer"),
    Column(_("Minutes late"), _figure("late_minutes"), "integer"),
    Column(_("Left early"), _figure("early"), "integer"),
    Column(_("On leave"), _figure("leave"), "integer"),
    Column(_("Away on duty or training"), _figure("duty"), "integer"),
    Column(_("Stood in"), _figure("covered"), "integer"),
    Column(_("Posts left empty"), _figure("empty"), "integer"),
]


def register() -> None:
    """Called in `ready()`. The filters are those of the pages."""
    register_export(
        "attendance.sheet",
        title=_("Monthly sheet"),
        columns=SHEET_COLUMNS,
        queryset=_people,
        policy=may_see_sheets,
        filters=_sheet_filters,
        prepare=_with_figures,
    )
    register_export(
        "attendance.empty_posts",
        title=_("Posts left empty"),
        columns=[
            Column(pgettext_lazy("period", "From"), "from_at", "moment"),
            Column(pgettext_lazy("period", "Until"), "until_at", "moment"),
            Column(_("Minutes"), lambda row: row.minutes if row.until_at else None, "integer"),
            Column(_("Window"), "window.code"),
            Column(_("Person"), "staff.name"),
            Column(_("What was found"), lambda row: row.get_kind_display()),
            Column(_("State"), lambda row: EMPTY_POST.states[row.state].label),
        ],
        queryset=manager.posts_listed,
        policy=may_see_sheets,
    )
