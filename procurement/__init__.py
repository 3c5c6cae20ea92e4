"""Public resource trading."""
