"""Faces of the telephone and of the operator’s desk."""
