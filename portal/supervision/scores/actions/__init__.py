"""What changes versions of the indicators, rankings and suggestions; other rooms import only what stands here."""

from portal.supervision.scores.actions.rankings import compute, compute_due, take_edition_step
from portal.supervision.scores.actions.schemes import IndicatorDraft, new_draft, rewrite_draft, take_scheme_step
from portal.supervision.scores.actions.suggestions import (
    MeasureDraft,
    answer,
    ask,
    light_lamps,
    report_measure,
    take_proposal_step,
)

__all__ = [
    "IndicatorDraft",
    "MeasureDraft",
    "answer",
    "ask",
    "compute",
    "compute_due",
    "light_lamps",
    "new_draft",
    "report_measure",
    "rewrite_draft",
    "take_edition_step",
    "take_proposal_step",
    "take_scheme_step",
]
