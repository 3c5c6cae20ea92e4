"""Tags and filters for pages of cases: states, days, and what a proposal asks for."""

import datetime as dt
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from approvals.cases.kinds import HandlingKind, kinds_of
from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case, Proposal
from portal.core.templatetags.portal import state_tag
from portal.people.models import Department

register = template.Library()
TONES = {
    "approved": "green", "issued": "green", "delivered": "green", "closed": "grey", "refused": "red",
    "not_accepted": "red", "returned": "amber", "supplement": "amber", "suspended": "blue",
    "revoked": "red",
}  # fmt: skip


@register.simple_tag
def state_of(case: Case) -> SafeString:
    """The state of a case in words."""
    return state_tag(CASE.states[case.state].label, TONES.get(case.state, "blue"))


@register.filter
def days(n: int | None) -> str:
    """Working days in words; a dash where there is no limit."""
    if n is None:
        return "—"
    return ngettext("%(n)s working day", "%(n)s working days", n) % {"n": n}


@register.filter
def kinds(case: Case) -> list[HandlingKind]:
    """The kinds that a row of a list names: all but the ordinary one, so that the others are seen."""
    return [kind for kind in kinds_of(case) if kind.code != "promise"]


@register.filter
def iso_day(value: dt.date | None) -> str:
    """A date for tables, 2026-11-21; a dash for none, and for the far day that sorts a list without one."""
    return value.isoformat() if value and value.year < dt.MAXYEAR else "—"


@register.filter
def inputs_in_words(proposal: Proposal) -> list[tuple[Any, Any]]:
    """What was proposed: (label, value in words)."""
    words = []
    for ask in CASE.transitions[proposal.step].asks:
        value = proposal.inputs.get(ask.name)
        if ask.name == "department":
            found = Department.objects.filter(code=value or "").first()
            value = found.display_name if found else value
        if ask.kind == "choice":
            value = dict(ask.choices).get(value, value)
        if ask.kind == "days" and value:
            value = days(int(value))
        if value:
            words.append((ask.label, value))
    return words
