"""Tables of the test-only model that the statistics engine is tried on."""

import pytest
from django.db import connection


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
    yield statsapp
    declaration._sets.clear()
    declaration._sets.update(others)
    declaration._sets.pop(statsapp.ORDERS.name, None)
