"""Files and a signing authority of their own for each test."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from portal.core.documents import authority


@pytest.fixture(scope="session")
def signers(tmp_path_factory: Any) -> Path:
    """One authority for all tests: founding it costs a second."""
    folder: Path = tmp_path_factory.mktemp("authority")
    authority.write(folder)
    return folder


def name_key(settings: Any, folder: Path) -> None:
    """From now on papers are signed with the key in this folder."""
    settings.SIGNING_KEY_FILE = str(folder / "signer.p12")
    settings.SIGNING_KEY_PASS = (folder / "passphrase").read_text()
    settings.SIGNING_ROOTS = str(folder / "root.pem")


@pytest.fixture(autouse=True)
def _files_of_their_own(settings: Any, tmp_path: Path) -> Any:
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    settings.DEMO = settings.SIGNING_DEMO = False
    settings.SIGNING_KEY_FILE = settings.SIGNING_ROOTS = ""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def signed(settings: Any, signers: Path) -> None:
    """Papers of this test are signed."""
    name_key(settings, signers)
