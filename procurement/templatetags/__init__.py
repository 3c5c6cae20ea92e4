"""Template tags of public trading."""
