"""The month of a date, without the detour over time zones that the ORM's truncation takes for each row."""

from typing import Any

from django.db.models import DateField, Func


class MonthOf(Func):
    """The first day of the month of a date column.

    PostgreSQL truncates a date as a moment in the session's time zone and looks the zone's rules up row by row; a date
    has no zone. Over the thousands of rows of a history that is a quarter of the statement's time.
    """

    arity = 1
    output_field = DateField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "(DATE_TRUNC('month', (%(expressions)s)::timestamp))::date"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="DATE(%(expressions)s, 'start of month')", **context)
