"""The addresses under /api/v1/, and the administrators' pages of system accounts and webhooks."""
