"""Shifts, clock-ins and posts left empty."""
