"""What makes a function an action: one use case = one durable transaction = lock → check → write → event."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, transaction

from portal.core import db

P = ParamSpec("P")
R = TypeVar("R")
ATTEMPTS = 3  # the first, and two more after a deadlock or where others held the database all the time


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` in a durable transaction of its own; one that lost to others is run again, at most twice.

    Durable means that actions never call one another: what they share is a plain function.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic(durable=True):
                    return function(*args, **kwargs)
            except DatabaseError as error:
                if attempt == ATTEMPTS or not db.may_run_again(error):
                    raise
        raise AssertionError("unreachable")

    return run
