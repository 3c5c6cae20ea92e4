"""Sentences are compared in English, whatever language the portal speaks by itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_english(settings: Any, tmp_path: Path) -> Iterator[None]:
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with translation.override("en"):
        yield
