"""Bulk exchange: departments' own systems send CSV or NDJSON, and every row is checked by one rule set.

An app declares an `ImportForm`, registers it in `ready()`, and subclasses `portal.core.exchange.command.ImportCommand`.
"""

from portal.core.exchange.forms import (
    Column,
    ImportForm,
    ImportRun,
    Note,
    Rejected,
    Row,
    all_forms,
    form_named,
    register,
)
from portal.core.exchange.steps import run_import

__all__ = [
    "Column",
    "ImportForm",
    "ImportRun",
    "Note",
    "Rejected",
    "Row",
    "all_forms",
    "form_named",
    "register",
    "run_import",
]
