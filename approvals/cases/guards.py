"""What rooms above say against a step of a case: an unpaid fee, a delivery without its proof.

A guard is asked under the case's lock before the step is taken, and by the pages, so that a button says why it is not
there. It reads only, and answers None where it has nothing against the step.
"""

from collections.abc import Callable, Iterable

from approvals.cases.models import Case
from portal.core.errors import DomainError

Guard = Callable[[Case, str], DomainError | None]
_guards: dict[str, tuple[frozenset[str], Guard, bool]] = {}


def register(key: str, steps: Iterable[str], guard: Guard, *, of_new: bool = True) -> None:
    """From now on `guard(case, step)` is asked about these steps. Called in an app's `ready()`.

    `of_new` False: the guard looks at what was hung to the case before; a case that the present transaction has made
    has nothing of the kind, and the guard is not asked about it.
    """
    _guards[key] = (frozenset(steps), guard, of_new)


def refusal(case: Case, step: str, *, new: bool = False) -> DomainError | None:
    """The first objection to a step of this case, in words for the reader; None when it may be taken."""
    for _key, (steps, guard, of_new) in sorted(_guards.items(), key=lambda entry: entry[0]):
        if step in steps and (of_new or not new) and (found := guard(case, step)) is not None:
            return found
    return None
