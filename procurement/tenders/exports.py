"""Lists of this room as files, with the filters of their pages: documents taken, bonds, old bonds, failed lots."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.exports import Column, register_export
from portal.core.time import today
from procurement.bidders.policies import may_see_trading
from procurement.tenders.forms import DownloadFilter
from procurement.tenders.lifecycle import BOND, FAILED_LOT
from procurement.tenders.models import Bond
from procurement.tenders.policies import may_watch_downloads
from procurement.tenders.views import bonds, failed
from procurement.tenders.views.downloads import listed

UNDECIDED = _("Forfeit to be decided")


def _described(_user: Any, params: QueryDict) -> list[tuple[Any, Any]]:
    return [(_("Tender"), params.get("number", "")), *DownloadFilter(params).described()]


def _state(labels: dict[str, Any], params: QueryDict) -> list[tuple[Any, Any]]:
    """The one filter of these lists, in words."""
    state = params.get("state", "")
    return [(_("State"), labels[state])] if state in labels else []


def _bond_states() -> dict[str, Any]:
    return {**{one.code: one.label for one in BOND.states.values()}, bonds.UNDECIDED: UNDECIDED}


def _days_held(bond: Bond) -> int | None:
    return (today() - bond.held_on).days if bond.held_on else None


def register() -> None:
    """Called in `ready()`."""
    _register_downloads()
    _register_bonds()
    _register_failed_lots()


def _register_bonds() -> None:
    columns = [
        Column(_("Reference or guarantee number"), "reference"),
        Column(_("Firm"), "organisation.name"),
        Column(_("Unified social credit code"), "organisation.uscc"),
        Column(_("Tender"), "lot.project.number"),
        Column(_("Title"), "lot.project.title"),
        Column(_("Lot"), "lot.name"),
        Column(_("How"), lambda row: row.get_kind_display()),
        Column(_("Amount"), "amount_fen", "money"),
        Column(_("State"), lambda row: BOND.states[row.state].label),
        Column(_("Held since"), "held_on", "date"),
        Column(_("Why it goes back"), lambda row: row.get_ground_display()),
        Column(_("To go back by"), "due_on", "date"),
        Column(_("Ended on"), "ended_on", "date"),
        Column(_("Interest"), "interest_fen", "money"),
        Column(_("To be decided before it goes back"), "undecided"),
        Column(_("Note"), "note"),
    ]
    register_export(
        "tenders.bonds",
        title=_("Bid bonds"),
        policy=may_see_trading,
        queryset=bonds.listed,
        filters=lambda _user, params: _state(_bond_states(), params),
        columns=columns,
    )
    register_export(
        "tenders.old_bonds",
        title=_("Old bonds"),
        policy=may_see_trading,
        queryset=lambda user, _params: bonds.old_ones(user),
        columns=[*columns, Column(_("Days held"), _days_held, "integer")],
    )


def _register_failed_lots() -> None:
    register_export(
        "tenders.failed_lots",
        title=_("Failed lots"),
        policy=may_see_trading,
        queryset=failed.listed,
        filters=lambda _user, params: _state({s.code: s.label for s in FAILED_LOT.states.values()}, params),
        columns=[
            Column(_("Tender"), "lot.project.number"),
            Column(_("Title"), "lot.project.title"),
            Column(_("Buyer or seller"), "lot.project.buyer.name"),
            Column(_("Method"), lambda row: row.lot.project.get_method_display()),
            Column(_("Lot"), lambda row: f"{row.lot.number} {row.lot.name}"),
            Column(pgettext_lazy("lot", "Why it failed"), lambda row: row.get_ground_display()),
            Column(_("Bidders left"), "bidders", "integer"),
            Column(_("Failed on"), "failed_on", "date"),
            Column(_("Failed so often"), "attempt", "integer"),
            Column(_("State"), lambda row: FAILED_LOT.states[row.state].label),
            Column(_("What is done"), lambda row: row.get_way_display()),
            Column(_("To be decided by"), "due_on", "date"),
            Column(_("Reasons"), "reasons"),
            Column(_("Authority that approves"), "authority"),
            Column(_("Number of the authority's approval"), "approval"),
            Column(_("Ground of the decision"), "opinion"),
        ],
    )


def _register_downloads() -> None:
    register_export(
        "tenders.downloads",
        title=_("Who took the documents"),
        policy=may_watch_downloads,
        queryset=listed,
        filters=_described,
        columns=[
            Column(_("Tender"), "project.number"),
            Column(pgettext_lazy("download", "Moment"), "at", "moment"),
            Column(_("Firm"), "organisation.name"),
            Column(_("Unified social credit code"), "organisation.uscc"),
            Column(_("Document"), "document.file.name"),
            Column(_("Kind"), lambda row: row.document.get_kind_display()),
            Column(_("Version of"), "document.added_at", "moment"),
            Column(_("Network address (masked)"), "masked_sender"),
            Column(_("Mark of the device"), "device_sign"),
        ],
    )
