"""Files of their own, no counts of the test before, and the language that a test asks for."""

from typing import Any

import pytest
from django.core.cache import cache

from approvals.cases.catalogue_memory import forget
from portal.people.clients import usage


@pytest.fixture(autouse=True)
def _fresh(settings: Any, tmp_path: Any) -> None:
    cache.clear()
    usage.forget()
    forget()
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
