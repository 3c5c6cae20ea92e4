"""The interface for other systems: tokens, addresses under /api/v1/ and webhooks."""
