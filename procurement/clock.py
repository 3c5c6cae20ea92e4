"""Whose clock decides whether a bid came in time: the database's, one for all processes of the portal."""

import datetime as dt

from portal.core import db
from portal.core.time import is_driven, now


def deciding_now() -> dt.datetime:
    """This instant by the database's clock; the driven one while a demo city is built and in tests."""
    return now() if is_driven() else db.database_now()
