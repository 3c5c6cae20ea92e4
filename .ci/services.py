"""What this machine offers to the tests: PostgreSQL, Redis, Chromium, gettext; and a database of our own."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

DATABASE_URL = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
# The shell without windows computes half as much as a whole browser that hides them.
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def postgres_problem() -> str:
    """Why PostgreSQL cannot be used, or an empty text."""
    import psycopg2

    try:
        connection = psycopg2.connect(DATABASE_URL, connect_timeout=5)
    except psycopg2.OperationalError as error:
        return f"PostgreSQL does not answer ({str(error).strip().splitlines()[0]})"
    version = connection.server_version
    connection.close()
    return "" if version >= 150000 else f"PostgreSQL {version // 10000} is older than 15"


def redis_problem() -> str:
    """Why Redis cannot be used, or an empty text."""
    import redis

    try:
        redis.Redis.from_url(REDIS_URL, socket_connect_timeout=5).ping()
    except redis.RedisError as error:
        return f"Redis does not answer ({error})"
    return ""


def chromium() -> str:
    """The path of the system's Chromium, or an empty text."""
    named = os.environ.get("CHROMIUM", "")
    candidates = (named,) if named else CHROMIUM
    return next((path for path in map(shutil.which, candidates) if path), "")


@contextmanager
def own_database() -> Iterator[str]:
    """A new database on the server, dropped afterwards with all test databases made from it; yields its URL."""
    import psycopg2
    from psycopg2 import sql

    name = f"portal_{uuid.uuid4().hex[:10]}"
    server = psycopg2.connect(DATABASE_URL)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
    try:
        yield urlunsplit(urlsplit(DATABASE_URL)._replace(path=f"/{name}"))
    finally:
        with server.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (f"%{name}%",))
            for (database,) in cursor.fetchall():
                cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
        server.close()
