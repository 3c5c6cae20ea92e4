"""The people's tables, one file for each aggregate."""

from portal.people.models.department import Department
from portal.people.models.parties import Citizen, Membership, Organisation
from portal.people.models.posting import Posting
from portal.people.models.user import User, UserManager

__all__ = ["Citizen", "Department", "Membership", "Organisation", "Posting", "User", "UserManager"]
