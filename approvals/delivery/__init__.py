"""How a document reaches its holder, and the proof of it."""
