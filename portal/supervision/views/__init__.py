"""The supervisors' pages."""
