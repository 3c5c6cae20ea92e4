"""Addresses of the Open311 interface."""
