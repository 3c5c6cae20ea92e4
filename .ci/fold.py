"""Bring initial migrations into the form that makes a new database fast: `python .ci/fold.py cases queue ...`

`makemigrations` leaves indexes and constraints behind as steps of their own wherever another table refers to the first
one. They need nothing but the fields of their own table, so they move into `CreateModel` when all of them are there
already. And the migration becomes one of `NewTables`, which draws the models once and not for each step.
"""

import os
import re
import sys
from pathlib import Path

import django
from django.apps import apps
from django.db import migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.writer import MigrationWriter
from django.db.models import F, Q
from django.db.models.expressions import BaseExpression

ROOT = Path(__file__).resolve().parents[1]
USUAL = "class Migration(migrations.Migration):"
AT_ONCE = "class Migration(NewTables):"
IMPORT = "from portal.core.db.tables import NewTables\n"


def main(labels: list[str]) -> int:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    loader = MigrationLoader(None)
    for (label, name), migration in sorted(loader.disk_migrations.items()):
        if label in labels and name == "0001_initial":
            path = Path(apps.get_app_config(label).path, "migrations", f"{name}.py")
            moved = fold(migration)
            if moved:
                path.write_text(MigrationWriter(migration, include_header=False).as_string())
                print(f"{label}: {moved} moved")
            path.write_text(at_once(path.read_text()))
    return 0


def at_once(text: str) -> str:
    """The source of a migration that makes its tables in one step; one that does so already stays as it is."""
    if USUAL not in text:
        return text
    return text.replace(USUAL, AT_ONCE).replace("\n\n\nclass ", f"\n\n{IMPORT}\n\nclass ", 1)


def fold(migration: migrations.Migration) -> int:
    """Change the operations in place; returns how many were moved."""
    made: dict[str, int] = {}
    kept: list[Operation] = []
    for operation in migration.operations:
        name = getattr(operation, "model_name", "").lower()
        if isinstance(operation, migrations.CreateModel):
            made[operation.name.lower()] = len(kept)
        elif name in made and (folded := _folded(kept[made[name]], operation)) is not None:
            kept[made[name]] = folded
            continue
        kept.append(operation)
    moved = len(migration.operations) - len(kept)
    migration.operations = kept
    return moved


def _folded(table: Operation, operation: Operation) -> migrations.CreateModel | None:
    """The table with the index or constraint in it; None where it needs a field that is added later."""
    assert isinstance(table, migrations.CreateModel)
    if isinstance(operation, migrations.AddIndex):
        kind, one = "indexes", operation.index
    elif isinstance(operation, migrations.AddConstraint):
        kind, one = "constraints", operation.constraint
    else:
        return None
    fields = {name for name, _field in table.fields} | {"id", "pk"}
    if not _fields_of(one) <= fields:
        return None
    options = {**table.options, kind: [*table.options.get(kind, []), one]}
    return migrations.CreateModel(table.name, table.fields, options, table.bases, table.managers)


def _fields_of(thing: object) -> set[str]:
    """The names of all fields that an index or a constraint speaks of."""
    _path, positional, named = thing.deconstruct()  # type: ignore[attr-defined]
    return set().union(*map(_names_in, [*positional, *(value for key, value in named.items() if key != "name")]))


def _names_in(value: object) -> set[str]:
    if isinstance(value, F):
        return {value.name.split("__")[0]}
    if isinstance(value, Q):
        return set().union(*map(_names_in, value.children))
    if isinstance(value, BaseExpression):
        return set().union(*map(_names_in, value.get_source_expressions()))
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
        return {value[0].split("__")[0]} | _names_in(value[1])  # a condition of a Q
    if isinstance(value, list | tuple):
        return {one.lstrip("-") for one in value if isinstance(one, str) and re.fullmatch(r"-?\w+", one)}.union(
            *(_names_in(one) for one in value if not isinstance(one, str))
        )
    return set()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
