"""Lists of the counter as files: papers that lie at the window, and hand-overs."""

from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases.lifecycle import CASE
from approvals.counter import policies
from approvals.counter.lifecycle import HANDOVER
from approvals.counter.views import handover, papers
from portal.core.exports import Column, register_export

if TYPE_CHECKING:
    from portal.people.models import User


def _filters(_user: "User", params: QueryDict) -> list[tuple[Any, Any]]:
    everything = papers.shows_all(params)
    shown = pgettext_lazy("papers", "All that are here") if everything else pgettext_lazy("papers", "To give back")
    return [(_("Group"), shown)]


def register() -> None:
    """Called in `ready()`. The filters are those of the pages."""
    register_export(
        "counter.papers",
        title=_("Papers left at the window"),
        columns=[
            Column(_("Case number"), "case.number"),
            Column(_("State"), lambda row: CASE.states[row.case.state].label),
            Column(_("Paper"), "name"),
            Column(_("Copies"), "copies", "integer"),
            Column(_("Kept where"), "place"),
            Column(_("Window"), "window.display_name"),
            Column(_("Taken on"), "taken_at", "date"),
        ],
        queryset=papers.papers_listed,
        policy=policies.may_use_counter,
        filters=_filters,
    )
    register_export(
        "counter.handovers",
        title=_("Hand-overs"),
        columns=[
            Column(_("State"), lambda row: HANDOVER.states[row.state].label),
            Column(pgettext_lazy("hand-over", "From"), "giver.name"),
            Column(pgettext_lazy("hand-over", "To"), "receiver.name"),
            Column(_("Cases"), lambda row: len(row.lines.all()), "integer"),
            Column(_("Reason"), lambda row: row.get_reason_display()),
            Column(pgettext_lazy("hand-over", "Offered"), "proposed_at", "moment"),
        ],
        queryset=lambda user, _params: handover.handovers_listed(user),
        policy=policies.may_hand_over,
    )
