"""Files of its own for each test, and the people of one department."""

from typing import Any

import pytest
from django.core.cache import cache

from tests.documents.objects import Team, team


@pytest.fixture(autouse=True)
def _files_of_their_own(settings: Any, tmp_path: Any) -> Any:
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    settings.DEMO = False
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def people(db: Any) -> Team:
    return team()
