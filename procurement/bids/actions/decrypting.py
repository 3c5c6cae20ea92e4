"""The bidder's own layer: uncovered by the officers, taken off by the bidder within the window, judged at its end."""

import base64
import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotFound, WrongState
from portal.core.events import record
from portal.core.rules import Rule, rule
from portal.core.templatetags.portal import moment
from portal.core.time import ZONE, local_date
from procurement.bids import findings, notices, policies
from procurement.bids.actions import watching
from procurement.bids.actions.common import PORTAL, locked_opening, locked_project, opening_for, person, take, touch
from procurement.bids.actions.opening import counting, end, remaining, written
from procurement.bids.joint import firms_behind
from procurement.bids.models import OpenedBid, Opening, OpeningPart, OwnLayer, WindowDecision
from procurement.bids.reading import Read
from procurement.bids.rules import DECRYPT_LONGER, DECRYPT_MINUTES, OUTAGE_MINUTES, REVOKED
from procurement.clock import deciding_now
from procurement.tenders.actions.bonds import mark
from procurement.tenders.models import Bond
from procurement.tenders.periods import by_law

ENDED = ("opened", "recorded")
LONGEST = 300


class DecryptedTooLate(DomainError):
    """The window has ended by the database's clock."""

    code = "decryption_over"
    default_message = _(
        "The decryption window ended at %(until)s; your key came at %(at)s by the portal's clock. The bid counts as revoked"
        " (%(source)s)."
    )


class WrongOwnKey(DomainError):
    """What the bidder's browser handed over does not open the bid."""

    code = "wrong_own_key"
    status = 422
    default_message = _(
        "This key does not open your bid for lot %(lot)s. Please choose the key file with which that bid was sealed."
        " Nothing is lost: you can try again until the window ends."
    )


# --- the officers' side -------------------------------------------------------------------------------------------------


@action
def record_uncovered(actor: Actor, submission_id: int, box: bytes) -> OwnLayer:
    """Write down that the lot's layer is off one bid. Done twice at once, it is written once. Raises WrongState."""
    one = counting(submission_id)
    opening = opening_for(actor, one.book.lot.project_id)
    found = OwnLayer.objects.filter(submission=one).first()
    if found is not None:
        return found
    if opening.state != "opening":
        raise WrongState()
    made = OwnLayer.objects.create(
        submission=one, box=base64.b64encode(box).decode(), uncovered_at=deciding_now()
    )  # fmt: skip
    data = {"sequence": one.sequence, "bidder": one.bidder.organisation.name}
    record(opening, "opening.bid_uncovered", actor, data=data)
    touch(opening)
    return made


@action
def uncover(actor: Actor, project_id: int) -> Opening:
    """All outer layers are off: begin the bidders' window by the database's clock. Raises WrongState while bids wait."""
    locked_project(project_id)
    opening = opening_for(actor, project_id)
    if opening.state in ("decrypting", *ENDED):
        return opening
    if opening.state != "opening" or remaining(opening).exists():
        raise WrongState()
    at = deciding_now()
    minutes = rule(DECRYPT_MINUTES, local_date(opening.due_at)).days
    opening.decrypt_from = opening.watched_at = at
    opening.decrypt_until = at + dt.timedelta(minutes=minutes)
    OpeningPart.objects.filter(book__lot__project=project_id).delete()
    event = take(opening, "uncover", actor, until=opening.decrypt_until)
    notices.tell_decrypt(opening, event)
    return opening


# --- the bidder's side --------------------------------------------------------------------------------------------------


@action
def give_own_key(actor: Actor, submission_id: int, key: bytes) -> OwnLayer:
    """Take the key of a bid from its bidder, in time by the database's clock; the caller has tried it on the bid.

    The same bid decrypted twice stays as it was the first time. Raises NotFound, WrongState, DecryptedTooLate.
    """
    user = person(actor)
    one = counting(submission_id)
    if not policies.may_decrypt(user, one):
        raise NotFound()
    opening = locked_opening(one.book.lot.project_id)
    layer = OwnLayer.objects.filter(submission=one).first()
    if layer is None:
        raise WrongState(_("The officers have not opened their layer of this bid yet. Please wait on this page."))
    if layer.given_at is not None:
        return layer
    at = deciding_now()
    until = opening.decrypt_until
    if until is not None and (opening.state in ENDED or at >= until):
        source = revoked_rule(opening).display_source
        raise DecryptedTooLate(until=exact(until), at=exact(at), source=source)
    if opening.state != "decrypting":
        raise WrongState()
    layer.given_at, layer.given_by, layer.key = at, user, key.hex()
    layer.save(update_fields=["given_at", "given_by", "key"])
    record(opening, "opening.key_given", actor, data={"sequence": one.sequence, "bidder": one.bidder.organisation.name})
    touch(opening)
    return layer


def exact(at: dt.datetime) -> str:
    """A moment with its seconds: they decide here."""
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


@action
def record_decrypted(submission_id: int, read: Read) -> OpenedBid:
    """Write down what was found in a bid with its bidder's key, and forget the key. Read twice at once, written once."""
    one = counting(submission_id)
    opening = locked_opening(one.book.lot.project_id)
    found = OpenedBid.objects.filter(submission=one).first()
    if found is not None:
        return found
    if opening.state != "decrypting":
        raise WrongState()
    OwnLayer.objects.filter(submission=one).update(key="")
    return written(opening, PORTAL, one, read)


# --- the end of the window ----------------------------------------------------------------------------------------------


def undecrypted(opening: Opening) -> QuerySet[OwnLayer]:
    """The bids whose bidder has not handed the key over, in the order of their receipts."""
    rows = OwnLayer.objects.filter(submission__book__lot__project=opening.project_id, given_at__isnull=True)
    rows = rows.select_related("submission__book__lot__project", "submission__bidder__organisation")
    return rows.order_by("submission__book__lot__number", "submission__sequence")


def unread(project_id: int) -> QuerySet[OwnLayer]:
    """The bids whose key came in time and that wait to be read."""
    rows = OwnLayer.objects.filter(
        submission__book__lot__project=project_id, given_at__isnull=False, submission__opened__isnull=True
    )
    return rows.select_related("submission__book__lot__project", "submission__bidder__organisation").order_by(
        "given_at"
    )


@action
def conclude(actor: Actor, project_id: int) -> Opening:
    """End the decryption: what was not decrypted in time is revoked, all bids of each lot are compared.

    Earlier when every bid is decrypted. A key that came in time is read first, and after an outage of the portal a
    supervisor decides about the window first. Raises WrongState, NotAllowed.
    """
    project = locked_project(project_id)
    opening = locked_opening(project_id)
    if opening.state in ENDED:
        return opening
    if opening.state != "decrypting" or opening.decrypt_until is None:
        raise WrongState()
    if unread(project_id).exists():
        raise WrongState(_("A key has come in and its bid is being read. Please try again in a moment."))
    late, at = list(undecrypted(opening)), deciding_now()
    if late and at < opening.decrypt_until:
        raise WrongState(_("The bidders have until %(until)s."), until=moment(opening.decrypt_until))
    if late and opening.outage_seconds:
        raise WrongState(
            _("The portal was out for %(n)s minutes within the window. A supervisor decides about the window first."),
            n=opening.outage_minutes,
        )
    if late and watching.goes_on_in(opening, at):
        raise WrongState(
            _("The pages of the portal do not answer at this moment. A supervisor decides when they are back.")
        )
    for layer in late:
        _revoke(opening, layer, at)
    end(opening, project, actor, "conclude")
    return opening


def revoked_rule(opening: Opening) -> Rule:
    """The ground on which a bid that is not decrypted in time counts as revoked, by the law of the tender."""
    return rule(by_law(REVOKED, opening.project), local_date(opening.due_at))


def _revoke(opening: Opening, layer: OwnLayer, at: dt.datetime) -> None:
    """The bidder's own doing (measures on electronic tendering, art. 31): revoked, and the bond is not simply due back."""
    one, until = layer.submission, opening.decrypt_until
    assert until is not None  # noqa: S101 - a check constraint holds it
    made = OpenedBid.objects.create(
        lot=one.book.lot, bidder=one.bidder, submission=one, finding=findings.NOT_DECRYPTED, fields={}, opened_at=at,
        facts={"until": exact(until)},
    )  # fmt: skip
    data = {"sequence": one.sequence, "finding": made.finding, "bidder": one.bidder.organisation.name}
    record(opening, "opening.bid_opened", PORTAL, data=data)
    organisations = [firm.organisation_id for firm in firms_behind([made])[made.pk]]
    mark(
        Bond.objects.filter(lot=one.book.lot_id, organisation__in=organisations), PORTAL,
        f"投标截止后未按时解密，视为撤销投标文件：可以不退还投标保证金（{revoked_rule(opening).source}），请先决定是否不予退还。",
    )  # fmt: skip


@action
def decide_window(actor: Actor, project_id: int, minutes: int, reason: str) -> WindowDecision:
    """A supervisor lengthens the window, counted from now where it is over; or lets it stand with 0 minutes.

    Raises NotAllowed, WrongState, Invalid.
    """
    user = person(actor)
    opening = locked_opening(project_id)
    if opening.state in ENDED:
        raise WrongState(_("The decryption has ended. What is wrong with it is objected to on this page."))
    wrong: dict[str, Any] = {}
    note = reason.strip()
    most = rule(DECRYPT_LONGER, local_date(opening.due_at)).days
    if not 0 <= minutes <= most or (minutes == 0 and not opening.outage_seconds):
        wrong["minutes"] = _("Lengthen the window by 1 to %(n)s minutes.") % {"n": most}
    if not note:
        wrong["reason"] = _("Write down the reason: it stands in the record.")
    elif len(note) > LONGEST:
        wrong["reason"] = _("Please use at most %(n)s characters.") % {"n": LONGEST}
    before, at = opening.decrypt_until, deciding_now()
    if before is None:
        raise WrongState()
    after = max(before, at) + dt.timedelta(minutes=minutes) if minutes else before
    if wrong and policies.may_decide_window(user, opening):
        raise Invalid(fields=wrong)
    opening.decrypt_until, opening.outage_seconds, opening.watched_at = after, 0, at
    event = take(opening, "decide_window", actor, minutes=minutes, reason=note, until=after)
    made = WindowDecision.objects.create(
        opening=opening, minutes=minutes, reason=note, until_before=before, until_after=after, decided_by=user,
        decided_at=at,
    )  # fmt: skip
    if minutes:
        notices.tell_longer(opening, event, made.reason)
    return made


# --- the sweep ----------------------------------------------------------------------------------------------------------


def running(limit: int = 100) -> list[int]:
    """The tenders whose bidders decrypt, the window that ends first before the others."""
    rows = Opening.objects.filter(state="decrypting").order_by("decrypt_until")
    return list(rows.values_list("project_id", flat=True)[:limit])


@action
def watch_window(project_id: int) -> Opening:
    """The portal was here at this moment. A gap since the last look is an outage: supervisors are told, and decide."""
    opening = locked_opening(project_id)
    if opening.state != "decrypting" or opening.watched_at is None or opening.decrypt_until is None:
        return opening
    at = deciding_now()
    gap = (min(at, opening.decrypt_until) - opening.watched_at).total_seconds()
    opening.watched_at = at
    if gap >= rule(OUTAGE_MINUTES, local_date(opening.due_at)).days * 60:
        opening.outage_seconds += int(gap)
        opening.revision += 1
        event = record(opening, "opening.outage", PORTAL, data={"seconds": int(gap)})
        notices.tell_outage(opening, event)
    opening.save(update_fields=["watched_at", "outage_seconds", "revision"])
    return opening
