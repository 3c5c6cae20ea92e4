"""Taking bids again after an outage at the deadline: what a decision may rest on, its bounds, and the decision."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, WrongState, type_of_message
from portal.core.rules import rule
from portal.core.templatetags.portal import moment
from portal.core.time import ZONE, local_date
from procurement.bids import notices, policies
from procurement.bids.actions.common import locked_opening, locked_project, person, take
from procurement.bids.actions.watching import before, shortest
from procurement.bids.models import Book, Opening, OpeningPart, Outage, PastRoot, TakingAgain
from procurement.bids.rules import AGAIN_DAYS, AGAIN_MINUTES
from procurement.clock import deciding_now
from procurement.tenders.actions.steps import take_again
from procurement.tenders.models import Lot

LONGEST = 500
BEGUN = ("opening", "decrypting", "opened", "recorded")
MOST_OUTAGES = 50


@dataclass(frozen=True)
class Ground:
    """What a decision at a moment rests on, and between which moments the new deadline lies."""

    outages: tuple[Outage, ...]
    seconds: int  # that the outages lasted together, none counted twice
    earliest: dt.datetime
    latest: dt.datetime

    @property
    def minutes(self) -> int:
        """Minutes begun."""
        return -(-self.seconds // 60)


def outages_at_deadline(opening: Opening) -> list[Outage]:
    """The ended outages that reach into the last stretch before the deadline and were not made good yet.

    Spans shorter than an outage are pauses between two looks; a request of a bidder that broke has no length and counts.
    """
    deadline = opening.project.deadline_at
    if deadline is None:
        return []
    rows = Outage.objects.filter(from_at__lte=deadline, until_at__gte=deadline - before(deadline))
    rows = rows.filter(Q(project=opening.project_id) | Q(project__isnull=True))
    rows = rows.filter(Q(kind=Outage.Kind.REQUEST) | Q(until_at__gte=F("from_at") + shortest(deadline)))
    made_good = TakingAgain.outages.through.objects.filter(takingagain__opening=opening).values("outage")
    return list(rows.exclude(pk__in=made_good)[:MOST_OUTAGES])


def together(outages: Iterable[Outage]) -> int:
    """The seconds that ended outages cover; where two of them overlap, they count once."""
    total, reached = dt.timedelta(), None
    for one in sorted(outages, key=lambda each: each.from_at):
        end = one.until_at or one.from_at
        begin = one.from_at if reached is None else max(one.from_at, reached)
        total += max(end - begin, dt.timedelta())
        reached = end if reached is None else max(reached, end)
    return int(total.total_seconds())


def ground_of(opening: Opening, at: dt.datetime) -> Ground:
    """The outages and the bounds of a decision at this moment."""
    found = outages_at_deadline(opening)
    seconds, on = together(found), local_date(at)
    least = max(dt.timedelta(seconds=seconds), dt.timedelta(minutes=rule(AGAIN_MINUTES, on).days))
    earliest = at + least
    return Ground(tuple(found), seconds, earliest, earliest + dt.timedelta(days=rule(AGAIN_DAYS, on).days))


def refusal(opening: Opening) -> type_of_message:
    """Why bids are not taken again, in the reader's words; empty where nothing stands against it."""
    project = opening.project
    if project.is_sale:
        return _("The result of a listing or an auction is recorded from outside; nothing is opened here.")
    if opening.state in ("named", "receiving"):
        return _(
            "The books are not closed. A deadline ahead is moved by a change; right after one, please wait a minute."
        )
    if opening.state == "lapsed":
        return _("It was declared that there are too few bidders, and the tender has failed. It can be repeated.")
    if opening.state in BEGUN or _touched(opening):
        return _(
            "An officer has entered a part of the key, so the opening has begun. Bids are not taken again any more."
        )
    if opening.state != "closed" or project.state != "closed":
        return _("The tender has ended. Bids are not taken again any more.")
    if Outage.objects.filter(until_at__isnull=True).exists():
        return _("The portal's pages do not answer at this moment. Decide when the outage is over.")
    if not outages_at_deadline(opening):
        return _(
            "No outage of the portal was noticed at or shortly before the deadline that was not made good already."
        )
    return ""


def _touched(opening: Opening) -> bool:
    parts = OpeningPart.objects.filter(book__lot__project=opening.project_id)
    return any(one.present_at for one in opening.openers.all()) or parts.exists()


def check(opening: Opening, at: dt.datetime, deadline_at: dt.datetime, reason: str) -> Ground:
    """What a decision with these words would rest on. Raises WrongState, and Invalid that names the bounds."""
    if text := refusal(opening):
        raise WrongState(text)
    ground = ground_of(opening, at)
    wrong: dict[str, type_of_message] = {}
    if not ground.earliest <= deadline_at <= ground.latest:
        wrong["deadline_at"] = _("The new deadline lies between %(first)s and %(last)s.") % {
            "first": moment(_next_minute(ground.earliest)),
            "last": moment(ground.latest),
        }
    if not reason:
        wrong["reason"] = _("Write down the reason: it is public, and stands in the record.")
    elif len(reason) > LONGEST:
        wrong["reason"] = _("Please use at most %(n)s characters.") % {"n": LONGEST}
    if wrong:
        raise Invalid(fields=wrong)
    return ground


def _next_minute(at: dt.datetime) -> dt.datetime:
    """The first whole minute that is not earlier: deadlines are typed without seconds."""
    floor = at.replace(second=0, microsecond=0)
    return floor if floor == at else floor + dt.timedelta(minutes=1)


@action
def take_bids_again(actor: Actor, project_id: int, deadline_at: dt.datetime, reason: str) -> TakingAgain:
    """A supervisor has bids taken again until a new deadline. Receipts stand, the chains go on, the old roots stay public.

    Raises NotFound, NotAllowed, WrongState, Invalid.
    """
    user = person(actor)
    project = locked_project(project_id)
    opening = locked_opening(project_id)
    opening.project = project
    if not policies.may_take_again(user, opening):
        raise NotAllowed()
    at, note, previous = deciding_now(), reason.strip(), project.deadline_at
    ground = check(opening, at, deadline_at, note)
    assert previous is not None  # noqa: S101 - a check constraint holds it for announced tenders
    notice = take_again(project, actor, deadline_at, _public_words(ground, deadline_at, note))
    made = TakingAgain.objects.create(
        opening=opening, reason=note, outage_seconds=ground.seconds, deadline_before=previous,
        deadline_after=deadline_at, notice=notice, decided_by=user, decided_at=at,
    )  # fmt: skip
    made.outages.set(ground.outages)
    roots = _reopen_books(made)
    opening.due_at = deadline_at
    event = take(opening, "take_again", actor, reason=note, deadline=deadline_at.isoformat(), roots=roots)
    notices.tell_again(made, event)
    return made


def _reopen_books(made: TakingAgain) -> dict[str, str]:
    """Keep each root in a row of its own; the books take receipts again, under the numbers that follow."""
    lots = Lot.objects.filter(project=made.opening.project_id).values("pk")
    pks = Book.objects.filter(lot__in=lots).values_list("pk", flat=True)
    roots = {}
    for book in db.lock_rows(Book.objects.select_related("lot__project"), pks):
        assert book.closed_at is not None  # noqa: S101 - the opening is closed, so its books are
        PastRoot.objects.create(book=book, decision=made, root=book.root, count=book.sequence, closed_at=book.closed_at)
        roots[book.name] = book.root
        book.root, book.closed_at = "", None
        book.save(update_fields=["root", "closed_at"])
    return roots


def _public_words(ground: Ground, deadline_at: dt.datetime, reason: str) -> str:
    """The public notice, official like every other: what happened, why, until when, what stays as it is."""
    with translation.override("zh-hans"):
        spans = [f"{n}. {one.get_kind_display()}：{_span(one)}" for n, one in enumerate(ground.outages, start=1)]
    return "\n".join(
        [
            f"因平台故障触及投标截止时间，经监督人员决定，恢复接收投标文件至{_written(deadline_at)}，开标时间随之顺延。",
            f"理由：{reason}",
            "平台记录的故障：",
            *spans,
            "此前出具的投标回执继续有效；在新的截止时间前可以提交、替换或者撤回投标文件。原截止时公布的默克尔根继续公开备查。",
        ]
    )


def _written(at: dt.datetime) -> str:
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def _span(one: Outage) -> str:
    first = one.from_at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
    if one.until_at is None or one.kind == Outage.Kind.REQUEST:
        return first
    return f"{first} – {one.until_at.astimezone(ZONE).strftime('%Y-%m-%d %H:%M:%S')}"
