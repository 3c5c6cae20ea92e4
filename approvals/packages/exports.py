"""The list of filings as a file."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from approvals.packages import policies, reading
from approvals.packages.views import desk
from portal.core.exports import Column, register_export
from portal.core.identity import mask_name


def _filters(_user: Any, params: QueryDict) -> list[tuple[Any, Any]]:
    named = [(_("Group"), desk.TABS[desk.tab_of(params)][0]), (_("Package number"), params.get("q"))]
    return [(label, value) for label, value in named if value]


def register() -> None:
    """Called in `ready()`. The filters are those of the page; names are masked as on it."""
    register_export(
        "packages.filings",
        title=_("Packages filed"),
        columns=[
            Column(_("Package number"), "number"),
            Column(_("Package"), "version.local_name"),
            Column(_("Leading department"), "department.display_name"),
            Column(_("Applicant"), lambda row: row.applicant_name if row.organisation_id else mask_name(row.applicant_name)),
            Column(_("State"), reading.state_label),
            Column(_("Parts"), "parts_filed", "integer"),
            Column(_("Filed on"), "submitted_on", "date"),
            Column(_("All parts accepted on"), "accepted_on", "date"),
            Column(_("Due on"), "due_on", "date"),
            Column(_("Ended on"), "ended_on", "date"),
            Column(_("Promised one after another (working days)"), "one_by_one_days", "integer"),
            Column(_("Took together (working days)"), "together_days", "integer"),
        ],
        queryset=desk.filings_listed,
        policy=policies.may_see_desk,
        filters=_filters,
    )  # fmt: skip
