"""Faces of instant approval."""
