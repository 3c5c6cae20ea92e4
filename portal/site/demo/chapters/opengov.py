"""Open government in the demo city: the night's look at the datasets has been taken, so that each knows its last change."""

import datetime as dt

from portal.core.time import ZONE, driven_clock, local_date
from portal.site.demo.chapters import City
from portal.supervision.opengov.tasks import look_for_changes

ORDER = 980
AT = dt.time(2, 40)  # as the schedule has it


def counted(city: City) -> None:
    """Behind the statistics, from whose cells most datasets are read."""
    night = dt.datetime.combine(local_date(city.end), AT, ZONE)
    with driven_clock(min(night, city.end)):
        look_for_changes()
