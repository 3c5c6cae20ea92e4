"""The findings of patrols as a file."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.patrols.lifecycle import FINDING
from hall.patrols.policies import may_see_findings
from hall.patrols.views import findings
from portal.core.exports import Column, register_export


def register() -> None:
    """Called in `ready()`. The filters are those of the page."""
    register_export(
        "patrols.findings",
        title=_("Patrol findings"),
        columns=[
            Column(pgettext_lazy("finding", "Number"), "number"),
            Column(_("Area"), "area.display_name"),
            Column(_("What was found"), "text"),
            Column(_("Department"), "department.display_name"),
            Column(_("Responsible"), "person.name"),
            Column(_("Due on"), "due_on", "date"),
            Column(_("State"), lambda row: FINDING.states[row.state].label),
        ],
        queryset=lambda user, params: findings.findings_listed(user, findings.asked_of(params)),
        policy=may_see_findings,
    )
