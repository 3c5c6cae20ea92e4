"""Counting statements by what they touch."""

from django.test.utils import CaptureQueriesContext


def queries_of_events(seen: CaptureQueriesContext) -> int:
    """How many of the statements read or write the trail of events."""
    return sum("core_event" in one["sql"] or "core_streamhead" in one["sql"] for one in seen.captured_queries)
