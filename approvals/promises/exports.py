"""Lists of promises as files: items, flagged promises, proposals."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.promises import facts, policies
from approvals.promises.lifecycle import FINDING, PROPOSAL
from approvals.promises.views import items, proposals, rounds
from portal.core.exports import Column, register_export


def _with_facts(_user: Any, _params: QueryDict, rows: list[Any]) -> None:
    for promise in facts.shown(rows):
        vars(promise.item)["promise"] = promise


def _filters(_user: Any, params: QueryDict) -> list[tuple[Any, Any]]:
    named = [(_("Only without substance"), params.get("flagged") and _("Yes")), (_("Item"), params.get("q"))]
    return [(label, value) for label, value in named if value]


def _tab(tabs: dict[str, tuple[Any, Any]], tab_of: Any) -> Any:
    return lambda _user, params: [(_("Group"), tabs[tab_of(params)][0])]


ITEM = pgettext_lazy("desk", "Item")


def register() -> None:
    """Called in `ready()`. The filters are those of the pages."""
    register_export(
        "promises.items",
        title=_("Promises of the items"),
        columns=[
            Column(_("Item code"), "code"),
            Column(ITEM, "local_name"),
            Column(_("Department"), "department.display_name"),
            Column(_("Legal limit (working days)"), "current.legal_days", "integer"),
            Column(_("Previous promise (working days)"), "current.previous_promised_days", "integer"),
            Column(_("Promise (working days)"), "current.promised_days", "integer"),
            Column(_("Compressed by (working days)"), "current.compressed_days", "integer"),
            Column(_("Compressed by (share)"), "promise.compression", "percent"),
            Column(_("Mean of the last twelve months (working days)"), "promise.actual.days", "decimal"),
            Column(_("Decided cases"), "promise.actual.cases", "integer"),
            Column(_("Without substance"), lambda row: _("Yes") if row.promise.flagged else _("No")),
        ],
        queryset=items.promises_listed,
        policy=policies.may_see_desk,
        filters=_filters,
        prepare=_with_facts,
    )
    register_export(
        "promises.findings",
        title=_("Promises sent back for rework"),
        columns=[
            Column(_("Round"), "cleanup.name"),
            Column(ITEM, "item.local_name"),
            Column(_("Department"), "department.display_name"),
            Column(_("Legal limit (working days)"), "legal_days", "integer"),
            Column(_("Promise (working days)"), "promised_days", "integer"),
            Column(_("State"), lambda row: FINDING.states[row.state].label),
            Column(_("Reply due on"), "reply_due_on", "date"),
            Column(_("Reply"), lambda row: row.get_reply_display()),
            Column(_("New promise (working days)"), "proposed_days", "integer"),
            Column(_("Sent back once more (times)"), "times_returned", "integer"),
        ],
        queryset=rounds.findings_listed,
        policy=policies.may_see_desk,
        filters=_tab(rounds.TABS, rounds.tab_of),
    )
    register_export(
        "promises.proposals",
        title=_("Proposals of other promises"),
        columns=[
            Column(ITEM, "item.local_name"),
            Column(_("Department"), "department.display_name"),
            Column(_("Present promise (working days)"), "present_days", "integer"),
            Column(_("Proposed promise (working days)"), "days", "integer"),
            Column(_("Decided cases"), "cases", "integer"),
            Column(_("Would have been late"), "late_cases", "integer"),
            Column(_("State"), lambda row: PROPOSAL.states[row.state].label),
            Column(_("Proposed on"), "proposed_on", "date"),
        ],
        queryset=proposals.proposals_listed,
        policy=policies.may_see_desk,
        filters=_tab(proposals.TABS, proposals.tab_of),
    )
