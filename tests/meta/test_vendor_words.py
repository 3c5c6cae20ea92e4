"""Words of one database stand in `portal/core/db` only; comments and docstrings may speak of them."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.meta.sources import ROOT, name_of, own_python

pytestmark = pytest.mark.once

ALLOWED = ("portal/core/db/", "portal/settings.py")
WORDS = re.compile(
    r"\bpragma\b|\bfts[345]\b|ts_?vector|tsquery|skip[ _]locked\b|\bpsycopg"
    r"|(?-i:(?<!portal\.)\bsqlite|\bpostgres)|clock_timestamp"
    r"|\bpg_\w+|\bcopy\b.+\b(from stdin|to stdout)|copy_expert|create statistics|begin immediate|advisory_lock"
    r"|deallocate|\browid\b|\bjulianday\b|\bstrftime\('|to_char\(|::(int|bigint|text|date|numeric)\b",
    re.IGNORECASE,
)


def bits(source: str) -> Iterator[tuple[int, str]]:
    """Each name and each string of the code with its line; docstrings and comments are left out."""
    tree = ast.parse(source)
    docstrings = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                docstrings.add(id(first.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value
        elif isinstance(node, ast.Attribute) and node.attr == "vendor":
            yield node.lineno, "pg_vendor"
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""
        elif isinstance(node, ast.keyword) and node.arg in {"skip_locked", "nowait"}:
            yield node.value.lineno, "pg_keyword"


def vendor_words(source: str) -> list[int]:
    return [line for line, text in bits(source) if WORDS.search(text)]


@pytest.mark.parametrize(
    "source",
    [
        "if connection.vendor == 'x': pass",
        "import psycopg2",
        "from django.contrib.postgres.search import SearchVector",
        "cursor.execute('PRAGMA foreign_keys')",
        "cursor.execute('SELECT 1 FOR UPDATE SKIP LOCKED')",
        "rows.select_for_update(skip_locked=True)",
        "sql = 'CREATE VIRTUAL TABLE x USING fts5(y)'",
        "sql = 'COPY x (y) FROM STDIN'",
    ],
)
def test_a_vendor_word_is_found(source: str) -> None:
    assert vendor_words(source)


@pytest.mark.parametrize(
    "source",
    [
        '"""On PostgreSQL we use SKIP LOCKED."""',
        'say("SQLite has one writer")',
        "x = 1  # PRAGMA",
        "rows = db.skip_locked(rows)",
    ],
)
def test_talking_about_a_database_is_no_vendor_word(source: str) -> None:
    assert not vendor_words(source)


def test_only_the_database_room_speaks_to_one_database() -> None:
    wrong = [
        f"{name_of(path)}:{line}"
        for path in own_python()
        if not name_of(path).startswith(ALLOWED)
        for line in vendor_words(path.read_text(encoding="utf-8"))
    ]
    assert not wrong
    assert (ROOT / "portal/core/db").is_dir()
