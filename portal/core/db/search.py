"""Full-text search over one column of ready-made tokens: FTS5 on SQLite, tsvector on PostgreSQL.

The column holds tokens separated by single spaces (portal.core.search makes them), so neither database has to know
Chinese, and PostgreSQL's locale does not matter: the vector is built from the array, not by a parser.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, models
from django.db.models.expressions import RawSQL

from portal.core.db import is_postgres


@dataclass(frozen=True)
class Term:
    """One token to look for; with `prefix` also everything that begins with it."""

    token: str
    prefix: bool = False


# Outer list: any of them; inner list: all of them.
Query = Sequence[Sequence[Term]]


def ensure_index(model: type[models.Model], column: str) -> None:
    """Create what searches `column` of the model's table, and fill it. Safe to call again and after every migrate."""
    if is_postgres():
        _ensure_postgres(model._meta.db_table, column)
    else:
        _ensure_sqlite(model._meta.db_table, column, model._meta.pk.column or "id")


def matching(queryset: "models.QuerySet[models.Model]", column: str, query: Query) -> "models.QuerySet[models.Model]":
    """The rows of `queryset` whose tokens satisfy `query`; none for an empty query."""
    groups = [list(group) for group in query if group]
    if not groups:
        return queryset.none()
    table = connection.ops.quote_name(queryset.model._meta.db_table)
    pk = connection.ops.quote_name(queryset.model._meta.pk.column or "id")
    if is_postgres():
        vector = _vector(connection.ops.quote_name(column))
        sql = f"SELECT {pk} FROM {table} WHERE {vector} @@ %s::tsquery"  # noqa: S608 - names of our own models
        return queryset.filter(pk__in=RawSQL(sql, [_tsquery(groups)]))  # noqa: S611
    fts = connection.ops.quote_name(_fts_name(queryset.model._meta.db_table, column))
    sql = f"SELECT rowid FROM {fts} WHERE {fts} MATCH %s"  # noqa: S608 - names of our own models
    return queryset.filter(pk__in=RawSQL(sql, [_fts_query(groups)]))  # noqa: S611


def _fts_name(table: str, column: str) -> str:
    return f"{table}_{column}_fts"


def _vector(column: str) -> str:
    return f"array_to_tsvector(array_remove(string_to_array({column}, ' '), ''))"


def _ensure_postgres(table: str, column: str) -> None:
    """A GIN index without a list of pending rows: a long one makes the planner read the whole table after an import."""
    quote = connection.ops.quote_name
    name = quote(_fts_name(table, column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE INDEX IF NOT EXISTS {name} ON {quote(table)} "
            f"USING gin ({_vector(quote(column))}) WITH (fastupdate = off)"
        )


def _ensure_sqlite(table: str, column: str, pk: str) -> None:
    """An FTS5 table beside the real one, kept in step by triggers.

    Django rebuilds a SQLite table when a migration alters it, and the triggers go with the old one: whenever they are
    missing they are made again and the index is filled anew.
    """
    quote = connection.ops.quote_name
    fts = _fts_name(table, column)
    names = [f"{fts}_insert", f"{fts}_delete", f"{fts}_update"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN (%s, %s, %s)", names)
        if cursor.fetchone()[0] == len(names):
            return
        cursor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {quote(fts)} USING fts5({quote(column)}, content='{table}', "
            f"content_rowid='{pk}', tokenize='unicode61 remove_diacritics 0', detail=none)"
        )
        add = f"INSERT INTO {quote(fts)}(rowid, {quote(column)}) VALUES (new.{quote(pk)}, new.{quote(column)});"  # noqa: S608
        drop = (
            f"INSERT INTO {quote(fts)}({quote(fts)}, rowid, {quote(column)}) "  # noqa: S608
            f"VALUES ('delete', old.{quote(pk)}, old.{quote(column)});"
        )
        for name, event, body in (
            (names[0], "AFTER INSERT", add),
            (names[1], "AFTER DELETE", drop),
            (names[2], f"AFTER UPDATE OF {quote(column)}", drop + add),
        ):
            cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {quote(name)} {event} ON {quote(table)} BEGIN {body} END")
        cursor.execute(f"INSERT INTO {quote(fts)}({quote(fts)}) VALUES ('rebuild')")  # noqa: S608


def _fts_query(groups: Sequence[Sequence[Term]]) -> str:
    def word(term: Term) -> str:
        quoted = '"' + term.token.replace('"', '""') + '"'
        return f"{quoted}*" if term.prefix else quoted

    return " OR ".join("(" + " AND ".join(word(term) for term in group) + ")" for group in groups)


def _tsquery(groups: Sequence[Sequence[Term]]) -> str:
    def word(term: Term) -> str:
        quoted = "'" + term.token.replace("\\", "\\\\").replace("'", "''") + "'"
        return f"{quoted}:*" if term.prefix else quoted

    return " | ".join("(" + " & ".join(word(term) for term in group) + ")" for group in groups)
