"""Named reads of prepared files and of editions. Both are public: they hold nothing that is not."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, QuerySet, Subquery

if TYPE_CHECKING:
    from portal.supervision.opengov.models import DatasetEdition, PreparedFile  # noqa: F401 - named in the base classes


class PreparedFileQuerySet(QuerySet["PreparedFile"]):
    """Reads of prepared files."""

    def visible_to(self, user: Any) -> "PreparedFileQuerySet":
        """Everybody, signed in or not: open data is open."""
        return self.all()

    def usable(self, digest: str, since: dt.datetime) -> "PreparedFileQuerySet":
        """Those of this content that are being written, or that were finished after `since`; the latest first."""
        from portal.supervision.opengov.models import OPEN_STATES, FileState

        rows = self.filter(digest=digest)
        ready = rows.filter(state=FileState.READY, started_at__gte=since)
        return (rows.filter(state__in=OPEN_STATES) | ready).order_by("-pk")


class DatasetEditionQuerySet(QuerySet["DatasetEdition"]):
    """Reads of editions."""

    def newest(self) -> "DatasetEditionQuerySet":
        """The last one of each dataset; one query."""
        newest = self.model._default_manager.filter(code=OuterRef("code")).order_by("-changed_at", "-pk")
        return self.filter(pk=Subquery(newest.values("pk")[:1]))
