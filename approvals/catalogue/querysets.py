"""What may be seen of the catalogue, and reads of it with a name."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from portal.core.time import today

if TYPE_CHECKING:
    from portal.people.models import User


class ItemQuerySet(models.QuerySet[Any]):
    """Items, by what the reader may see and by what people may file."""

    def open_to_filing(self) -> "ItemQuerySet":
        """Items that people may file today: published, with a version in force."""
        day = today()
        return self.filter(
            Q(current__valid_to__isnull=True) | Q(current__valid_to__gte=day),
            status="published",
            current__state="published",
            current__valid_from__lte=day,
        )
