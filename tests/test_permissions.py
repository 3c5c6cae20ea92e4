"""Walks the permission table: each address with each role, and no address without a row."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.urls import reverse

from tests.conftest import as_a_test
from tests.permissions import FOREIGN, ROLES, Cast, Ensemble, Row, all_rows, named_addresses

ROWS = all_rows()


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


@pytest.fixture(autouse=True)
def _errors_in_short(monkeypatch):
    """Two answers of three are a refusal; what its page looks like is shown by the tests of the error pages."""

    def short(_request: Any, _template: str, _context: Any = None, status: int = 200) -> HttpResponse:
        return HttpResponse("", status=status)

    monkeypatch.setattr("portal.core.middleware.render", short)
    monkeypatch.setattr("portal.site.views.errors.render", short)


@pytest.fixture(scope="module")
def ensemble(django_db_setup: None, django_db_blocker: Any) -> Iterator[Ensemble]:
    """Everybody of the table, signed in once: making and signing in thirteen people took half of each row's time."""
    with django_db_blocker.unblock(), as_a_test():
        yield Ensemble()


@pytest.fixture
def cast(ensemble: Ensemble, db: None) -> Cast:
    return ensemble.cast()


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize("row", ROWS, ids=[f"{row.name}-{row.method}" for row in ROWS])
def test_each_role_gets_what_the_table_says(row: Row, cast: Cast) -> None:
    url = reverse(row.name, kwargs=row.kwargs(cast))
    found = {role: _status(cast, role, row, url) for role in ROLES}
    assert found == dict(row.expected)


def _status(cast: Cast, role: str, row: Row, url: str) -> int:
    """The answer to one role; what the request wrote is taken back, so that the next role meets the same state."""
    cache.clear()  # a limit of tries is the visitor's own
    client = cast.client(role)
    with as_a_test():
        status: int = getattr(client, row.method)(url, dict(row.data)).status_code
    return status


def test_every_named_address_stands_in_the_table() -> None:
    missing = set(named_addresses()) - {row.name for row in ROWS} - FOREIGN
    assert not missing


def test_every_row_has_its_address_and_every_role() -> None:
    for row in ROWS:
        assert set(row.expected) == set(ROLES), row.name
        assert row.name in set(named_addresses()), row.name
