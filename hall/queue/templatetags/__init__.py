"""Tags of the queue's templates."""
