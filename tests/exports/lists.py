"""What the button of a page exports, held against what the page shows."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.http import QueryDict
from django.test import Client
from django.utils import translation

from portal.core.exports.actions import filters_of
from portal.core.exports.registry import export_named
from portal.core.exports.runner import batches
from portal.people.models import User

BUTTON = re.compile(r'href="([^"]*[?&;]list=([a-z_.]+)[^"]*)"')


def client_of(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="portal.people.backends.AccountBackend")
    return client


def _shown(context: Any, rows: str) -> set[int]:
    found = context[rows].rows if hasattr(context[rows], "rows") else context[rows]
    rated = [row["rating"] if isinstance(row, dict) else row for row in found]
    return {(row[0] if isinstance(row, tuple) else row).pk for row in rated}


def exported(user: User, url: str, code: str, *, rows: str = "page") -> list[dict[str, Any]]:
    """Press the button of this list on the page: the rows of the file, which are those of the page, title → value."""
    user = User.objects.get(pk=user.pk)
    answer = client_of(user).get(url)
    assert answer.status_code == 200, answer.status_code
    buttons = {name: unescape(href) for href, name in BUTTON.findall(answer.content.decode())}
    assert code in buttons, sorted(buttons)
    params = filters_of(QueryDict(urlsplit(buttons[code]).query))
    with translation.override("en"):
        export = export_named(code, user)
        assert all(label for label, _value in export.described(user, params))
        prepare = export.prepare

        def fetch(batch: list[Any]) -> None:
            if prepare is not None:
                prepare(user, params, batch)

        found = list(batches(export.queryset(user, params), prepare=fetch))
        assert {row.pk for row in found} == _shown(answer.context, rows)
        return [
            {str(one.title): one.masked(one.read(row)) if one.personal else one.read(row) for one in export.columns}
            for row in found
        ]
