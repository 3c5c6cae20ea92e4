"""Named reads of what was published. It is all public; a row exists because its facts are."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

if TYPE_CHECKING:
    from procurement.opendata.models import Process, Release  # noqa: F401 - named in the base classes

COLUMNS = {"category": "category", "buyer": "buyer__uscc", "method": "method"}


class ProcessQuerySet(QuerySet["Process"]):
    """Contracting processes. `visible_to` is the same rule as `policies.may_see_process`."""

    def visible_to(self, user: Any) -> "ProcessQuerySet":
        """Everybody, signed in or not."""
        return self.all()

    def chosen(self, asked: Mapping[str, Any]) -> "ProcessQuerySet":
        """By category, method and buyer of the tender, and by the days of the last release."""
        rows = self.filter(**{f"project__{COLUMNS[name]}": asked[name] for name in COLUMNS if name in asked})
        return rows.filter(**_days("changed_at", asked))


class ReleaseQuerySet(QuerySet["Release"]):
    """Releases. `visible_to` is the same rule as `policies.may_see_release`."""

    def visible_to(self, user: Any) -> "ReleaseQuerySet":
        """Everybody, signed in or not."""
        return self.all()

    def chosen(self, asked: Mapping[str, Any]) -> "ReleaseQuerySet":
        """By category, method and buyer of the tender, by process, and by the days of the release."""
        names = {f"process__project__{COLUMNS[name]}": asked[name] for name in COLUMNS if name in asked}
        rows = self.filter(**names)
        if "ocid" in asked:
            rows = rows.filter(process__ocid=asked["ocid"])
        return rows.filter(**_days("released_at", asked))


def _days(column: str, asked: Mapping[str, Any]) -> dict[str, dt.datetime]:
    found = {f"{column}__gte": asked.get("since"), f"{column}__lt": asked.get("until")}
    return {name: value for name, value in found.items() if value is not None}
