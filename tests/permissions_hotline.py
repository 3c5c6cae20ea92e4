"""What each role gets at the addresses of the hotline's tickets."""

from collections.abc import Mapping
from typing import Any

from hotline import actions
from hotline.actions import Caller, TicketDraft
from hotline.actions.calling import digest_of
from hotline.models import CallBackLink, Category, Ticket
from portal.core.actors import Actor
from portal.core.time import now
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.permissions import Cast, everyone, only

HOTLINE = ("hotline_operator", "hotline_dispatcher")
DEPARTMENT = ("clerk", "reviewer", "department_head")
OVERSEERS = ("supervisor", "auditor", "administrator")
TOKEN = "token-of-the-permission-table"
desk = only(*HOTLINE, *DEPARTMENT, *OVERSEERS)
# Who opens a ticket of the clerk's department; the others at the desk door get 403.
seers = desk


def _actor(cast: Cast, role: str) -> Actor:
    return actor_of(cast.person(role), Role(role))


def _recorded(cast: Cast) -> Ticket:
    draft = TicketDraft(title="路灯不亮", content="解放路路灯不亮。", caller=Caller(name="李女士", phone="13800001234"))
    return actions.record(_actor(cast, "hotline_operator"), draft)


def _signed(cast: Cast) -> Ticket:
    ticket, clerk = _recorded(cast), _actor(cast, "clerk")
    dispatcher = _actor(cast, "hotline_dispatcher")
    ticket = actions.dispatch(
        dispatcher, ticket.pk, department_id=cast.department.pk, state_version=ticket.state_version
    )
    return actions.take_step(clerk, ticket.pk, "sign", {}, state_version=ticket.state_version)


def _replied(cast: Cast) -> Ticket:
    ticket = _signed(cast)
    ticket = actions.draft_reply(_actor(cast, "clerk"), ticket.pk, text="已修复。", state_version=ticket.state_version)
    head = _actor(cast, "department_head")
    return actions.take_step(head, ticket.pk, "approve", {}, state_version=ticket.state_version)


def nothing(_cast: Cast) -> Mapping[str, Any]:
    return {}


def signed(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _signed(cast).pk}


def numbered(cast: Cast) -> Mapping[str, Any]:
    return {"number": _signed(cast).number}


def to_return(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _signed(cast).pk, "code": "return"}


def to_extend(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _signed(cast).pk, "kind": "extension"}


def replied(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _replied(cast).pk}


def request(cast: Cast) -> Mapping[str, Any]:
    ticket = _signed(cast)
    asked = actions.ask(
        _actor(cast, "clerk"), ticket.pk, "grade", reason="涉及多部门", grade="long", state_version=ticket.state_version
    )
    return {"pk": asked.pk}


def order(cast: Cast) -> Mapping[str, Any]:
    ticket = _signed(cast)
    due_at = factories.moment("2099-01-01 12:00")
    return {"pk": actions.issue_order(_actor(cast, "supervisor"), ticket.pk, text="请尽快办理", due_at=due_at).pk}


def link(cast: Cast) -> Mapping[str, Any]:
    CallBackLink.objects.create(
        ticket=_replied(cast), digest=digest_of(TOKEN), way="sms", made_at=now(),
        expires_at=factories.moment("2099-01-01 12:00"),
    )  # fmt: skip
    return {"token": TOKEN}


def assisted(cast: Cast) -> Mapping[str, Any]:
    ticket = _signed(cast)
    helper = factories.department("ASSIST", name="协办局")
    actions.ask_assistance(_actor(cast, "clerk"), ticket.pk, department_id=helper.pk, note="请协助")
    return {"pk": ticket.pk}


def category(_cast: Cast) -> Mapping[str, Any]:
    return {"pk": Category.objects.get(code="0601").pk}


ROWS: list[tuple] = [
    ("hotline:tickets", nothing, desk),
    ("hotline:ticket", signed, seers),
    ("hotline:reveal", signed, only(*HOTLINE, *DEPARTMENT), "post"),
    ("hotline:step", to_return, only(*DEPARTMENT)),
    ("hotline:reply", signed, only(*DEPARTMENT)),
    ("hotline:ask", to_extend, only(*DEPARTMENT)),
    ("hotline:decide", request, only("hotline_dispatcher")),
    ("hotline:order", signed, only("supervisor", "hotline_dispatcher")),
    ("hotline:assist", signed, only(*DEPARTMENT, "hotline_dispatcher")),
    ("hotline:opinion", assisted, only()),
    ("hotline:add", signed, only(*DEPARTMENT, *HOTLINE)),
    ("hotline:urge", signed, only(*HOTLINE, status=302), "post"),
    ("hotline:group", signed, only("hotline_dispatcher", status=302), "post"),
    ("hotline:send-link", replied, only(*HOTLINE, status=302), "post"),
    ("hotline:call-back", replied, only(*HOTLINE)),
    ("hotline:by-number", numbered, only(*HOTLINE, *DEPARTMENT, *OVERSEERS, status=302)),
    ("hotline:decisions", nothing, only("hotline_dispatcher", *OVERSEERS)),
    ("hotline:orders", nothing, desk),
    ("hotline:order-answer", order, only(*DEPARTMENT)),
    ("hotline:call-backs", nothing, only(*HOTLINE, *OVERSEERS)),
    ("hotline:figures", nothing, desk),
    ("hotline:settings", nothing, only("hotline_dispatcher", *OVERSEERS)),
    ("hotline:limits", nothing, only("administrator")),
    ("hotline:category-new", nothing, only("administrator")),
    ("hotline:category", category, only("administrator")),
    ("hotline:answer-link", link, everyone()),
]
