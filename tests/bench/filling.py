"""Filling a table with millions of rows: its secondary indexes are dropped meanwhile, and built again afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

INDEXES = """SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
 WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)"""


@contextmanager
def without_indexes(table: str) -> Iterator[None]:
    """On PostgreSQL, write the table without its indexes and without looking up foreign keys; the data is our own.

    Ends with the indexes as they were and the table vacuumed and analysed. Elsewhere nothing changes but that.
    """
    if connection.vendor != "postgresql":
        yield
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return
    with connection.cursor() as cursor:
        cursor.execute(INDEXES, [table])
        indexes = cursor.fetchall()
        cursor.execute("SET session_replication_role = replica")
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute("RESET maintenance_work_mem")
        cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("ANALYZE")
