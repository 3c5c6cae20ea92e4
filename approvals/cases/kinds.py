"""Six kinds of handling and five ways (六件管理、五制): one table, read off the facts of a case.

The first two are the basis and every filing has one of them; the others say how it went and come on top, each on the
day of its own event, so that the figures of past days never change. What each rests on stands in the docs.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases.models.case import Case, Kind

ENDED_WITHOUT_EXAMINATION = ("returned", "not_accepted")

# The five ways, with what each means.
WAYS: dict[str, tuple[str | Promise, str | Promise]] = {
    "direct": (pgettext_lazy("way of handling", "Direct"), _("Concluded on the spot by the window.")),
    "promised": (pgettext_lazy("way of handling", "Promised"), _("Decided within the days that were promised.")),
    "joint": (
        pgettext_lazy("way of handling", "Joint"),
        _("Several departments, one of which leads and answers for the whole."),
    ),
    "reported": (
        pgettext_lazy("way of handling", "Reported upward with responsibility"),
        _("The department reports it to the authority above, follows it up and brings the answer back."),
    ),
    "controlled": (
        pgettext_lazy("way of handling", "Definite answer"),
        _("What cannot be taken in gets a definite answer in writing, with the grounds."),
    ),
}


@dataclass(frozen=True)
class HandlingKind:
    """One kind: its way (empty: that of its basis), the day that counts it, and which rows it holds."""

    code: str
    label: str | Promise
    meaning: str | Promise
    way: str
    day: str
    when: Q
    holds: Callable[[Case], bool]
    tone: str = "grey"

    @property
    def figure(self) -> str:
        """The name of its figure in the statistics."""
        return f"kind_{self.code}"


KINDS: tuple[HandlingKind, ...] = (
    HandlingKind(
        "immediate",
        pgettext_lazy("kind of handling", "Immediate"),
        _("Simple, complete and within the window's own power: concluded on the spot."),
        "direct",
        "submitted_on",
        Q(kind=Kind.IMMEDIATE),
        lambda case: case.submitted_on is not None and case.kind == Kind.IMMEDIATE,
        "green",
    ),
    HandlingKind(
        "promise",
        pgettext_lazy("kind of handling", "Promised time"),
        _("Needs an examination: decided within the promised working days."),
        "promised",
        "submitted_on",
        Q(kind=Kind.PROMISE),
        lambda case: case.submitted_on is not None and case.kind == Kind.PROMISE,
        "blue",
    ),
    HandlingKind(
        "joint",
        pgettext_lazy("kind of handling", "Joint"),
        _("Touches several departments: one leads, the others are asked."),
        "joint",
        "joint_on",
        Q(joint_on__isnull=False),
        lambda case: case.joint_on is not None,
        "blue",
    ),
    HandlingKind(
        "supplement",
        pgettext_lazy("kind of handling", "Supplement"),
        _("Incomplete when it came: one notice named everything that was missing."),
        "",
        "first_notice_on",
        Q(first_notice_on__isnull=False),
        lambda case: case.first_notice_on is not None,
        "amber",
    ),
    HandlingKind(
        "returned",
        pgettext_lazy("kind of handling", "Returned"),
        _("Not accepted, or returned because the supplement did not come: answered in writing with the grounds."),
        "controlled",
        "ended_on",
        Q(outcome__in=ENDED_WITHOUT_EXAMINATION),
        lambda case: case.ended_on is not None and case.outcome in ENDED_WITHOUT_EXAMINATION,
        "red",
    ),
    HandlingKind(
        "reported",
        pgettext_lazy("kind of handling", "Reported upward"),
        _("Beyond the department's own power: reported to the authority above."),
        "reported",
        "reported_on",
        Q(reported_on__isnull=False),
        lambda case: case.reported_on is not None,
        "amber",
    ),
)
BY_CODE = {kind.code: kind for kind in KINDS}


def kinds_of(case: Case) -> list[HandlingKind]:
    """The kinds that hold for the case now, the basis first."""
    return [kind for kind in KINDS if kind.holds(case)]


def ways_of(case: Case) -> list[str | Promise]:
    """The ways in which it is handled, by its kinds."""
    return [WAYS[kind.way][0] for kind in kinds_of(case) if kind.way]


def condition(code: str) -> Q:
    """The rows of a kind, as the statistics count them: with the day that counts it. Raises KeyError."""
    kind = BY_CODE[code]
    return kind.when & Q(**{f"{kind.day}__isnull": False})
