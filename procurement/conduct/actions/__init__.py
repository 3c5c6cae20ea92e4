"""What changes conduct: ratings, sheets, decisions."""

from procurement.conduct.actions.deciding import DecisionDraft, propose, take_decision_step
from procurement.conduct.actions.rating import ActDraft, publish_sheet, rate, take_rating_step

__all__ = [
    "ActDraft",
    "DecisionDraft",
    "propose",
    "publish_sheet",
    "rate",
    "take_decision_step",
    "take_rating_step",
]
