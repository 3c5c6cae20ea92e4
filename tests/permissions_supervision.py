"""What each role gets at the supervisors' pages."""

from collections.abc import Mapping
from typing import Any

from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.permissions import Cast, nothing, only


def open_case(cast: Cast) -> Mapping[str, Any]:
    """An accepted case of the staff's department."""
    clerk = actor_of(cast.person("clerk"), Role.CLERK)
    return {"number": factories.accepted(clerk, on=factories.item(dept=cast.department)).number}


LOOKING_OVER = only("department_head", "supervisor", "auditor", "administrator")
ROWS = [
    ("supervision:board", nothing, LOOKING_OVER),
    ("supervision:cases", nothing, LOOKING_OVER),
    ("supervision:remind", open_case, only("supervisor", status=302), "post"),
]
