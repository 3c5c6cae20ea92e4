"""The event log as an export: XES for process-mining tools, a trace for each case, written batch by batch by a job."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from approvals.cases.event_log import Trace, XesLog, labels_in, traces_of
from approvals.cases.models import Case


class _Themselves(dict[int, int]):
    """Each is their own number: whoever writes the file numbers them anew, for the whole of it."""

    def setdefault(self, key: int, _default: int = 0) -> int:
        return key


class XesWriter:
    """Takes rows of one value, a trace. People get numbers that mean somebody within this one file only."""

    extension = "xes"
    mime = "application/xml"

    def __init__(self, path: str, _title: str, _columns: Sequence[Any]) -> None:
        self._file = Path(path).open("w", encoding="utf-8", newline="")  # noqa: SIM115 - closed in close()
        self._log = XesLog(self._file)
        self._people: dict[int, int] = {}

    def row(self, values: Sequence[Trace]) -> None:
        """One case."""
        trace = values[0]
        moments = [
            replace(one, resource=self._people.setdefault(one.resource, len(self._people) + 1)) if one.resource else one
            for one in trace.moments
        ]
        self._log.add(replace(trace, moments=moments))

    def close(self, _about: Any) -> None:
        """A log says nothing about itself but what stands in it."""
        self._log.close()
        self._file.close()


def prepare(_user: Any, _params: Any, rows: list[Case]) -> None:
    """Lay each case's trace beside it; one query for a batch."""
    found = traces_of(rows, labels_in(get_language() or "zh-hans"), _Themselves())
    for case, trace in zip(rows, found, strict=True):
        case.trace = trace  # type: ignore[attr-defined]
