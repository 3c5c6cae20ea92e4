"""What each role gets at the addresses of the catalogue: everything in it is public."""

from collections.abc import Mapping
from typing import Any

from tests import factories
from tests.permissions import Cast, everyone, nothing


def published(cast: Cast) -> Mapping[str, Any]:
    return {"code": factories.item(dept=cast.department).code}


ROWS = [
    ("catalogue:list", nothing, everyone()),
    ("catalogue:guide", published, everyone()),
    ("catalogue:guide-qr", published, everyone()),
    ("catalogue:guide", lambda _cast: {"code": "NO-SUCH"}, everyone(404)),
]
