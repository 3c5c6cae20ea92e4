"""What the simulator draws: how long cases took, and how many a promise would have made late, by month."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from approvals.promises.simulator import History
from portal.core.charts import Chart, Series

MOST_BARS = 40  # more days than that are one bar


def distribution(history: History) -> Chart:
    """Cases by working days; whatever took longer than the last bar is in it."""
    counts = history.by_days()
    last = min(max(counts, default=0), MOST_BARS)
    values = [counts.get(days, 0) for days in range(last)]
    values.append(sum(count for days, count in counts.items() if days >= last))
    names = [str(days) for days in range(last)] + [f"{last}+" if max(counts, default=0) > last else str(last)]
    return Chart(
        "promise-days", "bar", _("How long the decided cases took"), _("Working days"), names,
        [Series(_("Cases"), values)],
    )  # fmt: skip


def late_by_month(history: History, promise: int) -> Chart:
    """The cases of each month that the promise would have kept and made late, one on the other."""
    rows = history.late_by_month(promise)
    return Chart(
        "promise-late", "bar", _("What a promise of this length would have meant, month by month"), _("Month"),
        [f"{month:%Y-%m}" for month in rows],
        [
            Series(pgettext("promise", "In time"), [every - late for late, every in rows.values()]),
            Series(pgettext("promise", "Late"), [late for late, _every in rows.values()]),
        ],
        stacked=True,
    )  # fmt: skip
