"""What an import form declares: its columns, its rules for a row, and how good rows are written."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.actors import Actor
from portal.core.errors import NotFound
from portal.core.exchange.parse import BadCell, Parse

KEY = "external_id"
# The error file has these two more; a mended one may be sent again as it is.
ERROR_COLUMNS = ("line", "reason")


@dataclass(frozen=True)
class Column:
    """One column of a form: `parse` reads a cell that is not empty."""

    name: str
    parse: Parse
    required: bool = False


@dataclass(slots=True)
class Row:
    """A row that was read: `raw` as it stood in the file, `values` by column name (None = unknown)."""

    line: int
    external_id: str
    raw: Any
    row_hash: int
    texts: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    # Of the object that the row became or becomes; set before `write`.
    object_id: int = 0
    is_new: bool = True


@dataclass(frozen=True)
class Rejected:
    """A row that is not taken in, and why."""

    line: int
    raw: Any
    reason: str


@dataclass
class ImportRun:
    """What all rows of one import share. `memory` is the form's own: look-ups it loaded once for this process."""

    job_id: int
    source: str
    zone: ZoneInfo
    actor: Actor
    is_dry_run: bool
    started_at: dt.datetime
    only_department: str = ""
    memory: dict[str, Any] = field(default_factory=dict)

    def outside(self, values: dict[str, Any]) -> list[str]:
        """The sentence for a row of a foreign department; a row that names none is taken for the sender's own."""
        if not self.only_department:
            return []
        if values["department_code"] is None and not values.get("department_name"):
            values["department_code"] = self.only_department
        if values["department_code"] == self.only_department:
            return []
        return [str(_("department_code: This system may only send records of its own department."))]


@dataclass(frozen=True)
class Note:
    """Something that the import lists for a person: a draft it made, a column it did not know."""

    kind: str
    code: str
    name: str = ""


class ImportForm:
    """Base of every form. Subclasses set the four attributes and write `check`, `prepare` and `write`.

    `version` goes into the digest of each row: raise it when the rules change so much that all rows must be read anew.
    """

    name: str
    label: str | Promise
    columns: Sequence[Column]
    model: type[models.Model]
    version: int = 1
    # Rows speak of objects that are there already; none is made, so none counts as created.
    updates_only: bool = False
    # A department's own system may send it: every row has `department_code`, and touches nothing of other departments.
    by_departments: bool = False
    # The column that identifies a row within its source.
    key: str = KEY

    def check(self, row: Row, run: ImportRun) -> list[str]:
        """Rules across the cells of one row: the sentences of those that it breaks. May complete `row.values`."""
        return []

    def prepare(self, rows: Sequence[Row], run: ImportRun) -> list[Note]:
        """Make what the rows refer to and what is missing, in a transaction of its own; returns what to list."""
        return []

    def write(self, rows: Sequence[Row], run: ImportRun) -> None:
        """Write good rows inside the chunk's transaction; each external id occurs once, `object_id` is set."""
        raise NotImplementedError

    def validate(self, rows: Sequence[Row], run: ImportRun) -> tuple[list[Row], list[Rejected]]:
        """Parse and check rows one by one: the one rule set of this form."""
        valid: list[Row] = []
        rejected: list[Rejected] = []
        plan = [(column.name, column.parse) for column in self.columns]
        empty = dict.fromkeys(name for name, _parse in plan)
        required = [(place, column.name) for place, column in enumerate(self.columns) if column.required]
        for row in rows:
            problems = [f"{name}: {_missing()}" for place, name in required if not row.texts[place]]
            values = row.values = empty.copy()
            for (name, parse), cell in zip(plan, row.texts, strict=True):
                if not cell:
                    continue
                try:
                    values[name] = parse(cell, run.zone)
                except BadCell as bad:
                    problems.append(f"{name}: {bad}")
            if not problems:
                problems = run.outside(values) or self.check(row, run)
            if problems:
                rejected.append(Rejected(row.line, row.raw, " ".join(problems)))
            else:
                valid.append(row)
        return valid, rejected


def _missing() -> str:
    from django.utils.translation import gettext

    return gettext("This must not be empty.")


_forms: dict[str, ImportForm] = {}


def register(form: ImportForm) -> ImportForm:
    """Make a form known under its name; called in an app's `ready()`."""
    _forms[form.name] = form
    return form


def form_named(name: str) -> ImportForm:
    """Raises NotFound for a form that no app has registered."""
    try:
        return _forms[name]
    except KeyError:
        raise NotFound() from None


def all_forms() -> list[ImportForm]:
    """Every registered form, by name."""
    return [_forms[name] for name in sorted(_forms)]
