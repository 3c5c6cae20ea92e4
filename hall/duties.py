"""Who serves at which window on a day."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q

from hall.models import WindowDuty

if TYPE_CHECKING:
    from portal.people.models import User


def window_of(user: "User", department_id: int, day: dt.date) -> int | None:
    """The window at which somebody serves for a department on that day: the duty that began last; None without one."""
    return (
        WindowDuty.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
            posting__user=user,
            posting__department=department_id,
            starts_on__lte=day,
        )
        .order_by("-starts_on", "-pk")
        .values_list("window_id", flat=True)
        .first()
    )
