"""The tables of conduct: rating sheets, ratings of one tender, scores of a year, decisions."""

from procurement.conduct.models.decisions import Decision
from procurement.conduct.models.ratings import Act, Rating, Score, Sheet, Subject

__all__ = ["Act", "Decision", "Rating", "Score", "Sheet", "Subject"]
