"""Walks the permission table: each address with each role, and no address without a row."""

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from tests.permissions import FOREIGN, ROLES, Cast, Row, all_rows, named_addresses

ROWS = all_rows()


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize("row", ROWS, ids=[f"{row.name}-{row.method}" for row in ROWS])
def test_each_role_gets_what_the_table_says(row: Row) -> None:
    cast = Cast()
    url = reverse(row.name, kwargs=row.kwargs(cast))
    found = {role: _status(cast, role, row, url) for role in ROLES}
    assert found == dict(row.expected)


def _status(cast: Cast, role: str, row: Row, url: str) -> int:
    """The answer to one role; what the request wrote is taken back, so that the next role meets the same state."""
    cache.clear()  # a limit of tries is the visitor's own
    client = cast.client(role)
    step = transaction.atomic()
    step._from_testcase = True  # durable actions take it for the test's own transaction
    with step:
        status: int = getattr(client, row.method)(url, dict(row.data)).status_code
        transaction.set_rollback(True)
    return status


def test_every_named_address_stands_in_the_table() -> None:
    missing = set(named_addresses()) - {row.name for row in ROWS} - FOREIGN
    assert not missing


def test_every_row_has_its_address_and_every_role() -> None:
    for row in ROWS:
        assert set(row.expected) == set(ROLES), row.name
        assert row.name in set(named_addresses()), row.name
