"""The tables of the cells as PostgreSQL keeps them."""

import pytest
from django.db import connection

from portal.core.statistics import measure_sets

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


def test_pages_of_cells_have_room_for_another_version_of_each():
    tables = {
        cuboid.cell._meta.db_table for measures in measure_sets().values() for cuboid in measures.cuboids.values()
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND 'fillfactor=50' = ANY(reloptions)",
            [sorted(tables)],
        )
        assert {table for (table,) in cursor.fetchall()} == tables
    assert len(tables) > 10
