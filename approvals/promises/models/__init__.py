"""The data of promises: clean-up rounds with what they found, and proposals of shorter promises."""

from approvals.promises.models.proposals import Proposal
from approvals.promises.models.rounds import CleanUp, Finding

__all__ = ["CleanUp", "Finding", "Proposal"]
