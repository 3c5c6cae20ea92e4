"""What fees hang into other rooms' pages: guard, to-do box, panels, words of the timeline, navigation."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from approvals.cases import guards, timeline, todo
from approvals.cases.models import Case
from approvals.payments import fees, policies
from approvals.payments.lifecycle import ORDER
from portal.core.registries import HANDLING, STAFF, register_nav, register_panel
from portal.core.templatetags.portal import day, money

MORE_WORDS: dict[str, tuple[Any, bool]] = {
    "raised": (pgettext_lazy("timeline", "Payment order made"), True),
    "refund_proposed": (pgettext_lazy("timeline", "Refund proposed"), False),
    "refund_approve": (pgettext_lazy("timeline", "Refund approved"), True),
    "refund_reject": (pgettext_lazy("timeline", "Refund not approved"), False),
    "refund_retry": (pgettext_lazy("timeline", "Refund tried again"), False),
    "refund_fail": (pgettext_lazy("timeline", "Refund failed"), False),
    "refund_doubt": (pgettext_lazy("timeline", "Refund unclear"), False),
    "surplus": (pgettext_lazy("timeline", "A payment came late or twice and goes back"), True),
    "surplus_returned": (pgettext_lazy("timeline", "A payment that was not due was returned"), True),
    "mismatch": (pgettext_lazy("timeline", "A payment over another amount came in"), False),
    "reduction_asked": (pgettext_lazy("timeline", "Reduction of the fee asked for"), True),
    "reduction_granted": (pgettext_lazy("timeline", "Reduction of the fee granted"), True),
    "reduction_refused": (pgettext_lazy("timeline", "Reduction of the fee not granted"), True),
    "mismatch_settled": (pgettext_lazy("timeline", "The payment over another amount was settled"), False),
}


def connect() -> None:
    """Called once, in the app's ready()."""
    from approvals.payments.actions.orders import objection

    guards.register("payments", ("approve", "issue"), objection)
    todo.register_todo("payments", to_pay)
    register_panel("cases.case", "payments", desk_panel, order=20)
    register_panel("cases.detail", "payments", citizen_panel, order=20)
    register_panel("cases.detail", "payments.reduction", reduction_panel, order=21)
    register_panel("cases.draft", "payments.reduction", reduction_panel, order=20)
    register_nav(
        STAFF,
        pgettext_lazy("payment", "Fees"),
        "payments:desk",
        {"clerk", "reviewer", "department_head", "supervisor", "auditor"},
        order=40,
        group=HANDLING,
    )
    words: dict[str, tuple[Any, bool]] = {
        code: (transition.told, transition.public) for code, transition in ORDER.transitions.items()
    }
    for code, (told, public) in {**words, **MORE_WORDS}.items():
        timeline.register_words(f"payment.{code}", _sentence(told), public=public)


def _sentence(told: Any) -> Any:
    def words(data: dict[str, Any]) -> str:
        """What happened with its amount: that of a refund or of money received, else that of the order."""
        fen = data.get("refund_fen") or data.get("received_fen") or data.get("amount_fen")
        return f"{told} · {money(fen)}" if fen else str(told)

    return words


def to_pay(case: Case) -> todo.Todo | None:
    """The box on top of the applicant's page while a fee can be paid."""
    if not fees.due_when(case.version):
        return None
    order = case.orders.filter(state__in=("due", "started")).first()
    if order is None:
        return None
    words = {"amount": money(order.amount_fen), "day": day(order.expires_on)}
    held = (
        _("Until then your application cannot be decided.")
        if order.when == "decision"
        else _("Until then the document cannot be issued.")
    )
    return todo.Todo(
        "amber",
        _("Please pay the fee"),
        _("%(amount)s, by %(day)s.") % words,
        [held],
        reverse("payments:pay", args=[case.number]),
        _("Pay now"),
        asked=True,
    )


def citizen_panel(request: HttpRequest, case: Case) -> str:
    """What the case costs, what was paid and given back; nothing where the item is free."""
    if not fees.due_when(case.version):
        return ""
    orders = list(case.orders.order_by("-pk").prefetch_related("receipts", "refunds"))
    if not orders:
        return ""
    context = {"case": case, "orders": orders, "may_renew": _may_renew(case, orders)}
    return render_to_string("payments/panel_citizen.html", context, request=request)


def reduction_panel(request: HttpRequest, case: Case) -> str:
    """What the applicant can do to pay less: the certificates that hold by themselves, and the way to ask."""
    from approvals.payments.actions.reductions import may_be_asked
    from approvals.payments.models import ReductionCertificate

    if not fees.due_when(case.version) or case.imported or case.ended_on is not None:
        return ""
    asked = case.reduction_requests.order_by("-pk").first()
    certificates: list[Any] = []
    if case.organisation_id is not None:
        rows = ReductionCertificate.objects.in_force().filter(organisation=case.organisation_id)
        certificates = list(rows.covering(case.item_id, case.department_id).order_by("valid_to"))
    context = {"case": case, "asked": asked, "certificates": certificates, "may_ask": may_be_asked(case)}
    return render_to_string("payments/panel_reduction.html", context, request=request)


def _may_renew(case: Case, orders: list[Any]) -> bool:
    from approvals.payments.actions.orders import owes

    return orders[0].state in {"expired", "cancelled"} and owes(case)


def desk_panel(request: HttpRequest, case: Case) -> str:
    """The same for the window, with the way to take money."""
    if not fees.due_when(case.version):
        return ""
    user: Any = request.user
    orders = list(case.orders.order_by("-pk"))
    waiting = next((order for order in orders if order.state in {"assessing", "due", "started"}), None)
    context = {
        "case": case,
        "orders": orders,
        "when": fees.due_when(case.version),
        "waiting": waiting,
        "may_take": waiting is not None and policies.may_take_money(user, waiting),
        "may_renew": bool(orders) and _may_renew(case, orders),
    }
    return render_to_string("payments/panel_desk.html", context, request=request)
