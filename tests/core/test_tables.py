"""Tables made in one step are those that the usual steps make."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from portal.core.db.tables import NewTables, only_new_tables

OPERATIONS = [
    migrations.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField())]),
    migrations.CreateModel(
        "Book",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("title", models.CharField(max_length=20, db_index=True)),
            ("shelf", models.ForeignKey("made_up.shelf", models.PROTECT, related_name="books")),
            ("kept_on", models.ManyToManyField("made_up.shelf", related_name="+")),
        ],
        {"indexes": [models.Index("title", "shelf", name="book_by_title")]},
    ),
    # The other way round: one of the two must come later, and what speaks of it too.
    migrations.AddField(
        "Shelf", "first", models.ForeignKey("made_up.book", models.PROTECT, null=True, related_name="+")
    ),
    migrations.AddIndex("Shelf", models.Index("first", "name", name="shelf_by_first")),
    migrations.AddConstraint(
        "Shelf", models.UniqueConstraint("name", condition=models.Q(first=None), name="one_empty_shelf")
    ),
]


def made_by(kind: type[migrations.Migration]) -> tuple[dict[str, object], ProjectState]:
    """What stands in the database after such a migration, and the state that it leaves; the tables are gone again."""
    migration = kind("0001_initial", "made_up")
    migration.operations = OPERATIONS
    with connection.schema_editor() as editor:
        state = migration.apply(ProjectState(), editor)
    names = [name for name in connection.introspection.table_names() if name.startswith("made_up_")]
    try:
        with connection.cursor() as cursor:
            found = {name: described(cursor, name) for name in sorted(names)}
    finally:
        with connection.schema_editor() as editor:
            for name in names:
                editor.execute(editor.sql_delete_table % {"table": editor.quote_name(name)})
    return found, state


def described(cursor: object, name: str) -> tuple[object, ...]:
    """Its columns, and its indexes and constraints without the names that only count them."""
    constraints = connection.introspection.get_constraints(cursor, name)
    named = {key for key in constraints if not key.startswith("__")}
    what = sorted(repr(sorted(one.items())) for one in constraints.values())
    return connection.introspection.get_table_description(cursor, name), named, what


@pytest.mark.django_db(transaction=True)
def test_tables_made_in_one_step_are_those_of_the_usual_steps():
    at_once, state = made_by(NewTables)
    usual, usual_state = made_by(migrations.Migration)
    assert len(at_once) == 3
    assert at_once == usual
    assert state == usual_state
    shelf = state.apps.get_model("made_up", "Shelf")
    assert {one.name for one in shelf._meta.get_fields()} == {"id", "name", "first", "books"}


def test_what_changes_another_table_goes_the_usual_way():
    assert only_new_tables(OPERATIONS)
    assert not only_new_tables(OPERATIONS[1:])
    assert not only_new_tables([*OPERATIONS, migrations.RemoveField("Shelf", "name")])
    assert not only_new_tables([*OPERATIONS, migrations.RunPython(migrations.RunPython.noop)])
