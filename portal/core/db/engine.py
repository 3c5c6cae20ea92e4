"""Which database the settings name, told without connecting to it."""

from collections.abc import Mapping
from typing import Any


def on_server(databases: Mapping[str, Any]) -> bool:
    """True for a database server, which many machines may use; False for the embedded file."""
    return "sqlite" not in databases["default"]["ENGINE"]
