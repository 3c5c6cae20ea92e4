"""What rooms above add to the papers of a case: blocks behind the text of a kind, in each language."""

from collections.abc import Callable

from approvals.cases.models import Case
from approvals.cases.papers.facts import Tongue
from portal.core.documents import Block

Addition = Callable[[Case, Tongue], list[Block]]
_additions: dict[tuple[str, str], Addition] = {}


def register(kind: str, key: str, addition: Addition) -> None:
    """From now on papers of this kind carry what `addition(case, t)` gives. Called in an app's `ready()`."""
    _additions[kind, key] = addition


def added_to(kind: str, case: Case, t: Tongue) -> list[Block]:
    """The blocks that rooms above add; asked for nothing where the applicant promised nothing."""
    if not case.pledged:
        return []
    wanted = sorted((entry for entry in _additions.items() if entry[0][0] == kind), key=lambda entry: entry[0])
    return [block for _key, addition in wanted for block in addition(case, t)]
