"""Faces of the tickets: the hotline, the departments, the callers themselves."""
