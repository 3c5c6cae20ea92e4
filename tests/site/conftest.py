"""The frame is tested with stand-ins for the pages that other apps bring."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _frame(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.site.urls"
    settings.CSRF_FAILURE_VIEW = "portal.site.views.errors.csrf_failure"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
