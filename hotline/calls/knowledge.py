"""Articles for what is asked, from the room of knowledge."""

from typing import Any

MOST = 5


def articles_for(text: str) -> list[Any]:
    """The articles in force that answer best; two queries at most."""
    try:
        from hotline.knowledge.querysets import suggest
    except ImportError:
        return []
    return list(suggest(text, MOST))
