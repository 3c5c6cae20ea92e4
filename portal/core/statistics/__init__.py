"""The statistics engine: apps declare additive facts over their rows, the engine keeps daily cells of them.

Other apps import only what stands here.
"""

from portal.core.statistics.declaration import Cuboid, Fact, Histogram, MeasureSet, Part, measure_sets
from portal.core.statistics.engine import day_columns, mark_bulk, mark_days, mark_new, unwatched, watch, watch_many
from portal.core.statistics.questions import Question, asked_together
from portal.core.statistics.read import SMALLEST, changes_since, percentile, period, ratio, rows_in, standing
from portal.core.statistics.refresh import rebuild, refresh_all
from portal.core.statistics.shared import Span, Wanted, reading_together, remembered
from portal.core.statistics.verify import Difference, Verified, differences

__all__ = [
    "SMALLEST",
    "Cuboid",
    "Difference",
    "Fact",
    "Histogram",
    "MeasureSet",
    "Part",
    "Question",
    "Span",
    "Verified",
    "Wanted",
    "asked_together",
    "changes_since",
    "day_columns",
    "differences",
    "mark_bulk",
    "mark_days",
    "mark_new",
    "measure_sets",
    "percentile",
    "period",
    "ratio",
    "reading_together",
    "rebuild",
    "refresh_all",
    "remembered",
    "rows_in",
    "standing",
    "unwatched",
    "watch",
    "watch_many",
]
