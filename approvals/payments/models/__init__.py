"""Fees of cases: orders, tries to pay them, refunds, receipts, and what the counter and the providers report."""

from approvals.payments.models.accounts import CashUp, Difference, Reconciliation
from approvals.payments.models.cells import PaymentCell, SavingCell
from approvals.payments.models.certificates import ReductionCertificate, ReductionRequest
from approvals.payments.models.demo import DemoPayment, DemoRefund
from approvals.payments.models.money import ProviderNotice, Receipt, Refund
from approvals.payments.models.order import Attempt, Order

__all__ = [
    "Attempt",
    "CashUp",
    "DemoPayment",
    "DemoRefund",
    "Difference",
    "Order",
    "PaymentCell",
    "ProviderNotice",
    "Receipt",
    "Reconciliation",
    "ReductionCertificate",
    "ReductionRequest",
    "Refund",
    "SavingCell",
]
