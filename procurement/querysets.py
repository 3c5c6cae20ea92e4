"""Named reads of deals. The register is public: everybody sees every deal that has a result."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from procurement.models import Deal  # noqa: F401


class DealQuerySet(models.QuerySet["Deal"]):
    """Deals as the public and the figures read them."""

    def visible_to(self, user: Any) -> "DealQuerySet":
        """Everybody, signed in or not: results of public trading are public (政府信息公开条例, article 20)."""
        return self.all()

    def chosen(self, filters: Mapping[str, Any]) -> "DealQuerySet":
        """By category, method, threshold and status, as far as they are given."""
        return self.filter(**{name: value for name, value in filters.items() if value not in ("", None)})

    def between(self, first: dt.date, last: dt.date) -> "DealQuerySet":
        """Listed from `first` to `last`, both included."""
        return self.filter(listed_on__range=(first, last))
