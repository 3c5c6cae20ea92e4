"""gunicorn's settings for `serve`: its workers die with their master, however it ends."""

from typing import Any

from portal.core.child import die_with_parent


def post_fork(server: Any, worker: Any) -> None:
    die_with_parent(worker.ppid)
