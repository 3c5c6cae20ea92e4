"""One city for all tests of this folder; each test takes back what it writes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from portal.core.time import driven_clock
from tests.conftest import as_a_test
from tests.opengov.objects import NOW, City


@pytest.fixture(scope="package")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[City]:
    with django_db_blocker.unblock(), as_a_test():
        yield City()


@pytest.fixture
def city(built: City, db: None) -> Iterator[City]:
    """The city on a Friday morning in November."""
    cache.clear()
    with driven_clock(NOW):
        yield built


@pytest.fixture
def in_english(client: Any) -> Any:
    """A browser that asks for English."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
