"""The administrators' list of items as a file: what is in force for each."""

from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from approvals.catalogue.adminlist import narrowed
from approvals.catalogue.forms_admin import AdminFilter
from approvals.catalogue.models import Item
from approvals.catalogue.policies import works_on_catalogue
from portal.core.exports import Column, register_export
from portal.core.exports.writers import yes_no
from portal.people.models import Department

if TYPE_CHECKING:
    from portal.people.models import User


def _chosen(user: "User", params: QueryDict) -> dict[str, str]:
    managed = Item.objects.managed_by(user)
    return AdminFilter(params, departments=Department.objects.filter(pk__in=managed.values("department_id"))).chosen()


def _rows(user: "User", params: QueryDict) -> Any:
    return narrowed(Item.objects.managed_by(user), _chosen(user, params)).select_related("department", "current")


def register() -> None:
    """Called in `ready()`."""
    register_export(
        "catalogue.items",
        title=_("Catalogue"),
        columns=[
            Column(_("Item code"), "code"),
            Column(_("Name"), "name"),
            Column(_("Name in English"), "name_en"),
            Column(_("Department"), "department.display_name"),
            Column(_("Type of item"), lambda item: item.get_type_display()),
            Column(_("Status"), lambda item: item.get_status_display()),
            Column(_("For firms"), lambda item: yes_no(item.enterprise)),
            Column(_("Legal days"), "current.legal_days", "integer"),
            Column(_("Promised days"), "current.promised_days", "integer"),
            Column(_("Visits"), "current.visits", "integer"),
            Column(_("Fee (yuan)"), "current.fee_fen", "money"),
            Column(_("Can be filed online"), lambda item: yes_no(item.current.online if item.current else None)),
        ],
        queryset=_rows,
        policy=works_on_catalogue,
    )
