"""The life of a month's board: draft with objections, published, replaced by a correction."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.board import policies
from hall.board.models import Board
from portal.core.lifecycle import Lifecycle, State, Step, Transition
from portal.core.time import today


def _publish(step: Step[Board]) -> None:
    step.obj.published_at, step.obj.published_by = step.moment, step.actor.user


STATES = [
    State("draft", pgettext_lazy("board state", "Draft, open to objections")),
    State("published", pgettext_lazy("board state", "Published"), ended=True),
    State("replaced", pgettext_lazy("board state", "Replaced by a correction"), ended=True),
]

TRANSITIONS: list[Transition[Board]] = [
    Transition(
        "publish",
        label=_("Publish the board"),
        told=pgettext_lazy("timeline", "Published"),
        sources=frozenset({"draft"}),
        target="published",
        may=policies.may_draw,
        when=lambda board: board.objections_until < today(),
        effect=_publish,
        tone="primary",
        irreversible=True,
    ),
    Transition(
        "replace",
        label=_("Correct the board"),
        told=pgettext_lazy("timeline", "Replaced by a correction"),
        sources=frozenset({"published"}),
        target="replaced",
        may=policies.may_draw,
        tone="warning",
    ),
]

BOARD: Lifecycle[Board] = Lifecycle("board", STATES, TRANSITIONS)
