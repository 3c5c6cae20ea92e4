"""What people are told about cases: one template for each occasion, and who hears of it."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from approvals.cases.models import CaseContent
from approvals.cases.papers.naming import PAPER_OF_STEP, RECEIVING, named_in_event
from portal.core.notifications import Contact, Template, Words, notify, register

if TYPE_CHECKING:
    from approvals.cases.models import Case
    from approvals.catalogue.models import Item
    from portal.people.models import User

CASE_WORDS = frozenset({"item", "number"})


PAPER_NAMED = _("Paper: %(paper)s. You can open and download it on the page of your application.")


def _template(code: str, subject: Any, body: Any, *more: str) -> Template:
    """The text of one occasion; where the step issues a paper, a sentence that names it stands behind."""
    if code in PAPER_OF_STEP or code in RECEIVING:
        body, more = format_lazy("{}%(paper)s", body), (*more, "paper")
    return register(Template(f"case.{code}", subject, body, CASE_WORDS | set(more)))


# The codes are those of the life cycle's steps; a step without a template tells nobody.
TOLD_TO_APPLICANT = {
    template.code.removeprefix("case."): template
    for template in (
        _template(
            "submit",
            _("We have received your application %(number)s"),
            _("Your application %(number)s (%(item)s) has been received. We answer by %(due)s."),
            "due",
        ),
        _template(
            "accept",
            _("Your application %(number)s has been accepted"),
            _("Your application %(number)s (%(item)s) has been accepted. The decision is due by %(due)s."),
            "due",
        ),
        _template(
            "deem_accepted",
            _("Your application %(number)s counts as accepted"),
            _(
                "Nobody answered your application %(number)s (%(item)s) in time, so by law it counts as accepted from the"
                " day of receipt. The decision is due by %(due)s."
            ),
            "due",
        ),
        _template(
            "ask_supplement",
            _("Please supplement your application %(number)s"),
            _("Your application %(number)s (%(item)s) lacks something. Please supplement it by %(due)s: %(text)s"),
            "due",
            "text",
        ),
        _template(
            "return_unsupplemented",
            _("Your application %(number)s has been returned"),
            _(
                "The supplement to your application %(number)s (%(item)s) did not come in time, so it has been returned."
                " You can file it again at any time."
            ),
        ),
        _template(
            "not_accept",
            _("Your application %(number)s has not been accepted"),
            _("Your application %(number)s (%(item)s) has not been accepted. Grounds: %(text)s"),
            "text",
        ),
        _template(
            "suspend",
            _("The clock of your application %(number)s stands still"),
            _(
                "A special procedure has begun for your application %(number)s (%(item)s). It is expected to end by"
                " %(due)s; until then the time does not count. %(text)s"
            ),
            "due",
            "text",
        ),
        _template(
            "resume",
            _("The clock of your application %(number)s runs again"),
            _(
                "The special procedure for your application %(number)s (%(item)s) has ended. The decision is due by"
                " %(due)s."
            ),
            "due",
        ),
        _template(
            "extend",
            _("The time limit of your application %(number)s has been extended"),
            _(
                "The time limit of your application %(number)s (%(item)s) has been extended. The decision is now due by"
                " %(due)s. Reason: %(text)s"
            ),
            "due",
            "text",
        ),
        _template(
            "due_moved",
            _("The due date of your application %(number)s has moved"),
            _(
                "The calendar of working days has changed. The decision on your application %(number)s (%(item)s) is now"
                " due by %(due)s."
            ),
            "due",
        ),
        _template(
            "approve",
            _("Your application %(number)s has been approved"),
            _("Your application %(number)s (%(item)s) has been approved."),
        ),
        _template(
            "deem_granted",
            _("Your renewal %(number)s counts as granted"),
            _(
                "Your application %(number)s (%(item)s) was filed in time and not decided before the document expired, so"
                " by law the renewal counts as granted. The document is made and delivered to you."
            ),
        ),
        _template(
            "revoke",
            _("The decision on your application %(number)s has been revoked"),
            _(
                "The decision on your application %(number)s (%(item)s) has been revoked. Grounds: %(text)s You may apply"
                " for administrative review within 60 days or sue within six months."
            ),
            "text",
        ),
        _template(
            "refuse",
            _("Your application %(number)s has been refused"),
            _(
                "Your application %(number)s (%(item)s) has been refused. Grounds: %(text)s You may apply for"
                " administrative review within 60 days or sue within six months."
            ),
            "text",
        ),
        _template(
            "issue",
            _("The document for your application %(number)s is ready"),
            _("The document for your application %(number)s (%(item)s) has been made."),
        ),
        _template(
            "deliver",
            _("Your document for %(number)s has been delivered"),
            _("The result of your application %(number)s (%(item)s) has been delivered."),
        ),
        _template(
            "reassign",
            _("Your application %(number)s is now with another department"),
            _(
                "Your application %(number)s (%(item)s) belongs to %(text)s, which handles it from now on. You need not do"
                " anything; the time limit runs on as before."
            ),
            "text",
        ),
        _template(
            "report_up",
            _("Your application %(number)s has been reported to a higher authority"),
            _("Your application %(number)s (%(item)s) has been reported to %(text)s. The time limit runs on."),
            "text",
        ),
        _template(
            "terminate",
            _("The proceedings for %(number)s have been terminated"),
            _("The proceedings for your application %(number)s (%(item)s) have been terminated. Grounds: %(text)s"),
            "text",
        ),
        _template(
            "correct",
            _("Your application %(number)s has been corrected"),
            _("The last step of your application %(number)s (%(item)s) was undone under supervision. Reason: %(text)s"),
            "text",
        ),
    )
}

TOLD_BY_NAME = frozenset({"reassign", "report_up"})  # their words are the name of the authority

# What happens to an item while people have drafts of it; the codes are those of the item's events.
TOLD_TO_DRAFTS = {
    template.code.removeprefix("draft."): template
    for template in (
        register(
            Template(
                "draft.suspend",
                _("%(item)s cannot be applied for at present"),
                _(
                    "The service %(item)s is suspended. Your draft is kept; you can file it when the service opens again."
                ),
                {"item"},
            )
        ),
        register(
            Template(
                "draft.resumed",
                _("%(item)s can be applied for again"),
                _("The service %(item)s is open again. Your draft is as you left it; please check it and file it."),
                {"item"},
            )
        ),
        register(
            Template(
                "draft.cancel",
                _("%(item)s has been cancelled"),
                _(
                    "The service %(item)s has been cancelled, so your draft can no longer be filed. It is kept until you"
                    " delete it. You need not do anything."
                ),
                {"item"},
            )
        ),
        register(
            Template(
                "draft.merge",
                _("%(item)s has been merged into another service"),
                _(
                    "The service %(item)s has been merged into %(into)s. Your draft is kept, so that you can take your"
                    " answers from it; please apply for %(into)s instead."
                ),
                {"item", "into"},
            )
        ),
    )
}

# A moved limit for the first answer: there is no decision to speak of yet.
ANSWER_MOVED = _template(
    "answer_moved",
    _("The answer to your application %(number)s is due on another day"),
    _("The calendar of working days has changed. We now answer your application %(number)s (%(item)s) by %(due)s."),
    "due",
)

LAMP = {
    "amber": register(
        Template(
            "case.amber",
            _("Little time is left for %(number)s"),
            _("Case %(number)s (%(item)s) is due on %(due)s."),
            CASE_WORDS | {"due"},
        )
    ),
    "red": register(
        Template(
            "case.red",
            _("Case %(number)s is overdue"),
            _("Case %(number)s (%(item)s) was due on %(due)s and has not been decided."),
            CASE_WORDS | {"due"},
        )
    ),
    "expired": register(
        Template(
            "case.expired",
            _("The document of renewal %(number)s has expired"),
            _(
                "The document of case %(number)s (%(item)s) expired on %(due)s while the clock stood still. As soon as it"
                " runs again and nothing is decided, the renewal counts as granted by law."
            ),
            CASE_WORDS | {"due"},
        )
    ),
}


LATE_NO = register(
    Template(
        "case.late_no",
        _("“Not ours” for %(number)s waits for you since yesterday or longer"),
        _(
            "A clerk proposed not to accept %(number)s (%(item)s). That has to be decided on the same working day, which"
            " was %(due)s. Please decide now; it counts as late."
        ),
        CASE_WORDS | {"due"},
    )
)

# Departments and people whom a step concerns, other than the applicant.
TOLD_TO_DEPARTMENT = {
    template.code.removeprefix("case.to_department."): template
    for template in (
        register(
            Template(
                "case.to_department.reassign",
                _("Case %(number)s has been handed over to your department"),
                _("%(number)s (%(item)s) came from %(from)s: %(text)s The time limit runs on as before."),
                CASE_WORDS | {"from", "text"},
            )
        ),
        register(
            Template(
                "case.to_department.involve",
                _("You are asked about case %(number)s"),
                _("%(from)s asks about %(number)s (%(item)s): %(text)s"),
                CASE_WORDS | {"from", "text"},
            )
        ),
    )
}


def tell_department(
    case: "Case", code: str, people: "list[User]", sender: Words, data: dict[str, Any], *, key: str
) -> None:
    """Tell the people of a department that a case has come to them, or that they are asked."""
    words = {**_words(case), "from": sender, "text": data.get("grounds") or data.get("question", "")}
    opens = code == "reassign"  # whoever is only asked does not see the case itself
    for person in people:
        notify(
            person,
            TOLD_TO_DEPARTMENT[code].code,
            words,
            about=("cases.case", case.pk),
            channels=("in_app",),
            path=reverse("cases:desk-case", args=[case.number]) if opens else "",
            key=key,
        )


def tell_late_no(case: "Case", due_on: dt.date, people: "list[User]", *, key: str) -> None:
    """Tell reviewers and heads that the day for the second pair of eyes has passed."""
    for person in people:
        notify(
            person,
            LATE_NO.code,
            {**_words(case), "due": due_on},
            about=("cases.case", case.pk),
            channels=("in_app",),
            path=reverse("cases:desk-case", args=[case.number]),
            key=key,
        )


def tell_applicant(case: "Case", code: str, data: dict[str, Any], *, key: str) -> None:
    """Tell the applicant of one step, on all channels that have an address. `data` is the event's data."""
    template = _moved(data) if code == "due_moved" else TOLD_TO_APPLICANT.get(code)
    to = case.applicant or _contact_of(case)
    if template is None or to is None or case.imported:
        return
    named = data.get("authority_name") if code in TOLD_BY_NAME else None
    text = named or data.get("text") or data.get("grounds") or data.get("reason", "")
    words = {**_words(case), "due": _due(case, code, data), "text": text, "paper": _paper(data)}
    notify(
        to,
        template.code,
        {name: words[name] for name in template.placeholders},
        about=("cases.case", case.pk),
        path=f"{reverse('cases:detail', args=[case.number])}{'#papers' if data.get('papers') else ''}"
        if case.applicant
        else "",
        key=key,
    )


def _contact_of(case: "Case") -> Contact | None:
    """An applicant without an account, whose filing a department's own system sent in, is told by telephone number."""
    content = CaseContent.objects.filter(case=case).first() if case.source else None
    return Contact(name=case.applicant_name, phone=content.phone) if content and content.phone else None


def _paper(data: dict[str, Any]) -> Any:
    """The sentence that names the paper of the step, in each reader's language; nothing where there is none."""
    return lazy(lambda: _paper_sentence(data), str)() if data.get("papers") else ""


def _paper_sentence(data: dict[str, Any]) -> str:
    english = (get_language() or "").startswith("en")
    names = ", ".join(name for name, _pk in named_in_event(data, english=english))
    return f"{' ' if english else ''}{PAPER_NAMED % {'paper': names}}"


def tell_draft(case: "Case", code: str, into: "Item | None", *, key: str) -> None:
    """Tell the owner of a draft what happened to its item."""
    if case.applicant is None:
        return
    template = TOLD_TO_DRAFTS[code]
    words = {"item": Words(case.item.name, case.item.name_en)}
    if into is not None:
        words["into"] = Words(into.name, into.name_en)
    notify(
        case.applicant,
        template.code,
        {name: words[name] for name in template.placeholders},
        about=("cases.case", case.pk),
        path=reverse("cases:draft", args=[case.pk]),
        key=key,
    )


def _moved(data: dict[str, Any]) -> Template | None:
    """What a changed calendar moved for the applicant: the decision, the answer, or nothing that was told to them."""
    old, new = data["old"], data["new"]
    if old["promised_due_on"] != new["promised_due_on"]:
        return TOLD_TO_APPLICANT["due_moved"]
    return ANSWER_MOVED if old["answer_due_on"] != new["answer_due_on"] else None


def tell_lamp(case: "Case", lamp: str, people: "list[User]") -> None:
    """Tell clerk, head and supervisor once that the lamp went on. Inside the portal only: they work here."""
    template = LAMP[lamp]
    for person in people:
        notify(
            person,
            template.code,
            {**_words(case), "due": case.expires_on if lamp == "expired" else case.promised_due_on},
            about=("cases.case", case.pk),
            channels=("in_app",),
            path=reverse("cases:desk-case", args=[case.number]),
            key=f"{template.code}:{case.pk}:{case.promised_due_on}",
        )


def _words(case: "Case") -> dict[str, Any]:
    return {"item": Words(case.item.name, case.item.name_en), "number": case.number}


def _due(case: "Case", code: str, data: dict[str, Any]) -> Any:
    """The date that matters to the applicant after this step."""
    if code == "submit":
        return case.answer_due_on or case.first_answer_due_on
    if code == "due_moved":
        return _day(data["new"]["promised_due_on"] or data["new"]["answer_due_on"])
    if code == "ask_supplement":
        return _day(data["due_on"])
    if code == "suspend":
        return _day(data["announced_end_on"])
    return case.promised_due_on


def _day(text: str) -> Any:
    return dt.date.fromisoformat(text)
