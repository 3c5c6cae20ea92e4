"""Pages of cases: for applicants, for the workbench."""
