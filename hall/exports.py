"""The list of windows as a file."""

from django.utils.translation import gettext_lazy as _

from hall.policies import may_see_windows
from portal.core.exports import Column, register_export


def register() -> None:
    """Called in `ready()`. The filters are those of the page."""
    from hall import views

    register_export(
        "hall.windows",
        title=_("Windows"),
        columns=[
            Column(_("Code"), "code"),
            Column(_("Name"), "name"),
            Column(_("Name in English"), "name_en"),
            Column(_("Kind of window"), lambda row: row.get_kind_display()),
            Column(_("Department"), "department.display_name"),
            Column(_("Area"), "area"),
            Column(_("Closed on"), "closed_on", "date"),
        ],
        queryset=lambda user, params: views.listed(user, views.asked_for(params.dict())),  # type: ignore[arg-type]
        policy=may_see_windows,
    )
