"""The tables of evaluation, one file for each aggregate."""

from procurement.evaluation.models.asking import Ballot, Clarification, Rejection
from procurement.evaluation.models.candidate import Candidate
from procurement.evaluation.models.evaluation import EvaluatedBid, Evaluation, Minute, Signature, Verdict
from procurement.evaluation.models.offers import DemandChange, FinalOffer, Negotiation, RoundDecision
from procurement.evaluation.models.scores import Explanation, Score, Scorecard
from procurement.evaluation.models.session import ChairVote, Declaration, Session
from procurement.evaluation.models.sheet import Criterion, Sheet

__all__ = [
    "Ballot",
    "Candidate",
    "ChairVote",
    "Clarification",
    "Criterion",
    "Declaration",
    "DemandChange",
    "EvaluatedBid",
    "Evaluation",
    "Explanation",
    "FinalOffer",
    "Minute",
    "Negotiation",
    "Rejection",
    "RoundDecision",
    "Score",
    "Scorecard",
    "Session",
    "Sheet",
    "Signature",
    "Verdict",
]
