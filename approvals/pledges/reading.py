"""What the pages read of promises and commitments: cards with state, tone and light; the parts of a text."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext

from approvals.cases.lights import Light
from approvals.cases.models import Case
from approvals.pledges.lifecycle import COMMITMENT, COMMITMENT_TONES, MATERIAL, MATERIAL_TONES
from approvals.pledges.models import Commitment, CommitmentText, CreditRecord, PromisedMaterial
from approvals.pledges.models.commitments import TO_CHECK
from approvals.pledges.rules import days
from portal.core.calendar import workdays
from portal.core.time import today

CREDIT_TONES = {"holds": "red", "repaired": "green", "lifted": "green"}


@dataclass(frozen=True)
class PledgeCard:
    """One promise or commitment in a list: the row, its state in words and colour, and how urgent it is."""

    row: Any
    label: Any
    tone: str
    light: Light | None


def promise_card(row: PromisedMaterial) -> PledgeCard:
    light = _light(row.due_on) if row.state in {"promised", "lapsed"} else None
    return PledgeCard(row, MATERIAL.states[row.state].label, MATERIAL_TONES[row.state], light)


def commitment_card(row: Commitment) -> PledgeCard:
    light = _light(row.due_on, amber_on=row.amber_on) if row.state in TO_CHECK else None
    return PledgeCard(row, COMMITMENT.states[row.state].label, COMMITMENT_TONES[row.state], light)


def _light(due_on: Any, *, amber_on: Any = None) -> Light:
    """How long there is still time, in working days."""
    index, day = workdays(), today()
    if day > due_on:
        late = max(1, index.between(due_on, day))
        return Light("red", ngettext("%(n)s working day late", "%(n)s working days late", late) % {"n": late})
    left = index.between(day, due_on)
    if not left:
        return Light("amber", pgettext("promise", "Due today"))
    words = ngettext("%(n)s working day left", "%(n)s working days left", left) % {"n": left}
    amber = day >= amber_on if amber_on is not None else left <= days("pledge.reminder_days")
    return Light("amber" if amber else "green", words)


@dataclass(frozen=True)
class Parts:
    """A text as its reader sees it: each part line by line."""

    row: CommitmentText
    conditions: list[str]
    checked: list[str]
    consequences: list[str]


def parts(text: CommitmentText) -> Parts:
    """In the reader's language, Chinese where there is no English."""
    english = (get_language() or "").startswith("en")
    found = [
        (english and getattr(text, f"{name}_en")) or getattr(text, name)
        for name in ("conditions", "checked", "consequences")
    ]
    return Parts(text, *[[line.strip() for line in one.splitlines() if line.strip()] for one in found])


def check_days() -> int:
    return days("commitment.check_days")


def covered(case: Case) -> list[Any]:
    """The materials that the commitment stands in for."""
    return list(case.version.materials.filter(committable=True)) if case.version is not None else []


def record_state(record: CreditRecord) -> tuple[str, str]:
    """(words, tone): a record whose last day is over no longer holds."""
    if record.state == "holds" and record.until_on < today():
        return pgettext("credit", "Over"), "grey"
    return str(record.get_state_display()), CREDIT_TONES[record.state]
