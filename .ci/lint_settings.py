"""The portal's settings with the migration linter added, which production has no use for."""

import re
from types import SimpleNamespace

from django_migration_linter.sql_analyser import postgresql

from portal.settings import *  # noqa: F403
from portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]


def _table_of_index(pattern: str, text: str) -> re.Match[str] | None:
    """The linter's own search, but the table's name ends at the first parenthesis.

    It read up to the last one, so that an index with a condition in parentheses seemed to stand on a table that no
    statement before it creates.
    """
    return re.search(pattern.replace("ON (.*) ", "ON (.*?) "), text)


postgresql.re = SimpleNamespace(search=_table_of_index)  # type: ignore[assignment]
