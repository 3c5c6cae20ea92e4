"""What the applicant must do now, and the steps still to come."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.cases.models import Case, SupplementRequest
from approvals.cases.timeline import Entry
from portal.core.templatetags.portal import day


@dataclass(frozen=True)
class Todo:
    """The box at the top: `tone` is amber (act now), blue (wait), green or red (over)."""

    tone: str
    title: str
    text: str
    details: list[str] = field(default_factory=list)
    url: str = ""
    label: str = ""


def todo_of(case: Case) -> Todo:
    """One thing, the most important one."""
    match case.state:
        case "supplement":
            return _supplement(case)
        case "submitted":
            return Todo("blue", _("We are checking your application"), _("You need do nothing now. We answer by %(day)s.") % {"day": day(case.answer_due_on)})
        case "suspended":
            return _suspended(case)
        case "accepted" | "in_review" | "deciding":
            return Todo("blue", _("We are working on your application"), _("You need do nothing now. The decision is due by %(day)s.") % {"day": day(case.promised_due_on)})
        case "approved" | "issued":
            return Todo("green", _("Your application has been approved"), case.decision_text or _("The document is made and delivered within 10 working days of the decision (permit law, article 44)."))
        case "delivered" | "closed" if case.outcome != "refused":
            return Todo("green", _("Your application has been approved"), _("The result has been delivered."))
    return _over(case)


def _supplement(case: Case) -> Todo:
    asked = case.supplement_requests.order_by("-pk").first()
    return Todo(
        "amber",
        _("Please supplement your application"),
        _("Please send what is missing by %(day)s. The time for our decision does not run meanwhile.") % {"day": day(case.supplement_due_on)},
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
    if stop is None:
        return Todo("blue", _("A special procedure is going on"), text)
    details = [stop.get_ground_display()]
    if stop.announced_end_on:
        details.append(_("Expected to end by %(day)s") % {"day": day(stop.announced_end_on)})
    return Todo("blue", _("A special procedure is going on"), text, details)


def _over(case: Case) -> Todo:
    if case.outcome == "refused":
        return Todo(
            "red",
            _("Your application has been refused"),
            case.decision_text,
            [
                _("You may apply for administrative review within 60 days of this notice (Administrative Reconsideration Law)."),
                _("Or you may sue in the people's court within six months (Administrative Litigation Law)."),
            ],
        )
    words = {
        "not_accepted": (_("Your application has not been accepted"), _("The grounds stand in the timeline below.")),
        "returned": (_("Your application has been returned"), _("The supplement did not come in time. You can file again at any time; what you had written must be entered anew.")),
        "withdrawn": (_("You have withdrawn this application"), _("You can file again at any time.")),
        "terminated": (_("The proceedings have been terminated"), _("The grounds stand in the timeline below.")),
    }
    title, text = words.get(case.outcome, (_("This application is closed"), ""))
    again = "" if case.outcome == "terminated" else reverse("catalogue:guide", args=[case.item.code])
    return Todo("amber" if case.outcome == "returned" else "blue", title, text, [], again, _("To the guide of this item") if again else "")


# In this order a case comes through, as far as it comes.
WAY = ("accept", "decide", "deliver")


def to_come(case: Case) -> list[Entry]:
    """What is still ahead: the present stage as now, the rest as to do. Nothing for a case that is over."""
    if case.ended_on is not None and case.outcome != "approved":
        return []
    stages = [
        (case.accepted_on is not None, _("Acceptance"), _by(case.answer_due_on)),
        (case.decided_on is not None, _("Examination and decision"), _by(case.promised_due_on)),
        (case.state in {"delivered", "closed"}, _("Document and delivery"), ""),
    ]
    ahead = [Entry("todo", title, note=note) for done, title, note in stages if not done]
    if ahead:
        ahead[0] = Entry("stop" if case.state in {"supplement", "suspended"} else "now", ahead[0].title, note=ahead[0].note)
    return ahead


def _by(due_on: object) -> str:
    return _("by %(day)s") % {"day": day(due_on)} if due_on else ""  # type: ignore[arg-type]
