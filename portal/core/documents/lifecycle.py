"""The life of a paper: it holds, until a later one, the authority or a decision ends it. Nothing brings it back."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition
from portal.core.models.documents import Document
from portal.core.time import local_date

STATES = [State(code, label, ended=code != "in_force") for code, label in Document.State.choices]
IN_FORCE = frozenset({Document.State.IN_FORCE.value})
REASON = Ask("reason", "text", _("Reason"), required=False, longest=300)


def _end(step: Step[Document]) -> None:
    step.obj.state_on = local_date(step.moment)
    step.obj.state_reason = step.inputs["reason"]
    step.data.update(number=step.obj.number, reason=step.inputs["reason"])


def _ending(code: str, told: object, target: str) -> Transition[Document]:
    """Taken by the step that ends the paper, never by a button of its own: that step asks who may."""
    return Transition(
        code,
        label=told,  # type: ignore[arg-type]
        told=told,  # type: ignore[arg-type]
        sources=IN_FORCE,
        target=target,
        may=lambda _user, _document: False,
        effect=_end,
        asks=(REASON,),
        by_portal=True,
    )


TRANSITIONS = [
    _ending("supersede", pgettext_lazy("paper", "Superseded by a later paper"), "superseded"),
    _ending("withdraw", pgettext_lazy("paper", "Withdrawn by a supervised correction"), "withdrawn"),
    _ending("revoke", pgettext_lazy("paper", "Revoked by a decision"), "revoked"),
]

DOCUMENT: Lifecycle[Document] = Lifecycle("document", STATES, TRANSITIONS)
