"""The pages of promises: staff, rounds, and everybody."""
