"""What the applicant must do now, and the steps still to come."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from approvals.cases import timeline
from approvals.cases.lights import Light
from approvals.cases.models import Case, SupplementRequest
from approvals.cases.timeline import Entry, WhyDay
from portal.core import clock as clocks
from portal.core.calendar import workdays
from portal.core.templatetags.portal import day
from portal.core.time import today


@dataclass(frozen=True)
class Todo:
    """The box at the top: `tone` is amber (act now), blue (wait), green or red (over, or late)."""

    tone: str
    title: str
    text: str = ""
    details: list[str] = field(default_factory=list)
    url: str = ""
    label: str = ""
    asked: bool = False  # by a room above: whoever only tracks the case is sent to sign in


# What rooms above ask the applicant to do; it goes before waiting, but never before a supplement.
_asked: dict[str, Callable[[Case], Todo | None]] = {}


def register_todo(key: str, asks: Callable[[Case], Todo | None]) -> None:
    """From now on `asks(case)` may put its own box on top of the applicant's page. Called in an app's `ready()`."""
    _asked[key] = asks


def todo_of(case: Case) -> Todo:
    """One thing, the most important one."""
    if case.state != "supplement":
        for _key, asks in sorted(_asked.items(), key=lambda entry: entry[0]):
            if asked := asks(case):
                return asked
    match case.state:
        case "supplement":
            return _supplement(case)
        case "submitted":
            return _waiting_for_answer(case)
        case "suspended":
            return _suspended(case)
        case "accepted" | "in_review" | "deciding":
            return _waiting_for_decision(case)
        case "approved" | "issued":
            return Todo("green", _("Your application has been approved"), case.decision_text, [_delivery(case)])
        case "delivered" | "closed" if case.outcome == "approved":
            text = _("The result has been delivered.")
            return Todo("green", _("Your application has been approved"), text, _told(case.decision_text))
    return _over(case)


def public_todo(case: Case) -> Todo:
    """The same for whoever has number and query code: nothing that anybody wrote stands in it."""
    full = todo_of(case)
    if full.asked:
        return replace(full, url=reverse("cases:detail", args=[case.number]), label=_("Sign in"))
    match case.state:
        case "supplement":
            details = [_("Sign in to see what is missing and to send it.")]
            return replace(full, details=details, url=reverse("cases:detail", args=[case.number]))
        case "approved" | "issued" | "delivered" | "closed" if case.outcome == "approved":
            return replace(full, text=_delivery(case), details=[])
        case "suspended":
            return full
    text = "" if case.outcome in {"refused", "not_accepted"} else full.text
    return replace(full, text=text)


def _told(text: str) -> list[str]:
    return [text] if text else []


def _waiting_for_answer(case: Case) -> Todo:
    text = _("You need do nothing now. We answer by %(day)s.") % {"day": day(case.answer_due_on)}
    return Todo(
        "blue", _("We are checking your application"), text, [_("Without an answer by then it counts as accepted.")]
    )


def _waiting_for_decision(case: Case) -> Todo:
    on = today()
    if case.promised_due_on is None or on <= case.promised_due_on:
        text = _("You need do nothing now. The decision is due by %(day)s.") % {"day": day(case.promised_due_on)}
        return Todo("blue", _("We are working on your application"), text if case.promised_due_on else "")
    text = _("It was due on %(day)s. We are sorry. You need do nothing; the delay is on record and supervised.")
    details = []
    if case.legal_due_on and on > case.legal_due_on:
        details.append(_("The legal limit has passed too: you may apply for administrative review."))
    return Todo(
        "red", _("The decision on your application is late"), text % {"day": day(case.promised_due_on)}, details
    )


def _delivery(case: Case) -> str:
    if case.state in {"delivered", "closed"}:
        return _("The result has been delivered.")
    if case.item.type == case.item.Type.PERMIT:
        return _("The document is made and delivered within 10 working days of the decision (permit law, article 44).")
    return _("The result will be delivered to you.")


def _supplement(case: Case) -> Todo:
    asked = case.supplement_requests.order_by("-pk").first()
    text = _("Please send what is missing by %(day)s. The time for our decision does not run meanwhile.")
    return Todo(
        "amber",
        _("Please supplement your application"),
        text % {"day": day(case.supplement_due_on)},
        [asked.text, *missing_names(case, asked)] if asked else [],
        reverse("cases:supplement", args=[case.number]),
        _("Supplement now"),
    )


def missing_names(case: Case, asked: SupplementRequest) -> list[str]:
    """The materials that a notice names, in the reader's language."""
    if case.version is None:
        return []
    return [material.local_name for material in case.version.materials.filter(pk__in=asked.missing)]


def _suspended(case: Case) -> Todo:
    stop = case.stops.filter(to_on__isnull=True).first()
    text = _("You need do nothing now. The clock stands still while this procedure lasts (permit law, article 45).")
    details = []
    if stop is not None:
        details.append(stop.get_ground_display())
        if stop.announced_end_on:
            details.append(_("Expected to end by %(day)s") % {"day": day(stop.announced_end_on)})
    return Todo("blue", _("A special procedure is going on"), text, details)


def _remedies() -> list[str]:
    return [
        _(
            "You may apply for administrative review within 60 days of knowing of it (Administrative Reconsideration Law,"
            " article 20)."
        ),
        _(
            "Or you may sue in the people's court within six months of knowing of it (Administrative Litigation Law,"
            " article 46)."
        ),
    ]


def _over(case: Case) -> Todo:
    if case.state == "revoked":
        text = _("The grounds stand in the timeline below.")
        return Todo("red", _("The decision on your application has been revoked"), text, _remedies())
    guide = reverse("catalogue:guide", args=[case.item.code])
    to_guide = _("To the guide of this item")
    match case.outcome:
        case "refused":
            return Todo("red", _("Your application has been refused"), case.decision_text, _remedies())
        case "not_accepted":
            text = _("The grounds stand in the timeline below.")
            return Todo("red", _("Your application has not been accepted"), text, _remedies(), guide, to_guide)
        case "returned":
            text = _("The supplement did not come in time. You can file again at any time.")
            return Todo("amber", _("Your application has been returned"), text, [], guide, to_guide)
        case "withdrawn":
            text = _("You can file again at any time.")
            return Todo("blue", _("You have withdrawn this application"), text, [], guide, to_guide)
        case "terminated":
            text = _("The grounds stand in the timeline below.")
            return Todo("blue", _("The proceedings have been terminated"), text, _remedies())
    return Todo("blue", _("This application is closed"))


# --- ahead --------------------------------------------------------------------------------------------------------------


def to_come(case: Case) -> list[Entry]:
    """What is still ahead: the present stage as now, the rest as to do. Nothing for a case that is over."""
    if case.ended_on is not None and (case.outcome != "approved" or case.state == "revoked"):
        return []
    stages = [
        (case.state != "supplement", pgettext("stage", "Your supplement"), case.supplement_due_on),
        (case.accepted_on is not None, pgettext("stage", "Acceptance"), case.answer_due_on),
        (case.decided_on is not None, pgettext("stage", "Examination and decision"), case.promised_due_on),
        (case.state in {"delivered", "closed"}, pgettext("stage", "Document and delivery"), None),
    ]
    ahead = [Entry("todo", title, note=_by(due_on)) for done, title, due_on in stages if not done]
    if ahead:
        ahead[0] = replace(ahead[0], state="now", light=_light(case))
    return ahead


def _light(case: Case) -> Light | None:
    if case.state == "supplement":
        return Light("amber", _("Waiting for you"))
    if case.state == "suspended":
        return Light("stopped", "")
    return None


def _by(due_on: dt.date | None) -> str:
    return _("by %(day)s") % {"day": day(due_on)} if due_on else ""


def why_answer(case: Case) -> list[WhyDay]:
    """Why the first answer is due when it is, day by day; empty when none is waited for."""
    if case.answer_due_on is None or case.complete_on is None:
        return []
    index = workdays()
    days = index.between(case.complete_on, case.answer_due_on)
    clock = clocks.Clock(case.complete_on, days, days, clocks.Kind.PROMISE, index=index)
    return [timeline.why_day(one) for one in clock.explain()]
