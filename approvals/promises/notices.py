"""What people at work are told about promises."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from approvals.promises.models import Finding, Proposal
from portal.core.notifications import Template, Words, notify, register
from portal.people.models import Posting, User
from portal.people.roles import Role


def _template(code: str, subject: Any, body: Any, *words: str) -> str:
    return register(Template(f"promises.{code}", subject, body, frozenset(words))).code


ASKED = _template(
    "asked",
    _("The promise of %(item)s was sent back for rework"),
    _(
        "“%(item)s” promises %(days)s working days and shortens too little. Please reply by %(day)s: a shorter promise,"
        " or the reasons why it stays."
    ),
    "item", "days", "day",
)  # fmt: skip
AGAIN = _template(
    "again",
    _("The reply about the promise of %(item)s was not accepted"),
    _("Please reply again by %(day)s. What is still missing: %(note)s"),
    "item", "day", "note",
)  # fmt: skip
LAMPS = {
    "amber": _template(
        "amber",
        _("A reply about the promise of %(item)s is due soon"),
        _("The reply about “%(item)s” is due on %(day)s."),
        "item", "day",
    ),
    "red": _template(
        "red",
        _("A reply about the promise of %(item)s is overdue"),
        _("The reply about “%(item)s” was due on %(day)s."),
        "item", "day",
    ),
}  # fmt: skip
ACCEPTED = _template(
    "accepted",
    _("The reply about the promise of %(item)s was accepted"),
    _("The round “%(round)s” is settled for “%(item)s”."),
    "item", "round",
)  # fmt: skip
PROPOSED = _template(
    "proposed",
    _("A new promise is proposed for %(item)s"),
    _("%(days)s working days instead of %(present)s. Please take it over into a new version, or decline it."),
    "item", "days", "present",
)  # fmt: skip


def _heads(department_id: int) -> list[User]:
    holders = Posting.objects.in_force().filter(role=Role.DEPARTMENT_HEAD, department=department_id)
    return list(User.objects.filter(pk__in=holders.values("user_id"), is_active=True))


def _supervisors() -> list[User]:
    holders = Posting.objects.in_force().filter(role=Role.SUPERVISOR)
    return list(User.objects.filter(pk__in=holders.values("user_id"), is_active=True))


def tell_finding(finding: Finding, template: str, *, key: str) -> None:
    """Tell the heads of the department; of a red lamp the supervisors too. Rows only, in the present transaction."""
    people = _heads(finding.department_id)
    if template == LAMPS["red"]:
        people += [one for one in _supervisors() if one not in people]
    words = {
        "item": Words(finding.item.name, finding.item.name_en), "days": finding.promised_days,
        "day": finding.reply_due_on, "note": finding.decision_note, "round": finding.cleanup.name,
    }  # fmt: skip
    for person in people:
        _tell(person, template, words, reverse("promises:finding", args=[finding.pk]), f"{key}:{person.pk}")


def tell_proposal(proposal: Proposal) -> None:
    """Tell the heads of the department that a proposal waits for them."""
    words = {
        "item": Words(proposal.item.name, proposal.item.name_en), "days": proposal.days,
        "present": proposal.present_days,
    }  # fmt: skip
    for person in _heads(proposal.department_id):
        path = reverse("promises:proposal", args=[proposal.pk])
        _tell(person, PROPOSED, words, path, f"promises.proposal:{proposal.pk}:{person.pk}")


def _tell(person: User, template: str, words: dict[str, Any], path: str, key: str) -> None:
    notify(person, template, words, channels=("in_app",), path=path, key=key)
