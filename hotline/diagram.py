"""The life cycle of a ticket as a page of the docs, written from the table."""

from django.utils import translation

from hotline.lifecycle import TICKET
from hotline.models import Ticket
from portal.core.lifecycle import Text, Transition, diagram, targets

WHO = {
    "may_answer": "the hotline",
    "may_dispatch": "a dispatcher; for simple categories an operator",
    "may_arbitrate": "a dispatcher",
    "may_handle": "the responsible department",
    "may_return": "the responsible department",
    "may_approve_reply": "the head or a reviewer, never the author",
    "may_call_back": "the hotline",
    "may_reopen": "the hotline",
}
INTRODUCTION = """# The life cycle of a ticket

Written by `manage.py ticket_diagram` from the table in `hotline/lifecycle.py`; do not edit it here. What the words mean
stands in [domain.md](domain.md), how a step is taken in [rooms/hotline.md](rooms/hotline.md).
"""


def page() -> str:
    """The whole page, in English with the Chinese wording beside it."""
    parts = [
        INTRODUCTION,
        f"```mermaid\n{diagram(TICKET)}```\n",
        "## States\n",
        "| state | 中文 | in English | ended |\n|---|---|---|---|",
        *(
            f"| `{code}` | {_in(state.label, 'zh-hans')} | {_in(state.label, 'en')} | {'yes' if state.ended else ''} |"
            for code, state in TICKET.states.items()
        ),
        "\n## Steps\n",
        "| step | 中文 | from | to | who |\n|---|---|---|---|---|",
        *(_step(step) for step in TICKET.transitions.values()),
        "",
    ]
    return "\n".join(parts)


def _step(step: Transition[Ticket]) -> str:
    sources = ", ".join(sorted(step.sources))
    reached = sorted({target for source in step.sources for target in targets(step, source)})
    after = "stays" if step.target is None else ", ".join(reached)
    who = "the portal, for a caller or by a job" if step.by_portal else WHO[step.may.__name__]
    return f"| `{step.code}` | {_in(step.label, 'zh-hans')} | {sources} | {after} | {who} |"


def _in(text: Text, language: str) -> str:
    with translation.override(language):
        return str(text)
