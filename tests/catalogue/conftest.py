"""Two people who may publish, and a small part of the demo city's catalogue."""

import pytest
from django.test import Client

from approvals.catalogue.demo import load_demo_catalogue
from portal.core.actors import Actor
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.permissions import Cast

SHOWN = (
    "GAJ-001", "GAJ-002", "GAJ-004", "GAJ-016", "SCJG-001", "SCJG-007", "ZRZY-001", "SWJ-001", "GJJ-002", "MZJ-001",
    "MZJ-004", "CLJ-001", "YBJ-002", "JTJ-001",
)  # fmt: skip


@pytest.fixture
def author(db: None) -> Actor:
    return actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)


@pytest.fixture
def reviewer(db: None) -> Actor:
    return actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)


@pytest.fixture
def shown(author: Actor, reviewer: Actor) -> tuple[str, ...]:
    """Fourteen published items of the demo city."""
    load_demo_catalogue(author, reviewer, only=SHOWN)
    return SHOWN


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def head(cast: Cast) -> Client:
    client = cast.client("department_head")
    client.user = cast.person("department_head")  # type: ignore[attr-defined]
    return client


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
