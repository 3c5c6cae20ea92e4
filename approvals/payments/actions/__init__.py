"""What changes fees: one function, one use case, one transaction."""

from approvals.payments.actions.accounts import close_day, reconcile, settle_difference, settle_mismatch
from approvals.payments.actions.certificates import CertificateDraft, decide_certificate, propose_certificate
from approvals.payments.actions.counter import hand_back, take_money
from approvals.payments.actions.orders import assess, cancel, expire_due, reduce, remind_due, renew
from approvals.payments.actions.paying import ask_alive, ask_attempt, pay_online
from approvals.payments.actions.receiving import UnknownOrder, receive
from approvals.payments.actions.reductions import ask_reduction, grant_reduction, refuse_reduction
from approvals.payments.actions.refunds import decide_refund, propose_refund, return_money

__all__ = [
    "CertificateDraft",
    "UnknownOrder",
    "ask_alive",
    "ask_attempt",
    "ask_reduction",
    "assess",
    "cancel",
    "close_day",
    "decide_certificate",
    "decide_refund",
    "expire_due",
    "grant_reduction",
    "hand_back",
    "pay_online",
    "propose_certificate",
    "propose_refund",
    "receive",
    "reconcile",
    "reduce",
    "refuse_reduction",
    "remind_due",
    "renew",
    "return_money",
    "settle_difference",
    "settle_mismatch",
    "take_money",
]
