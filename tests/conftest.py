"""What every test stands on: keys, the seeded tables, and a clean cache of the calendar."""

import base64
import fcntl
import gc
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import fastflush

gc.disable()  # until everything is loaded: what is imported stays, and was searched for garbage while it grew


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
# Nobody needs a test's rows after a power cut: a commit need not wait for the disk.
_options = connection.settings_dict.setdefault("OPTIONS", {})
if connection.vendor == "postgresql":
    _options["options"] = "-c synchronous_commit=off"
else:
    _options["init_command"] += "PRAGMA synchronous=OFF;"


# Examples are the same on every run, and none is too slow: a machine with other work is no reason to fail.
hypothesis_settings.register_profile(
    "portal",
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("portal")


def _back_to_the_seeds(_case: TransactionTestCase) -> None:
    fastflush.restore()


TransactionTestCase._fixture_teardown = _back_to_the_seeds  # type: ignore[attr-defined]


# The name of a database with all tables and no rows, which the first process leaves for the others to copy. `.ci/test.py`
# gives it and drops it with the rest; whoever starts pytest by hand does without.
TABLES = os.environ.get("TEST_TABLES", "") if "PYTEST_XDIST_WORKER" in os.environ else ""
# PostgreSQL locks each of the two thousand tables and indexes until the transaction that makes them commits: four
# processes doing so at once ask for more locks than a server keeps by default.
_turn: list[Any] = []


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker: Any) -> None:
    """One test process after the other makes its tables; `django_db_setup` lets the next one begin."""
    if connection.vendor == "postgresql":
        file = Path(tempfile.gettempdir(), f"portal-test-tables-{os.getppid()}").open("w")  # noqa: SIM115 - held open on purpose
        fcntl.flock(file, fcntl.LOCK_EX)
        _turn.append(file)
        with django_db_blocker.unblock():
            if TABLES and _exists(TABLES):
                connection.settings_dict["TEST"]["TEMPLATE"] = TABLES


def _exists(database: str) -> bool:
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        return cursor.fetchone() is not None


def _leave_tables() -> None:
    """Copy this process's tables for the others; if somebody looks into them at this moment, each makes its own."""
    name = connection.settings_dict["NAME"]
    connection.close()
    with suppress(OperationalError), connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        quote = connection.ops.quote_name
        cursor.execute(f"CREATE DATABASE {quote(TABLES)} TEMPLATE {quote(name)}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database with the calendar, the rules and all other seeds in it."""
    from portal.core import calendar
    from portal.core.seeds import run_seeds

    with django_db_blocker.unblock():
        if _turn and TABLES and connection.settings_dict["TEST"].get("TEMPLATE") != TABLES:
            _leave_tables()
        while _turn:
            _turn.pop().close()
        run_seeds()
        fastflush.remember()
        _seeded.append(calendar.workdays())


# The calendar's index as the seeds make it: reading 22,000 days anew for each test was a tenth of the suite's time.
_seeded: list[Any] = []


@pytest.fixture(autouse=True)
def _fresh_calendar() -> Iterator[None]:
    """A rolled-back change leaves its numbers behind: no index, no rule and no version of an item may outlive its test."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    from approvals.cases import catalogue_memory
    from portal.api import fanout
    from portal.core import calendar, rules

    # Nobody listens until a test says so: the question is asked anew every 20 s, in the midst of a count of queries.
    fanout._known = (float("inf"), False)
    calendar.forget()
    if _seeded:
        calendar._index = _seeded[0]
    rules.forget()
    catalogue_memory.forget()


@contextmanager
def as_a_test() -> Iterator[None]:
    """A transaction that durable actions take for the test's own, and that leaves nothing: for worlds of many tests."""
    _forget()
    step = transaction.atomic()
    step._from_testcase = True
    with step:
        yield
        transaction.set_rollback(True)


# Faces parse and render; what they call is tested on both databases.
FACES = re.compile(r"/(tests/(api|site|documents)/test_(?!.*races)|test_(.*_)?(pages?|exports|sign_in)\.py)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if FACES.search(item.path.as_posix()):
            item.add_marker(pytest.mark.once)
    items.sort(key=_turn_of)


def _turn_of(item: pytest.Item) -> tuple[int, str]:
    """What takes long comes early: a worker that runs out of work takes it from the end of another one's list."""
    if item.get_closest_marker("first"):
        return 0, item.path.as_posix()  # its world is not left in between, for a test that asks for no tables
    return (1 if item.get_closest_marker("slow") else 2), ""


def pytest_collection_finish() -> None:
    """What is loaded by now stays: searching all of it for garbage again and again was a part of each test's time."""
    gc.collect()
    gc.freeze()
    # With what stays left out, so little is counted as old that all of the new was searched after every few tests.
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("shows only on PostgreSQL")
