"""How a rating comes into being, whatever its way: checked, written, flagged, and followed by work when it is bad."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hall.ratings.errors import AlreadyRated, InvitationExpired
from hall.ratings.limits import limits
from hall.ratings.measures import RATING_MEASURES
from hall.ratings.models import Channel, Grade, Invitation, Rating, Rectification
from hall.ratings.models.rating import CommentState
from hall.ratings.notices import tell_handler
from hall.ratings.people import handler_for
from hall.ratings.reasons import reasons_in_force
from portal.core import db, statistics
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, type_of_message
from portal.core.events import record
from portal.core.identity import check_phone
from portal.core.rules import rule, rules
from portal.core.time import local_date, now

LONGEST_COMMENT = 500
# Who rates is nobody's business: the event says that it was somebody who was served.
RATER = Actor(user=None, role="rater", name="")


@dataclass(frozen=True, kw_only=True)
class RatingDraft:
    """What somebody says. `origin` is a digest of where it came from, `client_key` the tablet's own name for it."""

    grade: int
    channel: str
    reasons: Sequence[str] = ()
    comment: str = ""
    phone: str = ""
    origin: str = ""
    client_key: str = ""


def waiting_invitation(token: str) -> Invitation:
    """The locked invitation that a link stands for. Raises NotFound, AlreadyRated, InvitationExpired."""
    pk = Invitation.objects.filter(token=token).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound()
    invitation = db.lock_row(Invitation.objects.all(), pk)
    check_waiting(invitation)
    return invitation


def check_waiting(invitation: Invitation) -> None:
    """Raises AlreadyRated, InvitationExpired."""
    if Rating.objects.filter(invitation=invitation, is_default=False).exists():
        raise AlreadyRated()
    if invitation.is_settled or invitation.is_expired:
        raise InvitationExpired()


def give(invitation: Invitation, draft: RatingDraft) -> Rating:
    """Write the rating of a locked invitation that waits. Raises Invalid with `fields`."""
    list_number = _check(draft)
    moment = now()
    rating = Rating(
        invitation=invitation,
        kind=invitation.kind,
        subject=invitation.subject,
        department_id=invitation.department_id,
        window_id=invitation.window_id,
        staff_id=invitation.staff_id,
        item_code=invitation.item_code,
        grade=draft.grade,
        channel=draft.channel,
        reasons=list(draft.reasons),
        reason_list=list_number,
        comment=draft.comment.strip(),
        comment_state=CommentState.WAITING if draft.comment.strip() else CommentState.NONE,
        phone=draft.phone.strip(),
        rated_at=moment,
        rated_on=local_date(moment),
        origin=draft.origin,
        client_key=draft.client_key or None,
    )
    rating.flags = unusual(rating)
    is_bad = draft.grade in rule("rating.bad_grades", rating.rated_on).value
    due = limits(rating.rated_on)
    if is_bad:
        rating.rectify_due_on = due.due_on
    with statistics.watch(RATING_MEASURES, rating):
        rating.save(force_insert=True)
    settle(invitation, moment)
    record(rating, "rating.given", RATER, data={"grade": rating.grade, "channel": rating.channel})
    if is_bad:
        open_rectification(rating, due.contact_due_on, due.due_on)
    return rating


def settle(invitation: Invitation, moment: dt.datetime) -> None:
    invitation.settled_at = moment
    invitation.save(update_fields=["settled_at"])


def open_rectification(rating: Rating, contact_due_on: dt.date, due_on: dt.date) -> Rectification:
    """Name somebody at once, and tell them."""
    handler = handler_for(rating.department_id, rating.staff_id)
    work = Rectification.objects.create(
        rating=rating,
        department_id=rating.department_id,
        staff_id=rating.staff_id,
        handler=handler,
        opened_at=rating.rated_at,
        opened_on=rating.rated_on,
        contact_due_on=contact_due_on,
        due_on=due_on,
    )
    data = {"handler": handler.name if handler else "", "due": due_on, "contact_due": contact_due_on}
    record(work, "rectification.opened", Actor.system("ratings"), to_state="opened", data=data)
    tell_handler(work)
    return work


def _check(draft: RatingDraft) -> int:
    """The number of the list of reasons that was used."""
    wrong: dict[str, type_of_message] = {}
    if draft.grade not in Grade.values:
        wrong["grade"] = _("Please choose one of the five grades.")
    if draft.channel not in Channel.values:
        wrong["channel"] = _("This way of rating does not exist.")
    number, allowed = reasons_in_force(now())
    codes = {reason.code for reason in allowed if reason.grade == draft.grade}
    if set(draft.reasons) - codes:
        wrong["reasons"] = _("Please choose among the reasons of this grade.")
    if len(draft.comment.strip()) > LONGEST_COMMENT:
        wrong["comment"] = _("Please use at most %(n)s characters.") % {"n": LONGEST_COMMENT}
    if draft.phone.strip():
        try:
            check_phone(draft.phone)
        except Invalid as error:
            wrong["phone"] = error.message
    if wrong:
        raise Invalid(fields=wrong)
    return number


# --- what looks unusual -------------------------------------------------------------------------------------------------


def unusual(rating: Rating) -> list[str]:
    """Why somebody should look at it. It counts until another role excludes it."""
    found = rules(["rating.burst_count", "rating.burst_minutes"], rating.rated_on)
    most, since = found["rating.burst_count"].days, _minutes_ago(rating.rated_at, found["rating.burst_minutes"].days)
    flags = []
    # The tablet of a window sends everybody's rating: it says nothing about who sent it.
    recent = Rating.objects.filter(rated_at__gt=since, rated_at__lte=rating.rated_at)
    if rating.origin and rating.channel != Channel.WINDOW and _reaches(recent.filter(origin=rating.origin), most):
        flags.append("burst")
    if rating.phone and _reaches(recent.filter(phone_blind__matches=rating.phone), most):
        flags.append("phone")
    if _repeated(rating):
        flags.append("repeated")
    return flags


def _reaches(earlier: "QuerySet[Rating]", most: int) -> bool:
    """With this one there are as many as the rule looks at."""
    return len(earlier.values_list("pk")[: most - 1]) >= most - 1


def _repeated(rating: Rating) -> bool:
    """The same person gave the same person a third bad or a third very good rating within a day."""
    invitation = rating.invitation
    if invitation is None or invitation.invited_id is None or rating.staff_id is None:
        return False
    since = rating.rated_at - dt.timedelta(days=1)
    same = Rating.objects.filter(
        invitation__invited=invitation.invited_id, staff=rating.staff_id, grade=rating.grade, rated_at__gt=since
    )
    return _reaches(same, 3)


def _minutes_ago(moment: dt.datetime, minutes: int) -> dt.datetime:
    return moment - dt.timedelta(minutes=minutes)
