"""Lists of fees as files: orders, refunds, what a clerk took today, and the days on which a drawer was closed."""

from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.payments import policies
from approvals.payments.lifecycle import ORDER, REFUND
from approvals.payments.models import Attempt, Order, Refund
from approvals.payments.views import accounts, certificates, desk, reductions
from portal.core.exports import Column, register_export
from portal.core.templatetags.portal import day

if TYPE_CHECKING:
    from portal.people.models import User

METHODS = {
    "cash": pgettext_lazy("payment method", "Cash"),
    "pos": pgettext_lazy("payment method", "Card or code at the terminal"),
}


def _amount(order: Order) -> int | None:
    """Nothing as long as the amount is being set."""
    return None if order.state == "assessing" else order.amount_fen


def _order_filters(_user: "User", params: QueryDict) -> list[tuple[Any, Any]]:
    named = [(_("State"), desk.TABS[desk.tab_of(params)][0]), (_("Case or order number"), desk.searched(params))]
    return [(label, value) for label, value in named if value]


def _refund_filters(_user: "User", params: QueryDict) -> list[tuple[Any, Any]]:
    done = desk.shows_done(params)
    return [(_("State"), pgettext_lazy("refund", "Finished") if done else pgettext_lazy("refund", "Waiting"))]


def _proposer(refund: Refund) -> Any:
    return refund.proposed_by.name if refund.proposed_by else _("The portal")


def _taken(user: "User", _params: QueryDict) -> Any:
    return accounts.taken_today(user, accounts.department_of_drawer(user))


def _method(attempt: Attempt) -> Any:
    return METHODS.get(attempt.method, attempt.method)


def _days(user: "User", _params: QueryDict) -> Any:
    return accounts.days_of_drawer(user, accounts.department_of_drawer(user))


def register() -> None:
    """Called in `ready()`. The filters are those of the pages."""
    register_export(
        "payments.orders",
        title=_("Payment orders"),
        columns=[
            Column(_("Order number"), "number"),
            Column(_("Case number"), "case.number"),
            Column(pgettext_lazy("desk", "Item"), "item.local_name"),
            Column(_("Amount"), _amount, "money"),
            Column(_("State"), lambda row: ORDER.states[row.state].label),
            Column(pgettext_lazy("payment", "Since"), lambda row: row.paid_on or row.ended_on or row.made_on, "date"),
        ],
        queryset=desk.orders_listed,
        policy=policies.may_see_desk,
        filters=_order_filters,
    )
    register_export(
        "payments.refunds",
        title=_("Refunds"),
        columns=[
            Column(pgettext_lazy("refund", "Number"), "number"),
            Column(pgettext_lazy("desk", "Item"), "order.case.item.local_name"),
            Column(_("Ground"), lambda row: row.get_reason_display()),
            Column(_("Amount"), "amount_fen", "money"),
            Column(_("State"), lambda row: REFUND.states[row.state].label),
            Column(_("Proposed by"), _proposer),
        ],
        queryset=desk.refunds_listed,
        policy=policies.may_see_desk,
        filters=_refund_filters,
    )
    register_export(
        "payments.taken",
        title=_("Taken today"),
        columns=[
            Column(_("Order number"), "order.number"),
            Column(pgettext_lazy("desk", "Item"), "order.item.local_name"),
            Column(_("How it is paid"), _method),
            Column(_("Number of the slip"), "reference"),
            Column(_("Amount"), "received_fen", "money"),
        ],
        queryset=_taken,
        policy=policies.takes_money,
    )
    register_export(
        "payments.drawer",
        title=_("Days of my drawer"),
        columns=[
            Column(pgettext_lazy("receipt", "Date"), "day", "date"),
            Column(pgettext_lazy("payment method", "Cash"), "cash_fen", "money"),
            Column(pgettext_lazy("payment method", "Card"), "pos_fen", "money"),
            Column(_("Difference"), "difference_fen", "money"),
            Column(_("Note"), "note"),
        ],
        queryset=_days,
        policy=policies.takes_money,
    )
    _register_reductions()


def _period(_user: "User", params: QueryDict) -> list[tuple[Any, Any]]:
    first, last = reductions.period_of(params)
    return [(_("Period"), f"{day(first)} – {day(last)}")]


def _register_reductions() -> None:
    register_export(
        "payments.certificates",
        title=_("Reduction certificates"),
        columns=[
            Column(_("Number"), "number"),
            Column(_("Enterprise"), "organisation.name"),
            Column(_("Unified social credit code"), "organisation.uscc"),
            Column(
                _("Department"), lambda row: row.department.display_name if row.department else _("All departments")
            ),
            Column(_("Ground"), lambda row: row.get_ground_display()),
            Column(_("Document that the reduction rests on"), "basis"),
            Column(_("Percentage"), "percent", "integer"),
            Column(_("Amount"), "amount_fen", "money"),
            Column(_("First day"), "valid_from", "date"),
            Column(_("Last day"), "valid_to", "date"),
            Column(_("State"), certificates.label_of),
        ],
        queryset=certificates.certificates_listed,
        policy=policies.may_see_desk,
        filters=lambda _user, params: [(_("Group"), certificates.TABS[certificates.tab_of(params)])],
    )
    register_export(
        "payments.reductions",
        title=_("Reductions asked for"),
        columns=[
            Column(_("Case number"), "case.number"),
            Column(pgettext_lazy("desk", "Item"), "case.item.local_name"),
            Column(_("Ground"), lambda row: row.get_ground_display()),
            Column(_("Proof"), "proof"),
            Column(_("State"), lambda row: row.get_state_display()),
            Column(pgettext_lazy("reduction", "Asked on"), "asked_at", "moment"),
        ],
        queryset=reductions.requests_listed,
        policy=policies.may_see_desk,
        filters=lambda _user, params: [(_("Group"), reductions.TABS[reductions.tab_of(params)])],
    )
    register_export(
        "payments.savings",
        title=_("What reductions saved"),
        columns=[
            Column(_("Order number"), "number"),
            Column(pgettext_lazy("desk", "Item"), "item.local_name"),
            Column(_("Enterprise"), "organisation.name"),
            Column(_("Unified social credit code"), "organisation.uscc"),
            Column(_("Ground"), lambda row: row.get_reduction_ground_display()),
            Column(_("Number of the reduction certificate"), "certificate.number"),
            Column(pgettext_lazy("payment", "Fee"), "gross_fen", "money"),
            Column(pgettext_lazy("fees", "Saved"), "reduced_fen", "money"),
            Column(pgettext_lazy("fees", "Settled on"), lambda row: row.paid_on or row.reduced_on, "date"),
        ],
        queryset=reductions.savings_listed,
        policy=policies.may_see_savings,
        filters=_period,
    )
