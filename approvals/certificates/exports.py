"""The register of certificates as a file."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.certificates.lifecycle import CERTIFICATE
from approvals.certificates.overview import NAMES, rows_of
from approvals.certificates.policies import may_see_register
from approvals.certificates.views import overview
from approvals.certificates.views import register as pages
from portal.core.exports import Column, register_export

if TYPE_CHECKING:
    from portal.people.models import User


def _filters(_user: "User", params: QueryDict) -> list[tuple[Any, Any]]:
    return [(_("Group"), pages.TABS[pages.tab_of(params)][0])]


def _behind_filters(user: "User", params: QueryDict) -> list[tuple[Any, Any]]:
    asked = overview.Asked.of(user, params)
    named = [(_("Figure"), NAMES[asked.figure])]
    if asked.department is not None:
        named.append((_("Department"), asked.department.display_name))
    return [
        *named,
        (pgettext_lazy("period", "From"), asked.first.isoformat()),
        (pgettext_lazy("period", "To"), asked.last.isoformat()),
    ]


def _period(user: "User", params: QueryDict) -> list[tuple[Any, Any]]:
    asked = overview.Asked.of(user, params)
    return [
        (pgettext_lazy("period", "From"), asked.first.isoformat()),
        (pgettext_lazy("period", "To"), asked.last.isoformat()),
    ]


def _with_figures(user: "User", params: QueryDict, rows: list[Any]) -> None:
    """The sums of each department, read as the page reads them: once for a batch."""
    asked = overview.Asked.of(user, params)
    found, _total = rows_of(user, asked.first, asked.last)
    sums = {row.department.pk: row.sums for row in found if row.department is not None}
    for department in rows:
        vars(department)["figures"] = sums.get(department.pk, {})


def _total(user: "User", params: QueryDict) -> Any:
    """The last row of the page: all departments together."""
    asked = overview.Asked.of(user, params)
    _rows, total = rows_of(user, asked.first, asked.last)
    return SimpleNamespace(display_name=_("All together"), figures=total.sums)


def _figure(code: str) -> Callable[[Any], int]:
    return lambda row: int(row.figures.get(code, 0))


def register() -> None:
    """Called in `ready()`."""
    register_export(
        "certificates.overview",
        title=_("Figures of certificates"),
        columns=[
            Column(_("Department"), "display_name"),
            *(Column(label, _figure(code), "integer") for code, label in NAMES.items()),
        ],
        queryset=overview.table,
        policy=may_see_register,
        filters=_period,
        prepare=_with_figures,
        total=_total,
    )
    register_export(
        "certificates.behind",
        title=_("Behind a figure of certificates"),
        columns=[
            Column(_("Number"), lambda row: overview.line(row).number),
            Column(_("What"), lambda row: str(overview.line(row).what)),
            Column(_("Department"), "department.display_name"),
            Column(_("Day"), lambda row: overview.line(row).day, "date"),
            Column(_("Note"), lambda row: str(overview.line(row).note)),
        ],
        queryset=overview.listed,
        policy=may_see_register,
        filters=_behind_filters,
    )
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
