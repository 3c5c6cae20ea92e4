"""The lives of an order, a refund and a reduction certificate: every state, and every step from one to another."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.payments import policies
from approvals.payments.models import Order, ReductionCertificate, Refund
from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition
from portal.core.time import local_date

ORDER_STATES = [
    State("assessing", pgettext_lazy("payment order", "Amount to be set by the window")),
    State("due", pgettext_lazy("payment order", "To be paid")),
    State("started", pgettext_lazy("payment order", "Payment under way")),
    State("paid", pgettext_lazy("payment order", "Paid"), ended=True),
    State("part_refunded", pgettext_lazy("payment order", "Paid, part given back"), ended=True),
    State("refunded", pgettext_lazy("payment order", "Given back"), ended=True),
    State("waived", pgettext_lazy("payment order", "Nothing to pay"), ended=True),
    State("cancelled", pgettext_lazy("payment order", "Cancelled"), ended=True),
    State("expired", pgettext_lazy("payment order", "Expired"), ended=True),
]
OPEN = frozenset({"assessing", "due", "started"})
PAYABLE = frozenset({"due", "started"})


def _nobody(_user: Any, _thing: Any) -> bool:
    return False


def after_amount(order: Order) -> str:
    """An order over nothing needs no payment."""
    return "due" if order.amount_fen else "waived"


def after_refund(order: Order) -> str:
    return "refunded" if order.refunded_fen == order.amount_fen else "part_refunded"


def _end(step: Step[Order]) -> None:
    step.obj.ended_on = local_date(step.moment)
    step.data.update(step.inputs)


ORDER_TRANSITIONS: list[Transition[Order]] = [
    Transition(
        "assess", label=_("Set the amount"), told=pgettext_lazy("timeline", "Fee determined"),
        sources=frozenset({"assessing", "due"}), target=after_amount, leads_to=frozenset({"due", "waived"}),
        may=policies.may_take_money, tone="primary",
    ),
    Transition(
        "reduce", label=_("Reduce or exempt"), told=pgettext_lazy("timeline", "Fee reduced"),
        sources=frozenset({"due"}), target=after_amount, leads_to=frozenset({"due", "waived"}),
        may=policies.may_reduce,
    ),
    Transition(
        "start", label=_("Pay online"), told=pgettext_lazy("timeline", "Payment begun"),
        sources=PAYABLE, target="started", may=policies.may_pay, public=False, tone="primary",
    ),
    Transition(
        "give_up", label=_("Payment not made"), told=pgettext_lazy("timeline", "Payment not made"),
        sources=frozenset({"started"}), target="due", may=_nobody, by_portal=True, public=False,
    ),
    Transition(
        "pay", label=_("Paid"), told=pgettext_lazy("timeline", "Fee paid"),
        sources=PAYABLE, target="paid", may=_nobody, by_portal=True,
    ),
    Transition(
        "take", label=_("Take cash or card"), told=pgettext_lazy("timeline", "Fee paid at the window"),
        sources=PAYABLE, target="paid", may=policies.may_take_money, tone="primary",
    ),
    Transition(
        "refund", label=_("Give back"), told=pgettext_lazy("timeline", "Fee given back"),
        sources=frozenset({"paid", "part_refunded"}), target=after_refund,
        leads_to=frozenset({"part_refunded", "refunded"}), may=_nobody, by_portal=True,
    ),
    Transition(
        "hand_back", label=_("Give back over the counter"),
        told=pgettext_lazy("timeline", "Fee given back at the window"),
        sources=frozenset({"paid", "part_refunded"}), target=after_refund,
        leads_to=frozenset({"part_refunded", "refunded"}), may=policies.may_take_money,
    ),
    Transition(
        "cancel", label=_("Cancel the order"), told=pgettext_lazy("timeline", "Payment order cancelled"),
        sources=frozenset({"assessing", "due"}), target="cancelled", may=policies.may_take_money, effect=_end,
        asks=(Ask("reason", "text", _("Reason"), longest=300),), tone="warning", irreversible=True,
    ),
    Transition(
        "lapse", label=_("Lapse"), told=pgettext_lazy("timeline", "Payment order cancelled, because the case ended"),
        sources=OPEN, target="cancelled", may=_nobody, by_portal=True, effect=_end,
    ),
    Transition(
        "expire", label=_("Expire"), told=pgettext_lazy("timeline", "Payment order expired"),
        sources=PAYABLE, target="expired", may=_nobody, by_portal=True, effect=_end,
    ),
]  # fmt: skip

ORDER: Lifecycle[Order] = Lifecycle("payment order", ORDER_STATES, ORDER_TRANSITIONS)

REFUND_STATES = [
    State("proposed", pgettext_lazy("refund state", "Waiting for a second pair of eyes")),
    State("approved", pgettext_lazy("refund state", "Approved")),
    State("sending", pgettext_lazy("refund state", "Being returned")),
    State("unknown", pgettext_lazy("refund state", "Outcome unknown, a person must ask")),
    State("failed", pgettext_lazy("refund state", "Not returned")),
    State("done", pgettext_lazy("refund state", "Returned"), ended=True),
    State("rejected", pgettext_lazy("refund state", "Not approved"), ended=True),
]
AT_COUNTER = frozenset({"cash", "pos"})


def over_counter(refund: Refund) -> bool:
    return refund.method in AT_COUNTER


def through_provider(refund: Refund) -> bool:
    return not over_counter(refund)


REFUND_TRANSITIONS: list[Transition[Refund]] = [
    Transition(
        "approve", label=_("Approve the refund"), told=pgettext_lazy("timeline", "Refund approved"),
        sources=frozenset({"proposed"}), target="approved", may=policies.may_decide_refund, tone="primary",
        asks=(Ask("note", "text", _("Note"), required=False, longest=300),),
    ),
    Transition(
        "reject", label=_("Do not approve"), told=pgettext_lazy("timeline", "Refund not approved"),
        sources=frozenset({"proposed"}), target="rejected", may=policies.may_decide_refund, tone="warning",
        asks=(Ask("note", "text", _("Reason"), longest=300),),
    ),
    Transition(
        "send", label=_("Return"), told=pgettext_lazy("timeline", "Refund sent"),
        sources=frozenset({"approved", "sending"}), target="sending", may=_nobody, by_portal=True,
        when=through_provider,
    ),
    Transition(
        "finish", label=_("Returned"), told=pgettext_lazy("timeline", "Refund returned"),
        sources=frozenset({"sending"}), target="done", may=_nobody, by_portal=True,
    ),
    Transition(
        "hand_back", label=_("Give back over the counter"), told=pgettext_lazy("timeline", "Refund handed over"),
        sources=frozenset({"approved"}), target="done", may=policies.may_hand_back, when=over_counter,
        asks=(Ask("proof", "text", _("Number of the signed slip"), longest=200),), tone="primary",
    ),
    Transition(
        "fail", label=_("Not returned"), told=pgettext_lazy("timeline", "Refund failed"),
        sources=frozenset({"sending"}), target="failed", may=_nobody, by_portal=True,
    ),
    Transition(
        "doubt", label=_("Unknown"), told=pgettext_lazy("timeline", "Refund unclear"),
        sources=frozenset({"sending"}), target="unknown", may=_nobody, by_portal=True,
    ),
    Transition(
        "retry", label=_("Try again"), told=pgettext_lazy("timeline", "Refund tried again"),
        sources=frozenset({"failed", "unknown"}), target="approved", may=policies.may_decide_refund,
        when=through_provider,
    ),
    Transition(
        "note_returned", label=_("The provider confirmed it"),
        told=pgettext_lazy("timeline", "Return of the refund entered by hand"),
        sources=frozenset({"failed", "unknown"}), target="done", may=policies.may_decide_refund,
        asks=(Ask("proof", "text", _("Number at the provider"), longest=80),),
    ),
]  # fmt: skip

REFUND: Lifecycle[Refund] = Lifecycle("refund", REFUND_STATES, REFUND_TRANSITIONS)

CERTIFICATE_STATES = [
    State("proposed", pgettext_lazy("certificate state", "Waiting for the second person")),
    State("active", pgettext_lazy("certificate state", "Issued")),
    State("suspended", pgettext_lazy("certificate state", "Suspended")),
    State("revoked", pgettext_lazy("certificate state", "Revoked"), ended=True),
    State("rejected", pgettext_lazy("certificate state", "Not issued"), ended=True),
]
REASON = (Ask("note", "text", _("Reason"), longest=300),)
CERTIFICATE_TRANSITIONS: list[Transition[ReductionCertificate]] = [
    Transition(
        "issue", label=_("Issue the certificate"), told=pgettext_lazy("timeline", "Certificate issued"),
        sources=frozenset({"proposed"}), target="active", may=policies.may_issue_certificate, tone="primary",
    ),
    Transition(
        "reject", label=_("Do not issue it"), told=pgettext_lazy("timeline", "Certificate not issued"),
        sources=frozenset({"proposed"}), target="rejected", may=policies.may_issue_certificate, asks=REASON,
        tone="warning",
    ),
    Transition(
        "suspend", label=_("Suspend"), told=pgettext_lazy("timeline", "Reduction certificate suspended"),
        sources=frozenset({"active"}), target="suspended", may=policies.may_keep_certificate, asks=REASON,
    ),
    Transition(
        "resume", label=_("Let it hold again"), told=pgettext_lazy("timeline", "Certificate holds again"),
        sources=frozenset({"suspended"}), target="active", may=policies.may_issue_certificate, tone="primary",
    ),
    Transition(
        "revoke", label=_("Revoke"), told=pgettext_lazy("timeline", "Reduction certificate revoked"),
        sources=frozenset({"active", "suspended"}), target="revoked", may=policies.may_keep_certificate, asks=REASON,
        tone="warning",
    ),
]  # fmt: skip

CERTIFICATE: Lifecycle[ReductionCertificate] = Lifecycle(
    "reduction certificate", CERTIFICATE_STATES, CERTIFICATE_TRANSITIONS
)
