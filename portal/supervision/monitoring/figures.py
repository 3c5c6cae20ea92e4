"""The figures that an alert can watch: which block of the indicators they are in, and how people read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext_lazy

from portal.core.registries import Text
from portal.core.statistics.blocks import Scope, registered_block
from portal.core.templatetags.portal import percent, thousands
from portal.core.time import today
from portal.people.models import Department

SHARE, COUNT = "share", "count"


@dataclass(frozen=True)
class Watched:
    """One figure: its block, its name there, and whether it is a share or a count."""

    code: str
    label: Text
    kind: str = COUNT

    @property
    def block(self) -> str:
        return self.code.partition(".")[0]

    @property
    def name(self) -> str:
        return self.code.partition(".")[2]

    def shown(self, value: Any) -> str:
        """As people read it."""
        return percent(float(value)) if self.kind == SHARE else thousands(value)


WATCHED: Mapping[str, Watched] = {
    one.code: one
    for one in (
        Watched("approvals.overdue_rate", pgettext_lazy("watched figure", "Overdue rate of cases"), SHARE),
        Watched("approvals.open_overdue", pgettext_lazy("watched figure", "Open cases past the promised day")),
        Watched("approvals.late_answer_rate", pgettext_lazy("watched figure", "Rate of late first answers"), SHARE),
        Watched("ratings.satisfaction_rate", pgettext_lazy("watched figure", "Satisfaction of ratings"), SHARE),
        Watched("ratings.bad", pgettext_lazy("watched figure", "Bad ratings")),
        Watched("hotline.on_time_rate", pgettext_lazy("watched figure", "On-time rate of the hotline"), SHARE),
        Watched("hotline.open_overdue", pgettext_lazy("watched figure", "Overdue tickets of the hotline")),
        Watched("hotline.satisfaction_rate", pgettext_lazy("watched figure", "Satisfaction of the hotline"), SHARE),
        Watched("hall.empty_posts", pgettext_lazy("watched figure", "Posts left empty")),
        Watched("supervision.red", pgettext_lazy("watched figure", "Red lamps of cases")),
    )
}


def month_so_far(codes: "set[str]", department: Department | None) -> dict[str, Any]:
    """The figures from the first of this month to today; None where nothing was counted. A few queries a block."""
    day = today()
    scope = Scope(day.replace(day=1), day, day, department.pk if department else None)
    found: dict[str, Any] = {}
    reports: dict[str, Mapping[str, Any]] = {}
    for code in codes:
        watched = WATCHED[code]
        if watched.block not in reports:
            block = registered_block(watched.block)
            reports[watched.block] = block.report(block.sums(scope).get(None, {})) if block else {}
        found[code] = reports[watched.block].get(watched.name)
    return found
