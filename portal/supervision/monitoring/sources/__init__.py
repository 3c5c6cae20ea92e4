"""The lamps of all rooms: which rows burn, in which colour, since when. The roof may look into every room below it."""

from portal.supervision.monitoring.sources import approvals, hall, hotline, own, procurement


def register() -> None:
    """Called in `ready()`."""
    for room in (approvals, hotline, hall, procurement, own):
        room.register()
