"""Fees of a case: what is due, payments, receipts and refunds."""
