"""What changes evaluations: sheets, sessions, reviews, questions, votes, scores, signatures."""

from procurement.evaluation.actions.asking import answer, ask, correct, lapse_due
from procurement.evaluation.actions.deciding import accept_small, proceed, vote, vote_on_competition
from procurement.evaluation.actions.negotiating import (
    allow_two,
    change_demands,
    close_offers,
    leave,
    offer,
    open_offers,
    settle_change,
)
from procurement.evaluation.actions.reporting import note_refusal, sign
from procurement.evaluation.actions.reviewing import (
    Finding,
    close_reviews,
    decide_qualification,
    hand_over,
    judge,
    qualify,
    take_up,
)
from procurement.evaluation.actions.rounds import decide_round
from procurement.evaluation.actions.scoring import (
    Entry,
    close_scoring,
    explain,
    hand_in,
    reopen_card,
    save_scores,
    settle_tie,
)
from procurement.evaluation.actions.sheets import CriterionDraft, SheetDraft, change_sheet, copy_sheets, write_sheet
from procurement.evaluation.actions.sitting import begin, declare, vote_for_chair

__all__ = [
    "CriterionDraft",
    "Entry",
    "Finding",
    "SheetDraft",
    "accept_small",
    "allow_two",
    "answer",
    "ask",
    "begin",
    "change_demands",
    "change_sheet",
    "close_offers",
    "close_reviews",
    "close_scoring",
    "copy_sheets",
    "correct",
    "decide_qualification",
    "decide_round",
    "declare",
    "explain",
    "hand_in",
    "hand_over",
    "judge",
    "lapse_due",
    "leave",
    "note_refusal",
    "offer",
    "open_offers",
    "proceed",
    "qualify",
    "reopen_card",
    "save_scores",
    "settle_change",
    "settle_tie",
    "sign",
    "take_up",
    "vote",
    "vote_for_chair",
    "vote_on_competition",
    "write_sheet",
]
