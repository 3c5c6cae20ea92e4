"""The list behind a figure as a file: the same cases, names masked for everybody who does not work on them."""

from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from approvals.cases.exports import CASE_COLUMNS, OPENING
from portal.core.exports import register_export
from portal.supervision import drilldown, filters
from portal.supervision.policies import may_see_board

if TYPE_CHECKING:
    from portal.people.models import User


def _wanted(user: "User", params: QueryDict) -> drilldown.Wanted:
    return drilldown.wanted(params.dict(), filters.scope_of(user, params.dict()))  # type: ignore[arg-type]


def _rows(user: "User", params: QueryDict) -> Any:
    return _wanted(user, params).rows().select_related("item", "department", "staff", "organisation")


def register() -> None:
    """Called in `ready()`."""
    register_export(
        "supervision.cases",
        title=pgettext_lazy("export", "Applications behind a figure"),
        columns=CASE_COLUMNS,
        queryset=_rows,
        policy=may_see_board,
        filters=lambda user, params: _wanted(user, params).described(),
        personal=OPENING,
    )
