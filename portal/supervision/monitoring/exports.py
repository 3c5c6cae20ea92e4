"""Acts of supervision as files: the stream of lamps, orders and explanations, accountability, sample reviews."""

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.exports import Column, register_export
from portal.supervision.monitoring.lifecycle import ACCOUNTABILITY, ACT, SAMPLE
from portal.supervision.monitoring.listing import accountabilities_listed, acts_listed, samples_listed
from portal.supervision.monitoring.policies import may_see_lamps

DEPARTMENT = Column(_("Department"), "department.display_name")


def _params(params: QueryDict) -> dict[str, str]:
    return {name: params.get(name, "") for name in params}


def register() -> None:
    """Called in `ready()`. The filters are those of the pages."""
    register_export(
        "monitoring.acts",
        title=_("Orders and explanations"),
        columns=[
            Column(pgettext_lazy("act", "Number"), "number"),
            Column(pgettext_lazy("act", "Kind"), lambda row: row.get_kind_display()),
            DEPARTMENT,
            Column(_("Person responsible"), "person.name"),
            Column(pgettext_lazy("act", "Subject"), "title"),
            Column(pgettext_lazy("act", "Issued on"), "issued_on", "date"),
            Column(_("Due on"), "due_on", "date"),
            Column(_("Replied on"), "replied_on", "date"),
            Column(_("Replied late"), lambda row: _("Yes") if row.late else _("No")),
            Column(_("State"), lambda row: ACT.states[row.state].label),
        ],
        queryset=lambda user, params: acts_listed(user, _params(params)),
        policy=may_see_lamps,
    )
    register_export(
        "monitoring.accountability",
        title=_("Accountability"),
        columns=[
            Column(pgettext_lazy("act", "Number"), "number"),
            DEPARTMENT,
            Column(_("Person responsible"), "person.name"),
            Column(pgettext_lazy("accountability", "Measure"), lambda row: row.get_measure_display()),
            Column(pgettext_lazy("accountability", "Points"), "points", "integer"),
            Column(_("Facts and ground"), "ground"),
            Column(pgettext_lazy("accountability", "Basis"), "basis"),
            Column(_("Confirmed on"), "confirmed_on", "date"),
            Column(_("State"), lambda row: ACCOUNTABILITY.states[row.state].label),
        ],
        queryset=lambda user, params: accountabilities_listed(user, _params(params)),
        policy=may_see_lamps,
    )
    register_export(
        "monitoring.samples",
        title=_("Sample reviews"),
        columns=[
            Column(pgettext_lazy("act", "Number"), "number"),
            Column(pgettext_lazy("act", "Kind"), lambda row: row.get_kind_display()),
            DEPARTMENT,
            Column(_("Day"), "happened_on", "date"),
            Column(_("Reviewed on"), "reviewed_on", "date"),
            Column(_("State"), lambda row: SAMPLE.states[row.state].label),
            Column(_("Finding of the review"), "ground"),
            Column(pgettext_lazy("follow-up", "What follows"), lambda row: row.get_follow_up_display()),
        ],
        queryset=lambda user, params: samples_listed(user, _params(params)),
        policy=may_see_lamps,
    )
