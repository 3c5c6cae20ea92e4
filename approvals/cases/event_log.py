"""Cases as an event log for process-mining tools: XES (IEEE 1849) and CSV, streamed, without personal data.

A trace is a case, an event a step of its life. Whoever took the step appears as a role and as a number that means
somebody only within this one file. Imported cases have the steps that their source gave times for.
"""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TextIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from django.utils.translation import override, pgettext

from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case
from portal.core.models import Event

BATCH = 500
STREAM = "cases.case"
COLUMNS = (
    "case_id", "activity", "activity_code", "timestamp", "role", "resource", "department", "item", "channel", "kind",
    "outcome",
)  # fmt: skip
# What an imported row knows of: column → the step that it is the moment of.
IMPORTED_STEPS = (("submitted_at", "submit"), ("answered_at", "answer"), ("accepted_at", "accept"), ("ended_at", "end"))


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of a trace; `resource` is 0 where no person took the step."""

    code: str
    activity: str
    at: dt.datetime
    role: str
    resource: int


@dataclass(frozen=True, slots=True)
class Trace:
    """One case with everything that happened, oldest first."""

    number: str
    department: str
    item: str
    channel: str
    kind: str
    outcome: str
    moments: list[Moment]


def traces(first: dt.date, last: dt.date, *, department_code: str = "", language: str = "zh-hans") -> Iterator[Trace]:
    """The cases filed from `first` to `last`, both included, in the order of their keys; two queries for each batch.

    Balanced in memory: a batch of cases and the numbers of the staff are all that is kept.
    """
    people: dict[int, int] = {}
    rows = Case.objects.filter(submitted_on__range=(first, last)).select_related("item", "department").order_by("pk")
    if department_code:
        rows = rows.filter(department__code=department_code)
    labels = labels_in(language)
    after = 0
    while batch := list(rows.filter(pk__gt=after)[:BATCH]):
        after = batch[-1].pk
        yield from traces_of(batch, labels, people)


def traces_of(batch: Iterable[Case], labels: dict[str, str], people: dict[int, int]) -> Iterator[Trace]:
    """The traces of these cases (with `item` and `department`); `people` gives each who acted their number. One query."""
    batch = list(batch)
    events = _events_of([case.pk for case in batch if not case.imported])
    for case in batch:
        moments = _imported(case, labels) if case.imported else _moments(events.get(case.pk, []), labels, people)
        yield Trace(
            case.number or "", case.department.code, case.item.code, case.channel, case.kind, case.outcome, moments
        )


def _events_of(pks: list[int]) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = {}
    rows = Event.objects.filter(stream=STREAM, stream_id__in=pks).order_by("stream_id", "sequence")
    for event in rows.only("stream_id", "type", "at", "actor_id", "role"):
        found.setdefault(event.stream_id, []).append(event)
    return found


def _moments(events: Iterable[Event], labels: dict[str, str], people: dict[int, int]) -> list[Moment]:
    made = []
    for event in events:
        code = event.type.removeprefix("case.")
        who = people.setdefault(event.actor_id, len(people) + 1) if event.actor_id is not None else 0
        made.append(Moment(code, labels.get(code, code), event.at, event.role, who))
    return made


def _imported(case: Case, labels: dict[str, str]) -> list[Moment]:
    known = [(getattr(case, column), code) for column, code in IMPORTED_STEPS]
    if case.answered_at == case.accepted_at:  # the acceptance was the answer
        known = [pair for pair in known if pair[1] != "answer"]
    dated = sorted((at, place, code) for place, (at, code) in enumerate(known) if at is not None)
    return [Moment(code, labels[code], at, "", 0) for at, _place, code in dated]


def labels_in(language: str) -> dict[str, str]:
    """The steps' names in one language, for the whole file."""
    with override(language):
        named = {code: str(step.told) for code, step in CASE.transitions.items()}
        return named | {"answer": pgettext("timeline", "First answer"), "end": pgettext("timeline", "Ended")}


# --- writing ------------------------------------------------------------------------------------------------------------


def write_csv(found: Iterable[Trace], out: TextIO) -> int:
    """One row for each event; returns how many cases."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for trace in found:
        count += 1
        facts = (trace.department, trace.item, trace.channel, trace.kind, trace.outcome)
        writer.writerows(
            (
                trace.number,
                moment.activity,
                moment.code,
                moment.at.isoformat(),
                moment.role,
                moment.resource or "",
                *facts,
            )
            for moment in trace.moments
        )
    return count


EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)


def write_xes(found: Iterable[Trace], out: TextIO) -> int:
    """XES as of IEEE 1849-2016 with the extensions concept, time, lifecycle and organizational; returns how many cases."""
    log = XesLog(out)
    for trace in found:
        log.add(trace)
    log.close()
    return log.count


class XesLog:
    """A log that is being written, trace by trace; `count` is how many there are."""

    def __init__(self, out: TextIO) -> None:
        self.count = 0
        self._xml = xml = _Xml(out)
        xml.startDocument()
        xml.open("log", **{"xes.version": "1849.2016", "xes.features": "", "xmlns": "http://www.xes-standard.org/"})
        for name, prefix, uri in EXTENSIONS:
            xml.leaf("extension", name=name, prefix=prefix, uri=uri)
        xml.open("global", scope="trace")
        xml.leaf("string", key="concept:name", value="")
        xml.close("global")
        xml.open("global", scope="event")
        xml.leaf("string", key="concept:name", value="")
        xml.leaf("date", key="time:timestamp", value="1970-01-01T00:00:00+00:00")
        xml.leaf("string", key="lifecycle:transition", value="complete")
        xml.close("global")
        xml.leaf("classifier", name="Activity", keys="concept:name")
        xml.leaf("string", key="lifecycle:model", value="standard")

    def add(self, trace: Trace) -> None:
        """One case more."""
        self.count += 1
        _write_trace(self._xml, trace)

    def close(self) -> None:
        """Nothing may be added afterwards."""
        self._xml.close("log")
        self._xml.endDocument()


def _write_trace(xml: "_Xml", trace: Trace) -> None:
    xml.open("trace")
    xml.leaf("string", key="concept:name", value=trace.number)
    for key in ("department", "item", "channel", "kind", "outcome"):
        xml.leaf("string", key=key, value=getattr(trace, key))
    for moment in trace.moments:
        xml.open("event")
        xml.leaf("string", key="concept:name", value=moment.activity)
        xml.leaf("date", key="time:timestamp", value=moment.at.isoformat(timespec="milliseconds"))
        xml.leaf("string", key="lifecycle:transition", value="complete")
        xml.leaf("string", key="code", value=moment.code)
        if moment.role:
            xml.leaf("string", key="org:role", value=moment.role)
        if moment.resource:
            xml.leaf("string", key="org:resource", value=str(moment.resource))
        xml.close("event")
    xml.close("trace")


class _Xml(XMLGenerator):
    """Elements by keyword, a line each."""

    def __init__(self, out: TextIO) -> None:
        target: Any = out  # its own stubs ask for bytes, which it does not write to text
        super().__init__(target, encoding="utf-8", short_empty_elements=True)

    def open(self, tag: str, **attributes: str) -> None:
        self.startElement(tag, AttributesImpl(attributes))
        self.ignorableWhitespace("\n")

    def close(self, tag: str) -> None:
        self.endElement(tag)
        self.ignorableWhitespace("\n")

    def leaf(self, tag: str, **attributes: str) -> None:
        self.startElement(tag, AttributesImpl(attributes))
        self.close(tag)
