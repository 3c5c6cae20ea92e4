"""The dashboards: the steps and ways of all that has been done are read off its events, as the sweep does it daily."""

from portal.site.demo.chapters import City
from portal.supervision.dashboards import steps

ORDER = 985  # behind everything that takes steps of cases


def live(_city: City) -> None:
    """Nothing is invented here: every step stands in the events."""
    steps.build_everything()
