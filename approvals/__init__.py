"""Approvals: the catalogue of items and the cases filed for them."""
