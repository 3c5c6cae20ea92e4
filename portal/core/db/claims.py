"""Taking the first free row of a queue by one conditional UPDATE: two takers never get the same row."""

from typing import Any, TypeVar

from django.db import connection, models

from portal.core.db import is_postgres

M = TypeVar("M", bound=models.Model)


def claim_first(
    rows: "models.QuerySet[M]",
    changes: dict[str, Any],
    *,
    raised: tuple[str, ...] = (),
    filled: dict[str, Any] | None = None,
    kept: dict[str, str] | None = None,
) -> M | None:
    """Write `changes` into the first row of an ordered queryset and return it as it is now; None when there is none.

    `raised` names counters that go up by one, `filled` writes only where nothing stands yet, `kept` copies a column as
    it was before ({"called_from": "state"}). One statement: rows that another transaction holds are passed over
    (SQLite has one writer). Raises `IntegrityError` where a constraint forbids the change.
    """
    quote, options = connection.ops.quote_name, rows.model._meta
    first = rows.values("pk")
    if is_postgres():
        first = first.select_for_update(skip_locked=True, of=("self",))
    select, select_params = first[:1].query.sql_with_params()
    sets: list[str] = [f"{quote(name)} = {quote(name)} + 1" for name in raised]
    sets += [f"{quote(name)} = {quote(source)}" for name, source in (kept or {}).items()]
    params: list[Any] = []
    for form, values in (("{0} = %s", changes), ("{0} = COALESCE({0}, %s)", filled or {})):
        for name, value in values.items():
            field: Any = options.get_field(name)
            sets.append(form.format(quote(field.column)))
            params.append(field.get_db_prep_save(value, connection))
    key: Any = options.pk
    where = f"{quote(key.column)} = ({select})"
    statement = f"UPDATE {quote(options.db_table)} SET {', '.join(sets)} WHERE {where} RETURNING *"  # noqa: S608
    found = list(rows.model._default_manager.raw(statement, [*params, *select_params]))
    return found[0] if found else None
