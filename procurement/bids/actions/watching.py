"""Writing down what the portal noticed of its own outages, and telling those who decide about deadlines."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from django.db.models import F, Q

from portal.core import db
from portal.core.actions import action
from portal.core.events import record
from portal.core.rules import rule
from portal.core.time import local_date
from procurement.bids import notices
from procurement.bids.actions.common import PORTAL, locked_opening
from procurement.bids.models import Opening, Outage, PortalWatch
from procurement.bids.rules import OUTAGE_BEFORE, OUTAGE_MINUTES
from procurement.clock import deciding_now
from procurement.tenders.models import Project

Kind = Outage.Kind


@dataclass(frozen=True)
class Watched:
    """What a room above hangs on the pages: whether it does now, and what follows from an outage that is over."""

    runs: Callable[[dt.datetime], bool]
    follow: Callable[[Outage], None]


_watched: list[Watched] = []


def register_watched(one: Watched) -> None:
    """A room above says what it wants the pages watched for."""
    if one not in _watched:
        _watched.append(one)


def watched_above(at: dt.datetime) -> bool:
    """Whether something in a room above hangs on the pages now."""
    return any(one.runs(at) for one in _watched)


@dataclass(frozen=True)
class Failure:
    """A request of a bidder that broke inside the portal, as it was noted where it happened."""

    mark: str
    number: str
    at: dt.datetime
    detail: str  # an Outage.Detail


@action
def note_look(answer: str | None) -> list[int]:
    """The watch looks: was it away itself, and do the pages answer? Returns the outages that ended with this look.

    What follows from them is done in the same transaction, so that a process that dies leaves neither without the other.
    `answer` is empty where the pages answered, a word on what came instead, None where nobody asked them.
    """
    db.lock_name("bids.watch")
    at = deciding_now()
    watch = PortalWatch.objects.first() or PortalWatch(looked_at=at, answered_at=at)
    ended = []
    if at - watch.looked_at >= shortest(at):
        made = Outage.objects.create(kind=Kind.WATCH, from_at=watch.looked_at, until_at=at, mark=uuid4().hex)
        ended.append(made.pk)
    if answer is None:
        ended += _end_open(
            watch.looked_at
        )  # asked while one goes on, unless asking was switched off: it would never end
    else:
        ended += _answered(watch, at) if answer == "" else _silent(watch, at, answer)
    watch.looked_at = at
    watch.save()
    for pk in ended:
        _follow(pk)
    return ended


def _answered(watch: PortalWatch, at: dt.datetime) -> list[int]:
    watch.answered_at = at
    return _end_open(at)


def _end_open(at: dt.datetime) -> list[int]:
    open_ones = Outage.objects.filter(kind=Kind.WEB, until_at__isnull=True)
    ended = list(open_ones.values_list("pk", flat=True))
    open_ones.update(until_at=at)
    return ended


def _silent(watch: PortalWatch, at: dt.datetime, answer: str) -> list[int]:
    """It began at some moment after the last answer; we know of it from this look on, and say no more than that."""
    if not Outage.objects.filter(kind=Kind.WEB, until_at__isnull=True).exists():
        Outage.objects.create(kind=Kind.WEB, from_at=at, detail=answer, mark=uuid4().hex)
    return []


@action
def note_failures(failures: list[Failure]) -> int:
    """Take over what was noted while the database could not be written to. The same note twice is one fact."""
    known = set(Outage.objects.filter(mark__in=[one.mark for one in failures]).values_list("mark", flat=True))
    projects = dict(Project.objects.filter(number__in=[one.number for one in failures]).values_list("number", "pk"))
    rows = [
        Outage(kind=Kind.REQUEST, from_at=one.at, until_at=one.at, project_id=projects[one.number],
               detail=one.detail, mark=one.mark)
        for one in failures if one.mark not in known and one.number in projects
    ]  # fmt: skip
    Outage.objects.bulk_create(rows, ignore_conflicts=True)
    for outage in Outage.objects.filter(mark__in=[row.mark for row in rows]).order_by("pk"):
        _follow_above(outage)
    return len(rows)


def _follow(pk: int) -> None:
    """What follows from an outage that is over: a window waits for a supervisor, a deadline's officers are told."""
    outage = Outage.objects.get(pk=pk)
    if outage.kind == Kind.WEB:
        for project_id in (
            Opening.objects.filter(state="decrypting").order_by("pk").values_list("project_id", flat=True)
        ):
            _weigh(outage, project_id)
    for project in Project.objects.filter(pk__in=touched(outage)).order_by("pk"):
        notices.tell_deadline_outage(project, outage)
    _follow_above(outage)


def _follow_above(outage: Outage) -> None:
    for one in _watched:
        one.follow(outage)


def _weigh(outage: Outage, project_id: int) -> None:
    """As far as the pages were out within a decryption window, a supervisor decides about it."""
    opening = locked_opening(project_id)
    seconds = within(opening, outage, deciding_now())
    if opening.state != "decrypting" or seconds < shortest(opening.due_at).total_seconds():
        return
    opening.outage_seconds += seconds
    opening.revision += 1
    event = record(opening, "opening.outage", PORTAL, data={"seconds": seconds, "what": "web"})
    notices.tell_outage(opening, event)
    opening.save(update_fields=["outage_seconds", "revision"])


def shortest(at: dt.datetime) -> dt.timedelta:
    """From when on a gap is an outage and not a pause between two looks."""
    return dt.timedelta(minutes=rule(OUTAGE_MINUTES, local_date(at)).days)


def before(at: dt.datetime) -> dt.timedelta:
    """How long before a deadline an outage is worth a look."""
    return dt.timedelta(minutes=rule(OUTAGE_BEFORE, local_date(at)).days)


def within(opening: Opening, outage: Outage, at: dt.datetime) -> int:
    """The seconds of an outage that lie in the decryption window, up to now where it goes on."""
    if opening.decrypt_from is None or opening.decrypt_until is None:
        return 0
    begin = max(outage.from_at, opening.decrypt_from)
    end = min(outage.until_at or at, opening.decrypt_until)
    return max(0, int((end - begin).total_seconds()))


def goes_on_in(opening: Opening, at: dt.datetime) -> bool:
    """Whether the pages are out right now, and were long enough within the window."""
    found = Outage.objects.filter(kind=Kind.WEB, until_at__isnull=True).first()
    return found is not None and within(opening, found, at) >= shortest(opening.due_at).total_seconds()


def touched(outage: Outage) -> list[int]:
    """The tenders whose deadline lies within an outage or shortly after it."""
    end = outage.until_at
    if end is None or end - outage.from_at < shortest(end):
        return []
    rows = Project.objects.filter(
        state__in=("announced", "receiving", "closed"), deadline_at__gte=outage.from_at, deadline_at__lte=end + before(end)
    )  # fmt: skip
    return list(rows.order_by("pk").values_list("pk", flat=True)[:200])


def outages_of(project: Project) -> list[Outage]:
    """What was noticed from shortly before the deadline until the bids were open, the latest first."""
    if project.deadline_at is None:
        return []
    begin = project.deadline_at - before(project.deadline_at)
    opening = Opening.objects.filter(project=project).first()
    last = (opening and (opening.opened_at or opening.decrypt_until)) or project.deadline_at
    reaches = Q(until_at__gte=begin)
    if deciding_now() >= begin:  # one that goes on now has nothing to do with a deadline that is days ahead
        reaches |= Q(until_at__isnull=True)
    rows = Outage.objects.filter(reaches, from_at__lte=last)
    rows = rows.filter(Q(project=project) | Q(project__isnull=True))
    long_enough = Q(until_at__isnull=True) | Q(kind=Kind.REQUEST) | Q(until_at__gte=F("from_at") + shortest(begin))
    return list(rows.filter(long_enough)[:30])
