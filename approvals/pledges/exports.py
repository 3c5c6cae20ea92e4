"""Lists of promises, checks and credit records as files."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.pledges import policies, reading
from approvals.pledges.lifecycle import COMMITMENT, MATERIAL
from approvals.pledges.views import credit, desk
from portal.core.exports import Column, register_export

ITEM = pgettext_lazy("desk", "Item")


def _tab(tabs: dict[str, Any]) -> Any:
    def filters(_user: Any, params: QueryDict) -> list[tuple[Any, Any]]:
        return [(_("Group"), tabs[desk.tab_of(params, tabs)][0])]

    return filters


def register() -> None:
    """Called in `ready()`. The filters are those of the pages."""
    register_export(
        "pledges.due",
        title=_("Materials that follow"),
        columns=[
            Column(_("Case"), "case.number"),
            Column(ITEM, "case.item.local_name"),
            Column(_("Department"), "case.department.display_name"),
            Column(_("Material"), "material.local_name"),
            Column(_("Promised on"), "promised_on", "date"),
            Column(pgettext_lazy("promise", "By"), "due_on", "date"),
            Column(_("Brought on"), "brought_on", "date"),
            Column(_("State"), lambda row: MATERIAL.states[row.state].label),
        ],
        queryset=desk.due_listed,
        policy=policies.may_see_desk,
        filters=_tab(desk.DUE_TABS),
    )
    register_export(
        "pledges.checks",
        title=_("Commitments"),
        columns=[
            Column(_("Case"), "case.number"),
            Column(ITEM, "case.item.local_name"),
            Column(_("Department"), "case.department.display_name"),
            Column(_("Signed on"), "filed_on", "date"),
            Column(pgettext_lazy("commitment", "Decided on"), "decided_on", "date"),
            Column(_("Check due by"), "due_on", "date"),
            Column(_("State"), lambda row: COMMITMENT.states[row.state].label),
            Column(_("What the check found"), "finding"),
        ],
        queryset=desk.checks_listed,
        policy=policies.may_see_desk,
        filters=_tab(desk.CHECK_TABS),
    )
    register_export(
        "pledges.credit",
        title=_("Credit records"),
        columns=[
            Column(pgettext_lazy("credit", "Subject"), "subject_name", personal="name"),
            Column(_("Ground"), lambda row: row.get_ground_display()),
            Column(_("Case"), "case.number"),
            Column(_("Department"), "department.display_name"),
            Column(_("From"), "from_on", "date"),
            Column(_("Until"), "until_on", "date"),
            Column(_("Source"), "source"),
            Column(_("State"), lambda row: reading.record_state(row)[0]),
        ],
        queryset=credit.listed,
        policy=policies.may_see_desk,
        filters=lambda _user, params: [(_("Group"), credit.TABS[credit.tab_of(params)])],
    )
