"""Which required materials may be missing for now: rooms above say so, by a promise to bring them or a signed commitment."""

from collections.abc import Callable

from approvals.cases.models import Case

Excuse = Callable[[Case], frozenset[int]]
_excuses: dict[str, Excuse] = {}


def register(key: str, excuse: Excuse) -> None:
    """From now on `excuse(case)` names materials (by key) that the filing may lack. Called in an app's `ready()`."""
    _excuses[key] = excuse


def excused(case: Case) -> frozenset[int]:
    """The materials that need not be there yet; nothing is asked for a case whose applicant promised nothing."""
    if not case.pledged:
        return frozenset()
    return frozenset().union(*(excuse(case) for excuse in _excuses.values()))
