"""A first migration that makes all its tables in one step.

Django draws anew, after each single operation, every model that is connected with the one that changed; since nearly all
of ours are connected through the account, a new database took two minutes of computing to draw models and five seconds
to make tables. Tables that are new need nothing but themselves: they are drawn once, when all of them are known.
"""

from collections.abc import Sequence
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

ADDED = (migrations.AddField, migrations.AddIndex, migrations.AddConstraint)


class NewTables(migrations.Migration):
    """Like any migration, if its operations do more than make tables; written into first migrations by `.ci/fold.py`."""

    def apply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        tables = [one for one in self.operations if isinstance(one, migrations.CreateModel)]
        if not only_new_tables(self.operations):
            return super().apply(project_state, schema_editor, collect_sql)
        drawn = project_state.apps
        del project_state.apps  # a state without drawn models only takes note of what changes
        before = project_state.clone()
        self.mutate_state(project_state, preserve=False)
        drawn.render_multiple([project_state.models[self.app_label, table.name_lower] for table in tables])
        project_state.apps = drawn
        for table in tables:
            if collect_sql:
                comment(schema_editor, table.describe())
            table.database_forwards(self.app_label, schema_editor, before, project_state)
        return project_state


def only_new_tables(operations: Sequence[Operation]) -> bool:
    """Whether these operations make tables, and change no other table than those."""
    new = {one.name_lower for one in operations if isinstance(one, migrations.CreateModel)}
    return all(
        isinstance(one, migrations.CreateModel) or (isinstance(one, ADDED) and one.model_name.lower() in new)
        for one in operations
    )


def comment(schema_editor: Any, text: str) -> None:
    schema_editor.collected_sql += ["--", f"-- {text}", "--"]
