"""What each role gets at the addresses of open data: everything is public, the API asks for a token."""

from collections.abc import Mapping
from typing import Any

from portal.core.time import driven_clock
from procurement.opendata import actions
from tests.awards.objects import evaluated
from tests.factories import moment
from tests.permissions import Cast, everyone, nothing


def _process() -> Any:
    with driven_clock(moment("2026-12-16 18:00")):
        release = actions.publish(evaluated().pk)
    assert release is not None
    return release.process


def ocid(_cast: Cast) -> Mapping[str, Any]:
    return {"ocid": _process().ocid}


def year(_cast: Cast) -> Mapping[str, Any]:
    return {"year": _process().first_year}


def table(_cast: Cast) -> Mapping[str, Any]:
    return {"year": _process().first_year, "table": "tenders"}


ROWS = [
    ("opendata:about", nothing, everyone()),
    ("opendata:releases", nothing, everyone()),
    ("opendata:process-releases", ocid, everyone()),
    ("opendata:process-releases", lambda _cast: {"ocid": "none"}, everyone(404)),
    ("opendata:records", nothing, everyone()),
    ("opendata:process-record", ocid, everyone()),
    ("opendata:process-record", lambda _cast: {"ocid": "none"}, everyone(404)),
    ("opendata:year-releases", year, everyone()),
    ("opendata:year-records", year, everyone()),
    ("opendata:year-table", table, everyone()),
    ("opendata:year-table", lambda _cast: {"year": 1999, "table": "tenders"}, everyone(404)),
    ("opendata:api-deals", nothing, everyone(401)),
    ("opendata:api-deal", lambda _cast: {"deal_id": 1}, everyone(401)),
]
