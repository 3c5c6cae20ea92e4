"""People of the core's tests, and the tables of the test-only model that the statistics engine is tried on."""

import pytest
from django.db import connection

from portal.core.actors import Actor
from portal.people.roles import Role
from tests import factories


@pytest.fixture
def administrator(db):
    """Somebody who may mend jobs and messages, as the doer of an action."""
    user = factories.staff(Role.ADMINISTRATOR, name="林静")
    return Actor(user=user, role="administrator", name=user.name)


@pytest.fixture
def citizen(db):
    """Somebody with telephone and e-mail, as the doer of an action."""
    user = factories.user(name="王芳", phone="13800001234", email="wang@example.com")
    return Actor(user=user, role="citizen", name=user.name)


@pytest.fixture(scope="session")
def _statsapp_schema(django_db_setup, django_db_blocker):
    from tests.core import statsapp

    with django_db_blocker.unblock():
        statsapp.make_tables()
        connection.close()


@pytest.fixture
def statsapp_tables(_statsapp_schema, db):
    """The work orders' tables are there, and their set is the only one declared."""
    from portal.core.statistics import declaration
    from tests.core import statsapp

    others = dict(declaration._sets)
    declaration._sets.clear()
    declaration._sets[statsapp.ORDERS.name] = statsapp.ORDERS
    with statsapp.installed():
        yield statsapp
    declaration._sets.clear()
    declaration._sets.update(others)
