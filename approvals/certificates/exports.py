"""The register of certificates as a file."""

from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from approvals.certificates.lifecycle import CERTIFICATE
from approvals.certificates.policies import may_see_register
from approvals.certificates.views import register as pages
from portal.core.exports import Column, register_export

if TYPE_CHECKING:
    from portal.people.models import User


def _filters(_user: "User", params: QueryDict) -> list[tuple[Any, Any]]:
    return [(_("Group"), pages.TABS[pages.tab_of(params)][0])]


def register() -> None:
    """Called in `ready()`."""
    register_export(
        "certificates.register",
        title=_("Register of certificates"),
        columns=[
            Column(_("Number of the certificate"), "number"),
            Column(_("Type"), "type.local_name"),
            Column(_("Holder (person)"), lambda row: row.holder_name if row.is_person else "", personal="name"),
            Column(_("Holder (organisation)"), lambda row: "" if row.is_person else row.holder_name),
            Column(_("Department"), "department.display_name"),
            Column(_("Issued on"), "issued_on", "date"),
            Column(_("Valid until"), "valid_until", "date"),
            Column(_("State"), lambda row: CERTIFICATE.states[row.state].label),
        ],
        queryset=pages.listed,
        policy=may_see_register,
        filters=_filters,
    )
