"""gunicorn's settings for `serve`: its workers die with their master, however it ends, and know since when it runs."""

import os
import time
from typing import Any

from portal.core.child import die_with_parent

UP_SINCE = "PORTAL_UP_SINCE"  # the master's start on the clock that all processes of a machine share


def on_starting(server: Any) -> None:
    os.environ[UP_SINCE] = str(time.monotonic())


def post_fork(server: Any, worker: Any) -> None:
    die_with_parent(worker.ppid)
