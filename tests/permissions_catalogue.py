"""What each role gets at the addresses of the catalogue."""

from collections.abc import Mapping
from typing import Any

from approvals.catalogue.models import Item
from tests import factories
from tests.permissions import STAFF, Cast, everyone, nothing


def _published(cast: Cast) -> Mapping[str, Any]:
    return {"code": factories.item(dept=cast.department).code}


def _draft(cast: Cast) -> Mapping[str, Any]:
    item, _made = Item.objects.get_or_create(code="DRAFT-1", defaults={"name": "草稿", "department": cast.department})
    return {"code": item.code}


ROWS = [
    ("catalogue:list", nothing, everyone()),
    ("catalogue:guide", _published, everyone()),
    ("catalogue:guide", _draft, {**everyone(404), **dict.fromkeys(STAFF, 200)}),
    ("catalogue:guide-qr", _published, everyone()),
    ("catalogue:guide-qr", _draft, everyone(404)),
    ("catalogue:guide", lambda _cast: {"code": "NO-SUCH"}, everyone(404)),
]
