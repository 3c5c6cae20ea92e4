"""Fees, payments, refunds."""
