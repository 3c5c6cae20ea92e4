"""Whether a firm may bid: each block says its ground, its source, its end and how to object."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from portal.core.errors import DomainError
from portal.core.templatetags.portal import day as written
from procurement.bidders.models import Restriction

BLOCKED = _(
    "%(name)s cannot take part: %(kind)s, decided by %(authority)s. Ground: %(ground)s. Source: %(source)s. It ends:"
    " %(until)s. How to object: %(appeal)s"
)
OPEN_END = _("until it is lifted")


class Blocked(DomainError):
    """The firm is kept out on this day."""

    code = "blocked"
    status = 403


def blocks_of(uscc: str, on: dt.date, category: str = "") -> list[Restriction]:
    """The restrictions that keep a firm out on a day. One query."""
    return list(Restriction.objects.holding(uscc, on, category).order_by("-starts_on", "-pk"))


def check_may_bid(uscc: str, on: dt.date, category: str) -> None:
    """Raises Blocked with the whole explanation of the first restriction that holds."""
    for one in blocks_of(uscc, on, category)[:1]:
        until = written(one.ends_on) if one.ends_on else OPEN_END
        raise Blocked(
            BLOCKED, name=one.name, kind=one.get_kind_display(), authority=one.authority, ground=one.ground,
            source=one.source, until=until, appeal=one.appeal,
        )  # fmt: skip
