"""Tags of the supervisors' pages."""
