"""One told tender for all tests that only read it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from tests.conftest import as_a_test
from tests.opendata.objects import Told


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """A tender from its announcement to the fulfilled contract; what tests write besides is gone with each of them."""
    with django_db_blocker.unblock(), own_files(tmp_path_factory.mktemp("told")), as_a_test():
        yield Told()


def own_files(folder: Path) -> override_settings:
    """Files and sealed bids of their own."""
    from django.conf import settings

    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(folder)}}
    return override_settings(STORAGES={**settings.STORAGES, "default": options}, DATA_DIR=folder / "data")


@pytest.fixture(autouse=True)
def _files_of_their_own(settings: Any, tmp_path: Path) -> None:
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    settings.DATA_DIR = tmp_path / "data"
