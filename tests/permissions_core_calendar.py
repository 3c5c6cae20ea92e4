"""Who may open the pages of calendar and rules; read by the permission table."""

from collections.abc import Callable
from typing import Any

READ = {"citizen": 403, "clerk": 200, "department_head": 200, "supervisor": 200, "auditor": 200, "administrator": 200}
CHANGE = {"citizen": 403, "clerk": 403, "department_head": 403, "supervisor": 403, "auditor": 403}

ROWS: list[tuple[str, Callable[[], dict[str, Any]], dict[str, int]]] = [
    ("core:calendar", dict, READ),
    ("core:calendar-year", lambda: {"year": 2026}, READ),
    ("core:calendar-plan", lambda: {"year": 2027}, {**CHANGE, "administrator": 200}),
    ("core:calendar-override", dict, {role: 405 for role in [*CHANGE, "administrator"]}),
    ("core:calendar-withdraw", lambda: {"override_id": 1}, {role: 405 for role in [*CHANGE, "administrator"]}),
    ("core:rules", dict, READ),
    ("core:rule", lambda: {"code": "permit.legal_days"}, READ),
]
