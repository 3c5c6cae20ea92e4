"""What each role gets at the addresses of the roof."""

from collections.abc import Mapping
from typing import Any

from portal.core.tasks import beat_tick
from tests.permissions import Cast, everyone, nothing, signed_in


def alive(_cast: Cast) -> Mapping[str, Any]:
    """Beat was seen a moment ago."""
    beat_tick()
    return {}


ROWS = [
    ("site:home", nothing, everyone()),
    ("site:landing", nothing, signed_in(302)),
    ("site:elder", nothing, everyone(405)),
    ("site:elder", nothing, everyone(302), "post", {"elder": "1"}),
    ("site:help", nothing, everyone()),
    ("site:accessibility", nothing, everyone()),
    ("site:centre", nothing, everyone()),
    ("site:health", alive, everyone()),
    ("site:styleguide", nothing, everyone(404)),
    ("site:styleguide-staff", nothing, everyone(404)),
    ("set_language", nothing, everyone(302), "post", {"language": "en"}),
]
