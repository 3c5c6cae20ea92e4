"""A driven clock for all threads: `driven_clock` reaches its own thread only, and the live server answers in others."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from portal.core import time
from tests.factories import moment


class EverybodysClock:
    """In the place of the context variable of `driven_clock`: one moment for all threads, the live server's too."""

    def __init__(self) -> None:
        self.value: dt.datetime | None = None

    def get(self) -> dt.datetime | None:
        return self.value

    def set(self, value: dt.datetime | None) -> dt.datetime | None:
        before, self.value = self.value, value
        return before

    def reset(self, before: dt.datetime | None) -> None:
        self.value = before

    def at(self, text: str) -> None:
        self.value = moment(text[:16]) + dt.timedelta(seconds=int(text[17:] or 0))


@contextmanager
def everybody_at(text: str) -> Iterator[EverybodysClock]:
    """Inside, it is this moment for everybody; `at` moves on."""
    made = EverybodysClock()
    made.at(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "_driven", made)
        yield made
