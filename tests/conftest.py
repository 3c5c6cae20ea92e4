"""What every test stands on: keys, the seeded tables, and a clean cache of the calendar."""

import base64
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from tests import fastflush


def _key(name: str, letter: bytes) -> str:
    return f"{name}:{base64.b64encode(letter * 32).decode()}"


# Made-up keys: tests never read those of the installation.
settings.SECRET_KEY = "for the tests only, and long enough to be accepted as a key"
settings.FIELD_KEYS = [_key("t1", b"f")]
settings.BLIND_KEYS = [_key("t1", b"b")]
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast
settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# One Redis serves several test processes side by side: each keeps to itself, as it does with a cache in memory.
settings.CACHES["default"]["KEY_PREFIX"] = f"test-{os.getpid()}"
if settings.CACHES["default"]["BACKEND"].endswith("RedisCache"):
    from django.core.cache.backends.redis import RedisCache

    def _clear_own(self: Any) -> bool:
        """Delete the keys of this process only: Django's own way empties the database under its neighbours' feet."""
        client = self._cache.get_client(None, write=True)
        keys = list(client.scan_iter(match=f"{self.key_prefix}:*"))
        return bool(client.delete(*keys)) if keys else True

    RedisCache.clear = _clear_own  # type: ignore[method-assign]
settings.DATA_DIR.mkdir(parents=True, exist_ok=True)


def _back_to_the_seeds(_case: TransactionTestCase) -> None:
    fastflush.restore()


TransactionTestCase._fixture_teardown = _back_to_the_seeds  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database with the calendar, the rules and all other seeds in it."""
    from portal.core.seeds import run_seeds

    with django_db_blocker.unblock():
        run_seeds()
        fastflush.remember()


@pytest.fixture(autouse=True)
def _fresh_calendar() -> Iterator[None]:
    """A rolled-back change leaves the version number behind: no index and no rule may outlive its test."""
    from portal.core import calendar, rules

    calendar.forget()
    rules.forget()
    yield
    calendar.forget()
    rules.forget()


# Faces parse and render; what they call is tested on both databases.
FACES = re.compile(r"/(tests/(api|site|documents)/test_(?!.*races)|test_(.*_)?(pages?|exports|sign_in)\.py)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if FACES.search(item.path.as_posix()):
            item.add_marker(pytest.mark.once)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("shows only on PostgreSQL")
