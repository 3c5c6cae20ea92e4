"""The people's tables, one file for each aggregate."""

from portal.people.models.client import Client, ClientToken, ClientUsage
from portal.people.models.department import Department
from portal.people.models.leave import Leave
from portal.people.models.parties import Citizen, Membership, Organisation
from portal.people.models.posting import Posting
from portal.people.models.security import PasswordCode, SignedInDevice, Throttle
from portal.people.models.user import User, UserManager

__all__ = [
    "Citizen",
    "Client",
    "ClientToken",
    "ClientUsage",
    "Department",
    "Leave",
    "Membership",
    "Organisation",
    "PasswordCode",
    "Posting",
    "SignedInDevice",
    "Throttle",
    "User",
    "UserManager",
]
