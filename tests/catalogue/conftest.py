"""Two people who may publish, and a small part of the demo city's catalogue."""

import pytest

from approvals.catalogue.demo import load_demo_catalogue
from portal.core.actors import Actor
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories

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
