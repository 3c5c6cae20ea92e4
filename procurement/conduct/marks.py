"""Counting the marks of a year, and proposing what a low score leads to: plain functions under the actions.

An act counts once a tender, however many raters found it: three people who saw the same lateness deduct it once.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.core.calendar import workdays
from portal.core.events import record
from portal.core.rules import rule, rules
from portal.core.time import now, today
from procurement.conduct import notices
from procurement.conduct import rules as book
from procurement.conduct.models import Decision, Rating, Score
from procurement.fixed import facts
from procurement.tenders.actions.common import PORTAL

AUTHORITY = "海州市政务服务管理局（公共资源交易中心）"
APPEAL = "收到本决定之日起在门户内提出异议；对异议答复不服的，可以依法申请行政复议或者提起行政诉讼。"


def subject_of(rating: Rating) -> dict[str, Any]:
    """The columns that say who is rated."""
    return {"subject": rating.subject, "expert": rating.expert, "agency": rating.agency}


def recount(rating: Rating) -> Score:
    """Write the year's score of whoever a rating is about; the caller holds their row's lock."""
    year = rating.year
    rows = Rating.objects.counting().filter(**subject_of(rating), year=year)
    found = set(rows.filter(acts__isnull=False).values_list("project", "acts", "acts__points"))
    points = sum(cost for _project, _act, cost in found)
    full = rule(book.FULL, today()).days
    values = {
        "ratings": rows.count(),
        "tenders": rows.values("project").distinct().count(),
        "points": points,
        "score": max(0, full - points),
    }
    score, _made = Score.objects.update_or_create(**subject_of(rating), year=year, defaults=values)
    propose_by(score)
    return score


def propose_by(score: Score) -> Decision | None:
    """The severest consequence that the score has reached, once a year; a person decides it."""
    limits = rules([code for code, _kind in book.THRESHOLDS], today())
    for code, kind in book.THRESHOLDS:
        if score.score < limits[code].days:
            return _propose(score, kind, limits[code].days)
    return None


def _propose(score: Score, kind: str, below: int) -> Decision | None:
    subject: dict[str, object] = {"about": score.subject, "expert": score.expert}
    if score.agency is not None:
        subject |= {"uscc": score.agency.uscc, "organisation": score.agency}
    if Decision.objects.filter(**subject, kind=kind, year=score.year).exists():
        return None
    with override(settings.LANGUAGE_CODE):
        ground = _("The score of %(year)s is %(score)s and lies below %(below)s.") % {
            "year": score.year, "score": score.score, "below": below,
        }  # fmt: skip
    limit = rule(
        {"suspension": book.SUSPENSION_BELOW, "talk": book.TALK_BELOW, "criticism": book.CRITICISM_BELOW}[kind], today()
    )
    made = Decision.objects.create(
        **subject, kind=kind, name=score.subject_name, ground=ground, source=limit.source, authority=AUTHORITY,
        months=rule(book.SUSPENSION_MONTHS, today()).days if kind == "suspension" else None, appeal=APPEAL,
        year=score.year, proposed_at=now(), hear_until=hear_until(today()),
    )  # fmt: skip
    record(
        made, "decision.proposed", PORTAL, to_state=made.state, data={"kind": kind, "score": score.score, **facts(made)}
    )
    notices.tell_proposed(made)
    return made


def hear_until(on: dt.date) -> dt.date:
    """The last day of a statement about something that was proposed on the day."""
    return workdays().add(on, rule(book.HEARING_DAYS, on).days)


def object_until(on: dt.date) -> dt.date:
    """The last day of an objection to something of the day."""
    return workdays().add(on, rule(book.OBJECTION_DAYS, on).days)
