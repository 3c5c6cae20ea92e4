"""Life cycles as data: one declarative table for each kind of thing.

From the table come the buttons, the API's actions, the permission checks, the timeline's words, the diagram in the
docs, and the tests that walk it at random. What a step does to the row is the step's `effect`, in the app's own file.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, Stale, WrongState
from portal.core.time import now

if TYPE_CHECKING:
    from portal.people.models import User

Text = str | Promise
T = TypeVar("T", bound=Any)
Policy = Callable[["User", T], bool]


@dataclass(frozen=True)
class State:
    """A state that a thing can be in. `ended` = the thing needs nothing more from the clock."""

    code: str
    label: Text
    ended: bool = False


@dataclass(frozen=True)
class Ask:
    """One thing that a step asks of the person who takes it."""

    name: str
    kind: str  # text | choice | choices | days | date
    label: Text
    required: bool = True
    hint: Text = ""
    choices: tuple[tuple[str, Text], ...] = ()
    minimum: int = 1
    maximum: int = 3650
    longest: int = 2000  # characters

    def clean(self, value: Any) -> Any:
        """The value as the step stores it. Raises ValueError with a sentence for the reader."""
        if value in (None, "", []):
            if self.required:
                raise ValueError(_("Please fill this in."))
            return [] if self.kind == "choices" else "" if self.kind in {"text", "choice"} else None
        return getattr(self, f"_clean_{self.kind}")(value)

    def _clean_text(self, value: Any) -> str:
        text = str(value).strip()
        if not text and self.required:
            raise ValueError(_("Please fill this in."))
        if len(text) > self.longest:
            raise ValueError(_("Please use at most %(n)s characters.") % {"n": self.longest})
        return text

    def _clean_choice(self, value: Any) -> str:
        if str(value) not in {code for code, _label in self.choices}:
            raise ValueError(_("Please choose one of the answers."))
        return str(value)

    def _clean_choices(self, value: Any) -> list[str]:
        return [str(one).strip() for one in value if str(one).strip()]

    def _clean_days(self, value: Any) -> int:
        try:
            days = int(value)
        except (TypeError, ValueError):
            raise ValueError(_("Please give a whole number of days.")) from None
        if not self.minimum <= days <= self.maximum:
            raise ValueError(_("Please give between %(a)s and %(b)s days.") % {"a": self.minimum, "b": self.maximum})
        return days

    def _clean_date(self, value: Any) -> dt.date:
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError:
            raise ValueError(_("Please give a date like 2026-11-21.")) from None


@dataclass(frozen=True)
class Transition(Generic[T]):
    """One allowed change: from, to, who may, what it asks, what it does."""

    code: str
    label: Text  # what the button says
    told: Text  # what the timeline says afterwards
    sources: frozenset[str]
    target: str | Callable[[T], str] | None  # None: the state stays
    may: Policy[T]
    effect: "Callable[[Step[T]], None] | None" = None
    asks: tuple[Ask, ...] = ()
    when: Callable[[T], bool] = lambda _obj: True  # what the row itself must fulfil
    # A step that needs a second pair of eyes is proposed by `may` and confirmed by `confirms`.
    confirms: Policy[T] | None = None
    by_portal: bool = False  # taken by a job, never by a button
    portal_too: bool = False  # a step of people that a job may take as well
    public: bool = True  # stands in the applicant's timeline
    tone: str = "secondary"  # primary | secondary | warning
    irreversible: bool = False  # the page asks once more
    correctable: bool = False  # a supervisor may undo it
    leads_to: frozenset[str] = frozenset()  # where a computed target may lead, for the diagram

    @property
    def proposed(self) -> bool:
        return self.confirms is not None

    def possible(self, obj: T) -> bool:
        """Whether the step exists for the row as it is, whoever asks."""
        return obj.state in self.sources and self.when(obj)


@dataclass
class Step(Generic[T]):
    """One taking of a transition: what the effect works with. `data` ends up in the event."""

    transition: Transition[T]
    obj: T
    actor: Actor
    inputs: dict[str, Any]
    moment: dt.datetime
    data: dict[str, Any] = field(default_factory=dict)
    personal: dict[str, Any] = field(default_factory=dict)

    def apply(self) -> tuple[str, str]:
        """Run the effect and move the state; returns (from, to). The caller locks before, saves and records after."""
        before = self.obj.state
        target = self.transition.target
        after = before if target is None else target(self.obj) if callable(target) else target
        if self.transition.effect:
            self.transition.effect(self)
        self.obj.state = after
        self.obj.state_version += 1
        return before, after


class Lifecycle(Generic[T]):
    """The table of one kind of thing."""

    def __init__(self, name: str, states: list[State], transitions: list[Transition[T]]) -> None:
        self.name = name
        self.states = {state.code: state for state in states}
        self.transitions = {transition.code: transition for transition in transitions}
        for transition in transitions:
            unknown = transition.sources - self.states.keys()
            if isinstance(transition.target, str):
                unknown |= {transition.target} - self.states.keys()
            if unknown:
                raise ValueError(f"{name}: {transition.code} names unknown states {sorted(unknown)}")

    def offered(self, obj: T, user: "User") -> list[Transition[T]]:
        """The steps that this person can take or propose now: the buttons."""
        return [t for t in self.transitions.values() if not t.by_portal and t.possible(obj) and t.may(user, obj)]

    def begin(
        self,
        obj: T,
        code: str,
        actor: Actor,
        inputs: Mapping[str, Any] | None = None,
        *,
        state_version: int | None,
        confirming: bool = False,
    ) -> Step[T]:
        """Check everything that the table says about a step; the row is locked.

        `confirming`: the second pair of eyes takes a step that somebody proposed.
        Raises Stale, WrongState, NotAllowed, Invalid. `state_version` None is for the portal's own jobs.
        """
        transition = self.transitions[code]
        if state_version is not None and state_version != obj.state_version:
            raise Stale()
        if not transition.possible(obj):
            raise WrongState()
        if not self._may(transition, obj, actor, confirming):
            raise NotAllowed()
        return Step(transition, obj, actor, clean_inputs(transition, inputs or {}), now())

    def _may(self, transition: Transition[T], obj: T, actor: Actor, confirming: bool) -> bool:
        if actor.user is None:
            return transition.by_portal or transition.portal_too
        policy = transition.confirms if confirming else transition.may
        return policy is not None and not transition.by_portal and policy(actor.user, obj)


def clean_inputs(transition: Transition[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What the step asks, cleaned. Raises Invalid that names each field."""
    cleaned: dict[str, Any] = {}
    wrong: dict[str, Text] = {}
    for ask in transition.asks:
        try:
            cleaned[ask.name] = ask.clean(given.get(ask.name))
        except ValueError as error:
            wrong[ask.name] = error.args[0]
    if wrong:
        raise Invalid(fields=wrong)
    return cleaned


def targets(transition: Transition[Any], source: str) -> list[str]:
    """Where the step may lead from that state, as far as the table says it; empty where only the row knows."""
    if transition.target is None:
        return [source]
    return [transition.target] if isinstance(transition.target, str) else sorted(transition.leads_to)


def diagram(lifecycle: Lifecycle[Any]) -> str:
    """The table as a Mermaid state diagram, for the docs. Steps that change no state are left out."""
    lines = ["stateDiagram-v2", f"    [*] --> {next(iter(lifecycle.states))}"]
    edges: dict[tuple[str, str], list[str]] = {}
    for transition in lifecycle.transitions.values():
        for source in sorted(transition.sources):
            for target in targets(transition, source) if transition.target is not None else []:
                edges.setdefault((source, target), []).append(transition.code)
    lines += [f"    {source} --> {target}: {', '.join(codes)}" for (source, target), codes in edges.items()]
    leaving = {source for source, target in edges if source != target}
    lines += [f"    {state} --> [*]" for state in lifecycle.states if state not in leaving]
    return "\n".join(lines) + "\n"
