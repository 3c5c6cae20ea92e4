"""What holds a tender up: rooms above say so here, and every step that the portal or a room above takes asks first."""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from portal.core.errors import WrongState, type_of_message
from portal.core.time import today

if TYPE_CHECKING:
    from procurement.tenders.models import Project

# Steps that wait while the tender is held up; evaluating again and taking back an award never wait.
HELD_UP = frozenset({"open", "evaluate", "publish", "award", "contract"})
Stop = Callable[["Project", dt.date], type_of_message]

_stops: dict[str, Stop] = {}


def register_stop(key: str, stop: Stop) -> None:
    """`stop(project, day)` gives the sentence that says what holds the tender up, or "". Called in `ready()`."""
    _stops[key] = stop


def stopped_by(project: "Project", on: dt.date | None = None) -> str:
    """What holds the tender up on a day, in words; empty where nothing does."""
    day = on or today()
    return next((str(text) for stop in _stops.values() if (text := stop(project, day))), "")


def check(project: "Project", code: str) -> None:
    """Raises WrongState that names what holds the step up. The tender is locked."""
    if code in HELD_UP and (text := stopped_by(project)):
        raise WrongState(text, code="held_up")
