"""What another role decides about ratings: comments published, unusual ones excluded, the list of reasons."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hall.ratings import policies
from hall.ratings.giving import LONGEST_COMMENT
from hall.ratings.limits import limits
from hall.ratings.measures import RATING_MEASURES
from hall.ratings.models import Rating, Reason, ReasonList, Rectification
from hall.ratings.models.rating import CommentState
from portal.core import db, statistics
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.rules import rule
from portal.core.time import now, today


@action
def publish_comment(actor: Actor, rating_id: int, *, text: str) -> Rating:
    """Let the public read a comment, in the wording of the reviewer. Raises NotFound, NotAllowed, WrongState, Invalid."""
    rating = _for_review(actor, rating_id)
    wanted = text.strip()
    if not wanted or len(wanted) > LONGEST_COMMENT:
        raise Invalid(fields={"text": _("Please enter the text to be published, at most 500 characters.")})
    rating.comment_state, rating.published_text = CommentState.PUBLISHED, wanted
    rating.save(update_fields=["comment_state", "published_text"])
    record(rating, "rating.published", actor, data={"text": wanted})
    return rating


@action
def withhold(actor: Actor, rating_id: int, *, reason: str) -> Rating:
    """Keep a comment from the public; it stays with the rating. Raises NotFound, NotAllowed, WrongState, Invalid."""
    rating = _for_review(actor, rating_id)
    rating.comment_state, rating.published_text = CommentState.WITHHELD, ""
    rating.save(update_fields=["comment_state", "published_text"])
    record(rating, "rating.withheld", actor, data={"reason": _given(reason)})
    return rating


def _for_review(actor: Actor, rating_id: int) -> Rating:
    rating = _locked(actor, rating_id)
    if rating.comment_state == CommentState.NONE:
        raise WrongState()
    return rating


@action
def exclude(actor: Actor, rating_id: int, *, reason: str) -> Rating:
    """Take a rating out of all figures, with a reason; it is counted as excluded. Not for one's own department.

    Raises NotFound, NotAllowed, WrongState, Invalid.
    """
    rating = _locked(actor, rating_id)
    if rating.excluded_at is not None or rating.is_default:
        raise WrongState()
    why = _given(reason)
    with statistics.watch(RATING_MEASURES, rating):
        rating.excluded_at, rating.excluded_by, rating.excluded_reason = now(), actor.user, why
        rating.reviewed_at = now()
        rating.rectify_due_on = None
        rating.save(update_fields=["excluded_at", "excluded_by", "excluded_reason", "reviewed_at", "rectify_due_on"])
    record(rating, "rating.excluded", actor, data={"reason": why})
    _end_work(actor, rating, why)
    return rating


def _end_work(actor: Actor, rating: Rating, reason: str) -> None:
    """Nothing is rectified for a rating that does not count."""
    pks = Rectification.objects.filter(rating=rating).values_list("pk", flat=True)
    work = next(iter(db.lock_rows(Rectification.objects.all(), pks)), None)
    if work is None or not work.is_open:
        return
    before, work.state, work.ended_on = work.state, "set_aside", today()
    work.state_version += 1
    work.save(update_fields=["state", "ended_on", "state_version"])
    record(work, "rectification.excluded", actor, from_state=before, to_state=work.state, data={"text": reason})


@action
def take_in_again(actor: Actor, rating_id: int, *, reason: str) -> Rating:
    """Undo an exclusion: the rating counts on its day again; the work that ended stays ended.

    Raises NotFound, NotAllowed, WrongState, Invalid.
    """
    rating = _locked(actor, rating_id)
    if rating.excluded_at is None:
        raise WrongState()
    why = _given(reason)
    with statistics.watch(RATING_MEASURES, rating):
        rating.excluded_at, rating.excluded_by, rating.excluded_reason = None, None, ""
        is_bad = rating.grade in rule("rating.bad_grades", rating.rated_on).value
        if is_bad and rating.rectified_on is not None:
            rating.rectify_due_on = limits(rating.rated_on).due_on
        rating.save(update_fields=["excluded_at", "excluded_by", "excluded_reason", "rectify_due_on"])
    record(rating, "rating.taken_in", actor, data={"reason": why})
    return rating


@action
def clear_flags(actor: Actor, rating_id: int) -> Rating:
    """Somebody has looked at it and lets it count. Raises NotFound, NotAllowed."""
    rating = _locked(actor, rating_id)
    rating.reviewed_at = now()
    rating.save(update_fields=["reviewed_at"])
    record(rating, "rating.reviewed", actor, data={"flags": rating.flags})
    return rating


def _locked(actor: Actor, rating_id: int) -> Rating:
    try:
        rating = db.lock_row(Rating.objects.all(), rating_id)
    except Rating.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not policies.may_see_rating(actor.user, rating):
        raise NotFound()
    if not policies.may_exclude(actor.user, rating):
        raise NotAllowed()
    return rating


def _given(reason: str) -> str:
    if not reason.strip():
        raise Invalid(fields={"reason": _("Please give a reason; it stays on record.")})
    return reason.strip()[:500]


# --- the list of reasons --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReasonDraft:
    """One reason as it was typed."""

    name: str
    name_en: str = ""


@action
def new_reason_list(actor: Actor, reasons: Mapping[int, Sequence[ReasonDraft]], *, valid_from: dt.date) -> ReasonList:
    """A new version of the list, from tomorrow at the earliest; ratings keep the words of their day.

    Raises NotAllowed, Invalid.
    """
    if actor.user is None or not policies.oversees(actor.user):
        raise NotAllowed()
    wrong = {}
    for grade in range(1, 6):
        rows = reasons.get(grade, ())
        if not 1 <= len(rows) <= 8 or any(not row.name.strip() or len(row.name) > 60 for row in rows):
            wrong[f"grade_{grade}"] = _("Enter one to eight reasons, each of at most 60 characters.")
    if valid_from <= today():
        wrong["valid_from"] = _("A new list begins tomorrow at the earliest.")
    if wrong:
        raise Invalid(fields=wrong)
    last = ReasonList.objects.order_by("-number").values_list("number", flat=True).first() or 0
    made = ReasonList.objects.create(number=last + 1, valid_from=valid_from, made_by_name=actor.name, made_at=now())
    Reason.objects.bulk_create(
        Reason(
            list=made, grade=grade, order=order, code=f"g{grade}-{order}", name=row.name.strip(),
            name_en=row.name_en.strip()[:120],
        )
        for grade, rows in reasons.items()
        for order, row in enumerate(rows)
    )  # fmt: skip
    record(made, "ratings.reasons_made", actor, data={"number": made.number, "from": valid_from})
    return made
