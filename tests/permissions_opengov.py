"""What each role gets at the addresses of open government: the same, because everything here is everybody's."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal.core.time import now
from portal.supervision.opengov.models import PreparedFile
from tests.permissions import Cast, everyone, nothing


def one(_cast: Cast) -> Mapping[str, Any]:
    return {"code": "windows"}


def unknown(_cast: Cast) -> Mapping[str, Any]:
    return {"code": "zebra"}


def as_csv(cast: Cast) -> Mapping[str, Any]:
    return {**one(cast), "format": "csv"}


def _file(state: str, **more: Any) -> Mapping[str, Any]:
    made = PreparedFile.objects.create(
        code="windows", first=dt.date(2020, 1, 1), last=dt.date(2026, 1, 1), format="csv", language="en", digest="d",
        state=state, asked_at=now(), **more,
    )  # fmt: skip
    return {"uid": made.uid}


def waiting(_cast: Cast) -> Mapping[str, Any]:
    return _file("waiting")


def ready(_cast: Cast) -> Mapping[str, Any]:
    stored = default_storage.save("opendata/ready.csv", ContentFile(b"code\r\n"))
    return _file("ready", stored_as=stored, started_at=now(), finished_at=now())


WHOLE = {"format": "csv", "first": "2020-01-01", "last": "2026-01-01"}
ROWS: list[tuple] = [
    ("opengov:page", nothing, everyone()),
    ("opengov:notices", nothing, everyone()),
    ("opengov:catalogue", nothing, everyone()),
    ("opengov:catalog", nothing, everyone()),
    ("opengov:changes", nothing, everyone()),
    ("opengov:dataset", one, everyone()),
    ("opengov:dataset", unknown, everyone(404)),
    ("opengov:datapackage", one, everyone()),
    ("opengov:dictionary-json", one, everyone()),
    ("opengov:dictionary-csv", one, everyone()),
    ("opengov:download", as_csv, everyone()),
    ("opengov:prepare", one, everyone(405)),
    ("opengov:prepare", one, everyone(302), "post", WHOLE),
    ("opengov:prepare", one, everyone(422), "post", {**WHOLE, "last": "2019-01-01"}),
    ("opengov:file", waiting, everyone()),
    ("opengov:file", ready, everyone()),
    ("opengov:file-content", waiting, everyone(404)),
    ("opengov:file-content", ready, everyone()),
    ("opengov:api-datasets", nothing, everyone()),
    ("opengov:api-dataset", one, everyone()),
    ("opengov:api-dataset", unknown, everyone(404)),
    ("opengov:api-rows", one, everyone()),
]
