"""Lists of cases as files: what a row of a case says, and the desk's list."""

from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases import desk, policies
from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case
from portal.core.exports import Column, Opening, register_export
from portal.people.models import Department

if TYPE_CHECKING:
    from portal.people.models import User


def applying_person(case: Case) -> str:
    """An organisation's name is public; a person's is masked like every personal column."""
    return "" if case.organisation_id else case.applicant_name


def applying_organisation(case: Case) -> str:
    return case.applicant_name if case.organisation_id else ""


def _outcome(case: Case) -> str:
    return str(CASE.states[case.outcome].label) if case.outcome in CASE.states else case.outcome


CASE_COLUMNS = [
    Column(_("Case number"), "number"),
    Column(_("Item code"), "item.code"),
    Column(_("Item"), "item.local_name"),
    Column(_("Department"), "department.display_name"),
    Column(_("Applicant (person)"), applying_person, personal="name"),
    Column(_("Applicant (organisation)"), applying_organisation),
    Column(_("Channel"), lambda case: case.get_channel_display()),
    Column(pgettext_lazy("board", "Kind"), lambda case: case.get_kind_display()),
    Column(_("State"), lambda case: CASE.states[case.state].label),
    Column(pgettext_lazy("board", "Outcome"), _outcome),
    Column(_("Filed"), "submitted_on", "date"),
    Column(pgettext_lazy("export", "Accepted on"), "accepted_on", "date"),
    Column(_("Due on"), "promised_due_on", "date"),
    Column(_("Legally due on"), "legal_due_on", "date"),
    Column(_("Decided"), "decided_on", "date"),
    Column(_("Ended"), "ended_on", "date"),
    Column(_("Legal days"), "legal_days", "integer"),
    Column(_("Promised days"), "promised_days", "integer"),
    Column(_("Actual days"), "elapsed_days", "integer"),
    Column(_("Days of extension"), "extended_days", "integer"),
    Column(_("Clerk"), "staff.name"),
]
OPENING = Opening(offered=policies.may_see_desk, opens=policies.may_see_personal)


def _rows(user: "User", params: QueryDict) -> Any:
    place = desk.Place.of(user, params)
    return desk.listed(user, place).select_related("item", "department", "staff")


def _filters(user: "User", params: QueryDict) -> list[tuple[Any, Any]]:
    place = desk.Place.of(user, params)
    department = Department.objects.filter(pk=place.department).first() if place.department else None
    item = next((one for one in desk.items_on_desk(user) if str(one.pk) == place.item), None)
    named = [
        (_("Group"), place.tab.label),
        (_("Search"), place.q),
        (_("Department"), department.display_name if department else ""),
        (_("Item"), item.local_name if item else ""),
        (_("Only mine"), _("Yes") if place.mine else ""),
    ]
    return [(label, value) for label, value in named if value]


def register() -> None:
    """Called in `ready()`."""
    register_export(
        "cases.desk",
        title=pgettext_lazy("export", "Applications on the desk"),
        columns=CASE_COLUMNS,
        queryset=_rows,
        policy=policies.may_see_desk,
        filters=_filters,
        personal=OPENING,
    )
