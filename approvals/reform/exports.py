"""The reform as files: the ledger, the items behind its balances, requests, delegations."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.catalogue.models import Item, ItemChange
from approvals.reform import figures, policies
from approvals.reform.forms import period_of
from approvals.reform.lifecycle import REQUEST
from approvals.reform.views import delegations, ledger, requests
from portal.core.exports import Column, register_export
from portal.core.templatetags.portal import day

ITEM = pgettext_lazy("desk", "Item")


def _period(_user: Any, params: QueryDict) -> list[tuple[Any, Any]]:
    first, last, _department, _form = period_of(params)
    named = [(_("Period"), f"{day(first)} – {day(last)}")]
    figure = figures.NAMES.get(params.get("figure", ""))
    return [*named, (_("Figure"), figure)] if figure else named


def _tab(_user: Any, params: QueryDict) -> list[tuple[Any, Any]]:
    return [(_("Group"), requests.TABS[requests.tab_of(params)][0])]


def _level(_user: Any, params: QueryDict) -> list[tuple[Any, Any]]:
    level = dict(delegations.LEVELS).get(delegations.level_of(params))
    return [(_("Level"), level)] if level else []


def _status(code: str) -> Any:
    return Item.Status(code).label if code in Item.Status.values else ""


def _before(row: ItemChange) -> str:
    """Standing and department before the change."""
    department = row.department_before.display_name if row.department_before else ""
    return " · ".join(str(one) for one in (_status(row.status_before), department) if one)


def _after(row: ItemChange) -> str:
    """Standing after the change, and where the item went."""
    target = row.merged_into.local_name if row.merged_into else ""
    department = row.delegated_to.display_name if row.delegated_to else ""
    return " · ".join(str(one) for one in (_status(row.status_after), target, department) if one)


def register() -> None:
    """Called in `ready()`. The filters are those of the pages."""
    register_export(
        "reform.ledger",
        title=_("Reform ledger"),
        columns=[
            Column(_("Date"), "on", "date"),
            Column(pgettext_lazy("reform", "Change"), lambda row: row.get_change_display()),
            Column(_("Item code"), "item.code"),
            Column(ITEM, "item.local_name"),
            Column(_("Department"), "item.department.display_name"),
            Column(pgettext_lazy("reform", "Before"), _before),
            Column(pgettext_lazy("reform", "After"), _after),
            Column(_("Ground"), "ground"),
        ],
        queryset=ledger.changes_listed,
        policy=policies.may_see_desk,
        filters=_period,
    )
    register_export(
        "reform.items",
        title=_("Items of the reform ledger"),
        columns=[
            Column(_("Item code"), "code"),
            Column(ITEM, "local_name"),
            Column(_("Type"), lambda row: row.get_type_display()),
            Column(_("Department"), "department.display_name"),
            Column(_("State"), lambda row: row.get_status_display()),
        ],
        queryset=ledger.items_listed,
        policy=policies.may_see_desk,
        filters=_period,
    )
    register_export(
        "reform.requests",
        title=_("Requests to change items"),
        columns=[
            Column(ITEM, "item.local_name"),
            Column(_("Department"), "department.display_name"),
            Column(pgettext_lazy("reform", "Change"), lambda row: row.get_change_display()),
            Column(_("Takes effect on"), "on", "date"),
            Column(_("Ground"), "ground"),
            Column(_("State"), lambda row: REQUEST.states[row.state].label),
            Column(_("Proposed by"), "proposed_by.name"),
        ],
        queryset=requests.requests_listed,
        policy=policies.may_see_desk,
        filters=_tab,
    )
    register_export(
        "reform.delegations",
        title=_("Delegated items"),
        columns=[
            Column(ITEM, "item.local_name"),
            Column(_("Department"), "item.department.display_name"),
            Column(_("Delegated to"), "department.display_name"),
            Column(_("Level"), lambda row: row.department.get_level_display()),
            Column(_("Extent"), lambda row: row.get_extent_display()),
            Column(pgettext_lazy("delegation", "From"), "from_on", "date"),
            Column(pgettext_lazy("delegation", "Last day"), "to_on", "date"),
            Column(_("Ground"), "ground"),
        ],
        queryset=delegations.delegations_listed,
        policy=policies.may_see_desk,
        filters=_level,
    )
