"""Call-backs: by telephone from the desk, or by a link that the caller opens; and reopening by the caller."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hotline import notices, policies
from hotline.actions.steps import CALLER, locked, take
from hotline.models import CallBack, CallBackLink, Ticket
from hotline.rules import LINK_DAYS, REOPEN_DAYS
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.rules import rule
from portal.core.time import now, today

WORDS = {True: "yes", False: "no", None: ""}


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the caller says; None where the question was not asked or not answered."""

    contacted: bool | None = None
    resolved: bool | None = None
    satisfied: bool | None = None
    note: str = ""

    def inputs(self, way: str) -> dict[str, Any]:
        return {
            "way": way, "contacted": WORDS[self.contacted], "resolved": WORDS[self.resolved],
            "satisfied": WORDS[self.satisfied], "note": self.note,
        }  # fmt: skip

    def is_well(self, ticket: Ticket) -> bool:
        """Nothing is left to decide: settled where that was asked for, and not dissatisfied."""
        settled = self.resolved is not False if ticket.asks_resolution else True
        return settled and self.satisfied is not False


def _check(ticket: Ticket, answers: Answers) -> None:
    """Whoever is reached answers everything that is asked. Raises Invalid."""
    missing = _("Please choose one of the answers.")
    wrong: dict[str, Any] = {}
    if answers.contacted is None:
        wrong["contacted"] = missing
    if ticket.asks_resolution and answers.resolved is None:
        wrong["resolved"] = missing
    if len(answers.note) > 2000:
        wrong["note"] = _("Please use at most %(n)s characters.") % {"n": 2000}
    if wrong:
        raise Invalid(fields=wrong)


@action
def call_back(actor: Actor, ticket_id: int, answers: Answers, *, way: str = "phone", state_version: int) -> Ticket:
    """The caller was reached: closed if all is well, else a dispatcher decides on a redo. Raises as `take_step`."""
    ticket = locked(ticket_id, actor)
    _check(ticket, answers)
    code = "call_back" if answers.is_well(ticket) else "complain"
    return take(ticket, code, actor, answers.inputs(way), state_version=state_version)


@action
def miss(actor: Actor, ticket_id: int, *, note: str = "", state_version: int) -> Ticket:
    """Nobody answered; after as many attempts as the rule says the ticket may be closed. Raises as `take_step`."""
    return take(locked(ticket_id, actor), "miss", actor, {"way": "phone", "note": note}, state_version=state_version)


@action
def send_link(actor: Actor, ticket_id: int) -> str:
    """Send the caller a link to answer by themselves; it works once. Returns its path.

    Raises NotFound, NotAllowed, WrongState (nothing to ask, or no way to reach them).
    """
    ticket = locked(ticket_id, actor)
    if actor.user is not None and not policies.may_call_back(actor.user, ticket):
        raise NotAllowed()
    if ticket.state != "replied":
        raise WrongState()
    token = secrets.token_urlsafe(24)
    moment = now()
    ticket.call_back_links.filter(used_at__isnull=True, expires_at__gt=moment).update(expires_at=moment)
    link = CallBackLink.objects.create(
        ticket=ticket,
        digest=digest_of(token),
        way=CallBack.Way.SMS,
        made_at=moment,
        expires_at=moment + dt.timedelta(days=rule(LINK_DAYS, today()).days),
    )
    path = reverse("hotline:answer-link", args=[token])
    address = f"{getattr(settings, 'SITE_URL', '').rstrip('/')}{path}"
    if not notices.tell_caller(ticket, notices.ASKED_BACK, key=f"link:{link.pk}", link=address):
        raise WrongState(_("The ticket has no number for a text message. Please call, or wait for the caller."))
    record(ticket, "ticket.send_link", actor, from_state=ticket.state, to_state=ticket.state)
    return path


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_of(token: str) -> CallBackLink:
    """The link of a token that is still good. Raises NotFound for every other."""
    found = CallBackLink.objects.filter(digest=digest_of(token)).select_related("ticket__department").first()
    if found is None or found.used_at is not None or found.expires_at <= now() or found.ticket.state != "replied":
        raise NotFound(
            _("This link is no longer valid. It works once, and for some days. Please look your request up by number.")
        )
    return found


@action
def answer_link(token: str, answers: Answers) -> Ticket:
    """The caller answers by the link, once. Raises NotFound, Invalid."""
    known = CallBackLink.objects.filter(digest=digest_of(token)).values_list("ticket_id", flat=True).first()
    if known is None:
        raise NotFound()
    ticket = locked(known, CALLER)
    link = link_of(token)  # under the ticket's lock: the second of two at once finds it used
    link = db.lock_row(CallBackLink.objects.all(), link.pk)
    _check(ticket, answers)
    link.used_at = now()
    link.save(update_fields=["used_at"])
    return _by_caller(ticket, answers, link.way)


@action
def answer_as_caller(actor: Actor, ticket_id: int, answers: Answers) -> Ticket:
    """The caller answers signed in, or with number and query code (`CALLER`). Raises NotFound, NotAllowed, Invalid."""
    ticket = locked(ticket_id, actor)
    if actor.user is not None and ticket.owner_id != actor.user_id:
        raise NotAllowed()
    _check(ticket, answers)
    return _by_caller(ticket, answers, CallBack.Way.WEB)


def _by_caller(ticket: Ticket, answers: Answers, way: str) -> Ticket:
    code = "call_back_by_caller" if answers.is_well(ticket) else "complain_by_caller"
    return take(ticket, code, CALLER, answers.inputs(way), state_version=None)


@action
def reopen_as_caller(actor: Actor, ticket_id: int, *, reason: str) -> Ticket:
    """The caller has a closed ticket taken up again, within the days of the rule.

    Raises NotFound, NotAllowed, WrongState, Invalid.
    """
    ticket = locked(ticket_id, actor)
    if actor.user is not None and ticket.owner_id != actor.user_id:
        raise NotAllowed()
    if not may_still_reopen(ticket):
        raise WrongState(_("This request can no longer be reopened. Please make a new one."))
    return take(ticket, "reopen_by_caller", CALLER, {"reason": reason}, state_version=None)


def may_still_reopen(ticket: Ticket) -> bool:
    """Whether the days in which a caller may reopen are not over."""
    if ticket.ended_on is None or ticket.state not in {"closed", "answered"} or ticket.imported:
        return False
    return today() <= ticket.ended_on + dt.timedelta(days=rule(REOPEN_DAYS, today()).days)
