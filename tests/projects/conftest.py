"""The town of the tests of joint review, in English: what is refused is compared by its sentence here and there."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from tests.projects.objects import Town


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def town(db) -> Town:
    made = Town()
    made.plans()
    return made
