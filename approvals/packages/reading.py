"""What the pages of packages show, put together in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from approvals.cases import timeline
from approvals.cases.lights import Light, light_of
from approvals.cases.models import Case
from approvals.cases.todo import Todo, todo_of
from approvals.packages.draft import sources_of
from approvals.packages.guide import Question, Verdict, evaluate, questions_of
from approvals.packages.lifecycle import FILING
from approvals.packages.lights import light_of_filing
from approvals.packages.merging import MergedMaterial, merge, merge_materials
from approvals.packages.models import Package, PackageFiling, PackageItem, PackagePart
from approvals.packages.readiness import one_by_one, visits
from portal.core.calendar import workdays
from portal.core.events import tell
from portal.core.models import Document, Event
from portal.core.time import today

CASE_STREAM, FILING_STREAM = "cases.case", "packages.packagefiling"


# --- a package --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """What a package saves, as far as its items say it: item by item against all together."""

    items: int
    departments: list[str]
    days_one_by_one: int
    days_together: int
    visits_one_by_one: int
    visits_together: int
    questions_one_by_one: int
    questions_together: int
    materials_one_by_one: int
    materials: list[MergedMaterial]


def entries_of(package: Package) -> list[PackageItem]:
    """The items of the version in force, with all that the page names. One query."""
    if package.current is None:
        return []
    return list(package.current.entries.select_related("item__current", "item__department"))


def facts_of(package: Package, entries: Sequence[PackageItem]) -> Facts:
    """Reads nothing but what the process does not know of the items' forms yet."""
    items = [one.item for one in entries]
    sources = sources_of(items)
    form, materials = merge(sources), merge_materials(sources)
    asked = sum(len(names) for names in form.names.values())
    version = package.current
    return Facts(
        items=len(items),
        departments=list(dict.fromkeys(item.department.display_short for item in items)),
        days_one_by_one=one_by_one(items),
        days_together=version.promised_days if version else 0,
        visits_one_by_one=visits(items),
        visits_together=version.visits if version else 0,
        questions_one_by_one=asked,
        questions_together=asked - form.asked_once,
        materials_one_by_one=sum(len(one.asked) for one in materials),
        materials=materials,
    )


@dataclass(frozen=True)
class Summary:
    """One package in the list; reads nothing when entries and items are loaded."""

    items: int
    departments: int
    days_one_by_one: int


def summary_of(package: Package) -> Summary:
    entries = list(package.current.entries.all()) if package.current is not None else []
    items = [one.item for one in entries]
    return Summary(len(items), len({item.department_id for item in items}), one_by_one(items))


def verdicts_of(package: Package, answers: dict[str, str]) -> list[Verdict]:
    """Each item with the reasons; what is closed at present is told by the page beside it."""
    return evaluate(package.current, entries_of(package), answers) if package.current is not None else []


def waits_for(filings: Sequence[PackageFiling]) -> dict[int, list[Case]]:
    """The cases that each open filing still waits for, the most urgent first. One query for a page."""
    ids = [one.pk for one in filings if one.ended_on is None]
    found: dict[int, list[Case]] = {}
    rows = PackagePart.objects.filter(filing__in=ids, case__ended_on__isnull=True, case__isnull=False)
    for part in rows.select_related("case__item", "case__department").order_by("case__promised_due_on", "order"):
        if part.case is not None:
            found.setdefault(part.filing_id, []).append(part.case)
    return found


# --- a filing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One part on the page of a filing."""

    part: PackagePart
    case: Case
    light: Light
    todo: Todo | None = None
    entries: list[timeline.Entry] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)


def parts_of(filing: PackageFiling) -> list[PackagePart]:
    """The parts with their cases and all that a page names of them. One query."""
    rows = filing.parts.select_related(
        "item", "case__item__current", "case__department", "case__version", "case__organisation", "case__principal"
    )
    return list(rows.prefetch_related(Prefetch("case__stops")))


def parts_at_work(filing: PackageFiling) -> list[Part]:
    """The parts as the leading department sees them: state and light. Two queries and the calendar."""
    index, day = workdays(), today()
    return [Part(one, one.case, light_of(one.case, index, day)) for one in parts_of(filing) if one.case is not None]


def parts_of_applicant(filing: PackageFiling) -> list[Part]:
    """The parts side by side, with what to do now, what happened, and the documents."""
    index, day, rows = workdays(), today(), parts_of(filing)
    ids = [one.case_id for one in rows if one.case_id is not None]
    events, papers = _events_of(ids), _papers_of(ids)
    return [
        Part(
            one,
            one.case,
            light_of(one.case, index, day),
            todo_of(one.case),
            timeline.past_of(events.get(one.case.pk, []), public=True),
            papers.get(one.case.pk, []),
        )
        for one in rows
        if one.case is not None
    ]


def _events_of(case_ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in Event.objects.filter(stream=CASE_STREAM, stream_id__in=case_ids).order_by("stream_id", "sequence"):
        found.setdefault(row.stream_id, []).append(tell(row))
    return found


def _papers_of(case_ids: Sequence[int]) -> dict[int, list[Document]]:
    found: dict[int, list[Document]] = {}
    rows = Document.objects.filter(stream=CASE_STREAM, stream_id__in=case_ids, state=Document.State.IN_FORCE)
    for row in rows.order_by("stream_id", "-pk"):
        found.setdefault(row.stream_id or 0, []).append(row)
    return found


def state_label(filing: PackageFiling) -> Any:
    """The state in words; of a concluded one how it ended."""
    return filing.get_outcome_display() if filing.outcome else FILING.states[filing.state].label


def todo_of_filing(filing: PackageFiling, parts: Sequence[Part]) -> Todo:
    """One box for all parts: what the applicant must do now, else what is waited for, else how it ended."""
    asked = [one for one in parts if one.todo is not None and one.todo.tone == "amber" and one.todo.url]
    if asked:
        first = asked[0]
        title = _("%(n)s parts wait for you") % {"n": len(asked)} if len(asked) > 1 else _("A part waits for you")
        details = [f"{one.part.item.local_name}: {one.todo.title}" for one in asked if one.todo is not None]
        url, label = (first.todo.url, first.todo.label) if first.todo is not None else ("", "")
        return Todo("amber", title, _("The other parts go on meanwhile."), details, url, label)
    if filing.state == "filed":
        return Todo(
            "blue", _("We are checking all parts"), _("You need do nothing now. Each department answers by itself.")
        )
    if filing.state == "running":
        return Todo("blue", _("All parts are accepted"), _("You need do nothing now."))
    return _ended(filing)


def _ended(filing: PackageFiling) -> Todo:
    match filing.outcome:
        case "granted":
            return Todo("green", _("Everything has been granted"), _("You find the documents beside each part."))
        case "partly":
            words = _("See below which part was not granted, why, and what you can do.")
            return Todo("amber", _("Some parts were granted, others not"), words)
        case "withdrawn":
            return Todo("blue", _("You have withdrawn this package"), _("You can file again at any time."))
    return Todo("red", _("No part was granted"), _("See below why, and what you can do."))


def history_of(filing: PackageFiling) -> list[timeline.Entry]:
    """The package's own timeline. One query."""
    rows = Event.objects.filter(stream=FILING_STREAM, stream_id=filing.pk).order_by("sequence")
    found = []
    for row in rows:
        step = FILING.transitions.get(row.type.removeprefix("package."))
        if step is not None:
            found.append(timeline.Entry("done", str(step.told), row.at))
        elif row.type == "package.due_moved":
            found.append(timeline.Entry("done", _("The day of the package has moved with its parts"), row.at))
    return found


def light(filing: PackageFiling) -> Light:
    return light_of_filing(filing, workdays(), today())


def questions(package: Package) -> list[Question]:
    return questions_of(package.current) if package.current is not None else []
