"""What people are told about cases: one template for each occasion, and who hears of it."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.notifications import Template, Words, notify, register

if TYPE_CHECKING:
    from approvals.cases.models import Case
    from approvals.catalogue.models import Item
    from portal.people.models import User

CASE_WORDS = frozenset({"item", "number"})


def _template(code: str, subject: Any, body: Any, *more: str) -> Template:
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
}


def tell_applicant(case: "Case", code: str, data: dict[str, Any], *, key: str) -> None:
    """Tell the applicant of one step, on all channels that have an address. `data` is the event's data."""
    template = _moved(data) if code == "due_moved" else TOLD_TO_APPLICANT.get(code)
    if template is None or case.applicant is None or case.imported:
        return
    text = data.get("text") or data.get("grounds") or data.get("reason", "")
    words = {**_words(case), "due": _due(case, code, data), "text": text}
    notify(
        case.applicant,
        template.code,
        {name: words[name] for name in template.placeholders},
        about=("cases.case", case.pk),
        path=reverse("cases:detail", args=[case.number]),
        key=key,
    )


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
            {**_words(case), "due": case.promised_due_on},
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
