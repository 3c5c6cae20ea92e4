"""Lists of awards as files: procedures, contracts, remedies, penalties. The filters are those of the pages."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.exports import Column, register_export
from procurement.awards.lifecycle import CONTRACT, PENALTY, REMEDY
from procurement.awards.models import Procedure, Remedy
from procurement.awards.views import contracts, desk, penalties, remedies
from procurement.bidders.policies import may_see_trading

NUMBER = pgettext_lazy("tender", "Number")


def _by_state(states: dict[str, Any]) -> Any:
    def named(_user: Any, params: QueryDict) -> list[tuple[Any, Any]]:
        chosen = states.get(params.get("state", ""))
        return [(_("State"), chosen.label)] if chosen else []

    return named


def _by_stage(_user: Any, params: QueryDict) -> list[tuple[Any, Any]]:
    stage = dict(Procedure.Stage.choices).get(params.get("stage", ""))
    return [(_("Stage"), stage)] if stage else []


def _of_remedies(user: Any, params: QueryDict) -> list[tuple[Any, Any]]:
    kind = dict(Remedy.Kind.choices).get(params.get("kind", ""))
    return [*([(_("Kind"), kind)] if kind else []), *_by_state(REMEDY.states)(user, params)]


def register() -> None:
    """Called in `ready()`."""
    register_export(
        "awards.procedures",
        title=_("Awards"),
        columns=[
            Column(NUMBER, "project.number"),
            Column(_("Title"), "project.title"),
            Column(_("Buyer or seller"), "project.buyer.name"),
            Column(_("Stage"), lambda row: row.get_stage_display()),
            Column(_("Evaluated on"), "evaluated_on", "date"),
            Column(_("Candidates public since"), "published_on", "date"),
            Column(_("Candidates public until"), "public_until_on", "date"),
            Column(_("Result announced on"), "announced_on", "date"),
            Column(_("Due on"), "due_on", "date"),
        ],
        queryset=desk.listed,
        policy=may_see_trading,
        filters=_by_stage,
    )
    register_export(
        "awards.contracts",
        title=_("Contracts"),
        columns=[
            Column(pgettext_lazy("contract", "Number"), "number"),
            Column(_("Tender"), "lot.project.title"),
            Column(_("Contractor"), "bidder.organisation.name"),
            Column(_("Amount of the award"), "award_fen", "money"),
            Column(_("Changed by"), "changed_fen", "money"),
            Column(_("Signed on"), "signed_on", "date"),
            Column(_("Performance until"), "ends_on", "date"),
            Column(_("Due on"), "due_on", "date"),
            Column(_("State"), lambda row: CONTRACT.states[row.state].label),
        ],
        queryset=contracts.listed,
        policy=may_see_trading,
        filters=_by_state(CONTRACT.states),
    )
    register_export(
        "awards.remedies",
        title=_("Objections and complaints"),
        columns=[
            Column(pgettext_lazy("remedy", "Number"), "number"),
            Column(_("Kind"), lambda row: row.get_kind_display()),
            Column(_("About"), lambda row: row.get_stage_display()),
            Column(_("Tender"), "project.title"),
            Column(_("Firm"), "organisation.name"),
            Column(pgettext_lazy("remedy", "Filed on"), "filed_on", "date"),
            Column(_("Due on"), "due_on", "date"),
            Column(_("State"), lambda row: REMEDY.states[row.state].label),
            Column(_("Outcome"), lambda row: row.get_outcome_display()),
            Column(_("Ended on"), "ended_on", "date"),
        ],
        queryset=remedies.listed,
        policy=may_see_trading,
        filters=_of_remedies,
    )
    register_export(
        "awards.penalties",
        title=_("Penalties"),
        columns=[
            Column(_("Firm"), "organisation.name"),
            Column(_("Legal article"), "article"),
            Column(_("Ground"), "ground"),
            Column(_("Fine"), "amount_fen", "money"),
            Column(_("Decided on"), "decided_on", "date"),
            Column(_("To be paid by"), "due_on", "date"),
            Column(pgettext_lazy("payment", "Paid on"), "paid_on", "date"),
            Column(_("State"), lambda row: PENALTY.states[row.state].label),
        ],
        queryset=penalties.listed,
        policy=may_see_trading,
        filters=_by_state(PENALTY.states),
    )
