"""Articles for what is asked, from the room of knowledge."""

from typing import Any

from hotline.knowledge.querysets import suggest

MOST = 5


def articles_for(text: str) -> list[Any]:
    """The articles in force that answer best; two queries at most."""
    return list(suggest(text, MOST))
