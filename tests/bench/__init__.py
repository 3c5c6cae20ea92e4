"""Measurements against a yardstick: ours and the other way in turns, so that a busy machine is unfair to both alike."""
