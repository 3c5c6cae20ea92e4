"""Certificates: issued with their case, signed, checked, used as material, printed, renewed."""
