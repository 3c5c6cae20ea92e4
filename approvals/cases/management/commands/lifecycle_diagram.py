"""`manage.py lifecycle_diagram`: writes the case's life cycle, as the table has it, to the docs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case
from portal.core.lifecycle import Text, Transition, diagram, targets

TARGET = Path("docs") / "case-lifecycle.md"
WHO = {
    "is_applicant": "the applicant",
    "may_submit": "the applicant; at the window the clerk who takes it in",
    "may_bring_supplement": "the applicant; at the window a clerk of the front or of the department",
    "may_withdraw": "the applicant",
    "may_handle": "a clerk of the department",
    "may_propose": "a clerk or reviewer of the department",
    "may_review": "a reviewer",
    "may_approve": "the head; for immediate items and those without review the clerk",
    "may_confirm": "a reviewer or the head",
    "may_decide_as_head": "the head",
    "may_correct": "a supervisor",
}
CLOCKS = {
    "draft": "not begun",
    "submitted": "the limit for our answer runs",
    "supplement": "the applicant's limit runs",
    "suspended": "stopped",
}
INTRODUCTION = """# The life cycle of a case

Written by `manage.py lifecycle_diagram` from the table in `approvals/cases/lifecycle.py`; do not edit it here. What the
words mean stands in [domain.md](domain.md), how a step is taken in [architecture.md](architecture.md).
"""
NOTES = """A step with a second pair of eyes is proposed by the one and taken when the other confirms; until then the state
stays and the clock runs. `correct` puts back what the last step changed, so its target is the state before that step: it may
undo {undoable}.
"""


class Command(BaseCommand):
    help = "Write docs/case-lifecycle.md: the states and steps of a case as a diagram and two tables."

    def handle(self, *_args: Any, **_options: Any) -> None:
        path = Path(settings.BASE_DIR) / TARGET
        path.write_text(page(), encoding="utf-8")
        self.stdout.write(f"{TARGET} written.")


def page() -> str:
    """The whole page, in English with the Chinese wording beside it."""
    undoable = ", ".join(f"`{code}`" for code, step in CASE.transitions.items() if step.correctable)
    parts = [
        INTRODUCTION,
        f"```mermaid\n{diagram(CASE)}```\n",
        "## States\n",
        "| state | 中文 | in English | clock |\n|---|---|---|---|",
        *(_state(code) for code in CASE.states),
        "\n## Steps\n",
        "| step | 中文 | from | to | who | second pair of eyes | can be undone |\n|---|---|---|---|---|---|---|",
        *(_step(transition) for transition in CASE.transitions.values()),
        "",
        NOTES.format(undoable=undoable),
    ]
    return "\n".join(parts)


def _state(code: str) -> str:
    state = CASE.states[code]
    clock = "ended" if state.ended else CLOCKS.get(code, "promised and legal days run")
    return f"| `{code}` | {_chinese(state.label)} | {_english(state.label)} | {clock} |"


def _step(step: Transition[Case]) -> str:
    sources = ", ".join(sorted(step.sources))
    reached = sorted({target for source in step.sources for target in targets(step, source)})
    after = "stays" if step.target is None else ", ".join(reached) or "the state before"
    who = "the portal, by a job" if step.by_portal else WHO[step.may.__name__]
    who += "; the portal, by its checks" if step.portal_too else ""
    second = WHO[step.confirms.__name__] if step.confirms else ""
    undone = "yes" if step.correctable else ""
    return f"| `{step.code}` | {_chinese(step.label)} | {sources} | {after} | {who} | {second} | {undone} |"


def _chinese(text: Text) -> str:
    with translation.override("zh-hans"):
        return str(text)


def _english(text: Text) -> str:
    with translation.override("en"):
        return str(text)
