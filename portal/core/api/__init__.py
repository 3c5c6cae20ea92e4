"""What every interface for programs shares: problem details, strict JSON, signed cursors, entity tags. No addresses."""
