"""The clock of these tests, and a store of files of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.core.time import driven_clock
from tests.factories import moment


@pytest.fixture(autouse=True)
def _friday() -> Iterator[None]:
    with driven_clock(moment("2026-11-20 10:00")):
        yield


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    """Blobs of this test only."""
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    return tmp_path
