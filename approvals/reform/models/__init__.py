"""The data of the reform: requests to change an item's standing, and delegations to lower levels.

The ledger itself (`ItemChange`) and the standing of an item belong to the catalogue; here is how a change comes about.
"""

from approvals.reform.models.delegations import Delegation
from approvals.reform.models.requests import ChangeRequest

__all__ = ["ChangeRequest", "Delegation"]
