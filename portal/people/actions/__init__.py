"""What people and administrators do: accounts, departments, staff, postings, organisations, new passwords."""

from portal.people.actions.accounts import (
    WRONG_CODE,
    Person,
    change_password,
    change_profile,
    confirm_second_factor,
    register_citizen,
)

__all__ = [
    "WRONG_CODE",
    "Person",
    "change_password",
    "change_profile",
    "confirm_second_factor",
    "register_citizen",
]
