"""Faces of the rules of dispatch."""
