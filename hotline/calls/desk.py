"""What the operator's desk shows: the call, the draft, who the caller is to us, what may be the same matter."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from hotline.calls import policies
from hotline.calls.models import Call, Draft
from hotline.calls.similar import Found, similar
from hotline.danger import PROTOCOL, found_in
from hotline.grades import limits_on
from hotline.lifecycle import TICKET, TONES
from hotline.models import Category, Ticket
from hotline.routing.suggesting import Suggestion, suggest
from portal.core.errors import NotFound
from portal.core.time import today

HISTORY, MOST_DRAFTS = 8, 20
ENOUGH = 2  # characters from which it is worth looking


@dataclass(frozen=True)
class Help:
    """What the desk says to what is typed: category with its limit, the rules' suggestion, danger, the same matter."""

    category: Category | None
    suggestion: Suggestion | None
    danger: list[str]
    protocol: tuple[Any, ...]
    alike: Found

    @property
    def limit(self) -> str:
        """How long the category's urgency may take, in words."""
        if self.category is None:
            return ""
        found = limits_on(today()).get(self.category.grade)
        return str(found) if found else ""


def call_for(user: Any, typed: str) -> Call | None:
    """The call that the page is about: the one named, else what is on the line now. Raises NotFound for others'."""
    if typed:
        found = Call.objects.filter(pk=int(typed) if typed.isdecimal() and len(typed) < 12 else 0).first()
        if found is None or not policies.may_work_on(user, found):
            raise NotFound()
        return found
    return Call.objects.on_the_line(user).first()


def drafts_of(user: Any, call: Call | None) -> tuple[Draft | None, list[Draft]]:
    """The draft of this call (or of none), and the person's others, the latest first: left by a crash, or put aside for
    the next call. One query."""
    rows = Draft.objects.filter(operator=user).select_related("call").order_by("-saved_at", "-pk")[:MOST_DRAFTS]
    here = call.pk if call is not None else None
    return next((one for one in rows if one.call_id == here), None), [one for one in rows if one.call_id != here]


def fields_of(draft: Draft | None) -> dict[str, str]:
    """What the draft holds."""
    return dict(json.loads(draft.fields)) if draft is not None and draft.fields else {}


@dataclass(frozen=True)
class Earlier:
    """A ticket of the same caller, as the desk lists it."""

    ticket: Ticket
    label: Any
    tone: str


def history(phone: str, *, leave_out: int | None = None) -> list[Earlier]:
    """The caller's latest tickets, found by the number's blind index; one query."""
    if not phone:
        return []
    rows = Ticket.objects.from_phone(phone).select_related("category")[: HISTORY + 1]
    return [
        Earlier(one, TICKET.states[one.state].label, TONES.get(one.state, "grey"))
        for one in rows
        if one.pk != leave_out
    ][:HISTORY]


def help_for(data: QueryDict | dict[str, str]) -> Help:
    """What can be said to what is typed so far; six queries at most."""
    title, content = _text(data, "title", 200), _text(data, "content", 5000)
    category = _category(_text(data, "category", 12))
    street, place = _text(data, "street_code", 32), _text(data, "address", 200)
    text = f"{title}\n{content}".strip()
    if len(text) < ENOUGH:
        return Help(category, None, [], PROTOCOL, Found([], series=False))
    return Help(
        category=category,
        suggestion=suggest(text=text, category_id=category.pk if category else None, street_code=street, place=place),
        danger=found_in(text),
        protocol=PROTOCOL,
        alike=similar(
            title=title, content=content, latitude=_degree(data, "lat", 90), longitude=_degree(data, "lon", 180),
            street_code=street, category_id=category.pk if category else None, phone=_text(data, "phone", 30),
        ),
    )  # fmt: skip


def _text(data: Any, name: str, longest: int) -> str:
    return str(data.get(name, "") or "").replace("\x00", "")[:longest].strip()


def _category(typed: str) -> Category | None:
    if not typed.isdecimal():
        return None
    return Category.objects.select_related("parent", "department").filter(pk=int(typed)).first()


def _degree(data: Any, name: str, most: int) -> float | None:
    try:
        value = float(_text(data, name, 20))
    except ValueError:
        return None
    return value if -most <= value <= most else None
