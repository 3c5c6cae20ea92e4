"""The issuing window's list as a file. Names are masked as on the page; addresses are not in it."""

from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases.exports import applying_organisation, applying_person
from approvals.delivery.lifecycle import DELIVERY
from approvals.delivery.policies import may_see_desk
from approvals.delivery.views import desk
from portal.core.exports import Column, register_export

if TYPE_CHECKING:
    from portal.people.models import User


def _filters(_user: "User", params: QueryDict) -> list[tuple[Any, Any]]:
    return [(_("Group"), desk.TABS[desk.tab_of(params)][0])]


def register() -> None:
    """Called in `ready()`."""
    register_export(
        "delivery.deliveries",
        title=_("Delivery"),
        columns=[
            Column(_("Case number"), "case.number"),
            Column(pgettext_lazy("desk", "Item"), "item.local_name"),
            Column(_("Applicant (person)"), lambda row: applying_person(row.case), personal="name"),
            Column(_("Applicant (organisation)"), lambda row: applying_organisation(row.case)),
            Column(_("Way of delivery"), lambda row: row.get_way_display()),
            Column(_("Carrier"), lambda row: row.get_carrier_display()),
            Column(_("Tracking number"), "tracking_number"),
            Column(_("State"), lambda row: DELIVERY.states[row.state].label),
            Column(_("Due on"), "due_on", "date"),
        ],
        queryset=desk.deliveries_listed,
        policy=may_see_desk,
        filters=_filters,
    )
