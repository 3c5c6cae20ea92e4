"""What the rules would fill in for the dispatcher, and whether the dispatcher took it."""

from typing import Any

from hotline.models import Category, Grade, Ticket
from hotline.routing.engine import first_found
from hotline.routing.measures import JUDGED_MEASURES
from hotline.routing.models import Judged, RuleBook
from hotline.routing.suggesting import Suggestion, suggest, suggest_for
from portal.core import statistics
from portal.core.events import tell
from portal.core.jobs import Job, job
from portal.core.models import Event
from portal.core.search import normalise
from portal.core.time import local_date
from portal.people.models import Department

JUDGE = "routing.judge"


def category_of(text: str) -> Category | None:
    """The category whose words (`Category.words`) stand in the text, the one with the longest; one query."""
    prepared = normalise(text)
    best: tuple[int, Category | None] = (0, None)
    for one in Category.objects.filter(closed_on__isnull=True).exclude(words="").order_by("order", "code"):
        found = max((len(word) for word in one.words.split() if first_found((word,), prepared)), default=0)
        if found > best[0]:
            best = (found, one)
    return best[1]


def filled(ticket: Ticket) -> dict[str, Any]:
    """What the form of the dispatch begins with."""
    return asked(ticket)[1]


def asked(ticket: Ticket) -> tuple[Suggestion | None, dict[str, Any]]:
    """What the rules in use say, and category, department and urgency to be filled in; four queries at most.

    A ticket without a category gets the one whose words stand in its text, and the rules are asked with it.
    """
    found: dict[str, Any] = {}
    category = None if ticket.category_id else category_of(f"{ticket.title}\n{ticket.content}")
    if category is not None:
        found["category"] = category.pk
    said = suggest(
        text=f"{ticket.title}\n{ticket.content}", category_id=ticket.category_id or (category.pk if category else None),
        street_code=ticket.street_code, place=ticket.address, at=ticket.recorded_at,
    )  # fmt: skip
    if said is not None and said.department_id is not None:
        found["department"] = said.department_id
    if said is not None and said.grade in Grade.values and ticket.anchor_at is None and not ticket.life_danger:
        found["grade"] = said.grade
    return said, found


@job(JUDGE)
def judge(payload: dict[str, Any], _job: Job) -> None:
    """A ticket was dispatched for the first time: what the rules in use say of it, beside what was done. Once."""
    told = tell(Event.objects.get(pk=payload["event"]))
    ticket = Ticket.objects.filter(pk=payload["stream_id"], imported=False).first()
    book = RuleBook.objects.filter(state=RuleBook.State.LIVE).first()
    chosen = Department.objects.filter(code=told.data.get("department", "")).first()
    if ticket is None or book is None or chosen is None or Judged.objects.filter(event_id=told.event.pk).exists():
        return
    if ticket.dispatches.filter(dispatched_at__lt=told.event.at).count() > 1:
        return  # it was with a department before: the rules were not asked
    said = suggest_for(ticket)
    if said is None or said.department_id is None:
        return
    row = Judged(
        event_id=told.event.pk, ticket=ticket, book=book, rule_name=said.rule, suggested_id=said.department_id,
        chosen=chosen, channel=ticket.channel, taken=said.department_id == chosen.pk, on=local_date(told.event.at),
    )  # fmt: skip
    row.save(force_insert=True)
    statistics.mark_new(JUDGED_MEASURES, row)
