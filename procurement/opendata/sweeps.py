"""The sweep over all tenders: what an event did not lead to is published then."""

from collections.abc import Iterator

from procurement.opendata import actions
from procurement.opendata.models import Release


def sweep(*, everything: bool = False) -> Iterator[tuple[int, Release | None]]:
    """Publish tender after tender, each in a transaction of its own; gives the key and the release, if there was one."""
    after = 0
    while keys := actions.to_sweep(everything=everything, after=after):
        for key in keys:
            yield key, actions.publish(key)
        after = keys[-1]
