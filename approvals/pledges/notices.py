"""What people are told about promises, commitments and credit records."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from approvals.cases.models import Case
from approvals.pledges.models import Commitment, CreditRecord, CreditRequest, PromisedMaterial
from portal.core.notifications import Template, Words, notify, register
from portal.people.models import Membership, Posting, User
from portal.people.roles import Role


def _template(code: str, subject: Any, body: Any, *words: str) -> str:
    return register(Template(f"pledges.{code}", subject, body, frozenset({"number", *words}))).code


PROMISED = _template(
    "promised",
    _("Please bring what is to follow for %(number)s"),
    _("Your application %(number)s goes on without %(material)s. Please bring it by %(day)s."),
    "material", "day",
)  # fmt: skip
DUE_SOON = _template(
    "due_soon",
    _("A promised material of %(number)s is due by %(day)s"),
    _("You promised to bring %(material)s for your application %(number)s by %(day)s. Please send it in time."),
    "material", "day",
)  # fmt: skip
LAPSED = _template(
    "lapsed",
    _("A promised material of %(number)s did not come in time"),
    _(
        "%(material)s for your application %(number)s was due by %(day)s. Please bring it at once: else the department may"
        " end or revoke it, and that goes on your credit record."
    ),
    "material", "day",
)  # fmt: skip
LAPSED_DESK = _template(
    "lapsed_desk",
    _("A promised material of %(number)s did not come in time"),
    _("%(material)s for the application %(number)s was due by %(day)s. Please decide how it goes on."),
    "material", "day",
)  # fmt: skip
BROUGHT = _template(
    "brought",
    _("A promised material of %(number)s has been brought"),
    _("%(material)s for the application %(number)s is there. Please look at it."),
    "material",
)
SENT_BACK = _template(
    "sent_back",
    _("A promised material of %(number)s is not in order"),
    _("%(material)s for your application %(number)s is not what was promised: %(text)s Please bring it by %(day)s."),
    "material", "text", "day",
)  # fmt: skip
CORRECTION = _template(
    "correction",
    _("Please put something right: %(number)s"),
    _("The check of your commitment for %(number)s found: %(text)s Please put it right by %(day)s."),
    "text", "day",
)  # fmt: skip
LAMPS = {
    "amber": _template(
        "check_due",
        _("The check of a commitment is due soon: %(number)s"),
        _("The commitment of the application %(number)s is to be checked by %(day)s."),
        "day",
    ),
    "red": _template(
        "check_overdue",
        _("The check of a commitment is overdue: %(number)s"),
        _("The commitment of the application %(number)s was to be checked by %(day)s."),
        "day",
    ),
}
RECORD = _template(
    "record",
    _("A credit record was made about the application %(number)s"),
    _(
        "“%(ground)s”: until %(day)s you cannot promise or sign anything in place of materials. Source: %(source)s. You"
        " may object, or ask for repair, on the page of your credit records."
    ),
    "ground", "day", "source",
)  # fmt: skip
ASKED = _template(
    "asked",
    _("A request about a credit record waits for its answer"),
    _("About the application %(number)s: please answer by %(day)s."),
    "day",
)
ANSWERED = _template(
    "answered",
    _("Your request about a credit record has been answered"),
    _("About the application %(number)s: %(answer)s %(text)s"),
    "answer", "text",
)  # fmt: skip


# --- promised materials -------------------------------------------------------------------------------------------------


def tell_promised(case: Case, promises: Sequence[PromisedMaterial]) -> None:
    """The applicant hears what a clerk noted as to follow."""
    for promise in promises:
        _to_applicant(PROMISED, promise, f"pledges.promised:{promise.pk}")


def tell_due_soon(promise: PromisedMaterial) -> None:
    _to_applicant(DUE_SOON, promise, f"pledges.due:{promise.pk}:{promise.reminded_for}")


def tell_lapsed(promise: PromisedMaterial) -> None:
    """The applicant, and who handles the case."""
    key = f"pledges.lapsed:{promise.pk}:{promise.state_version}"
    _to_applicant(LAPSED, promise, key)
    _to_desk(LAPSED_DESK, promise, key)


def tell_brought(promise: PromisedMaterial) -> None:
    _to_desk(BROUGHT, promise, f"pledges.brought:{promise.pk}:{promise.state_version}")


def tell_sent_back(promise: PromisedMaterial) -> None:
    _to_applicant(SENT_BACK, promise, f"pledges.back:{promise.pk}:{promise.state_version}")


def _words(promise: PromisedMaterial) -> dict[str, Any]:
    return {
        "number": promise.case.number, "material": Words(promise.material.name, promise.material.name_en),
        "day": promise.due_on, "text": promise.note,
    }  # fmt: skip


def _to_applicant(template: str, promise: PromisedMaterial, key: str) -> None:
    case = promise.case
    if case.applicant is not None:
        path = reverse("pledges:mine")
        notify(case.applicant, template, _words(promise), about=("cases.case", case.pk), path=path, key=key)


def _to_desk(template: str, promise: PromisedMaterial, key: str) -> None:
    case = promise.case
    people = [case.staff] if case.staff is not None else _people(case.department_id, Role.CLERK)
    for person in people:
        _inside(person, template, _words(promise), reverse("cases:desk-case", args=[case.number]), f"{key}:{person.pk}")


# --- commitments --------------------------------------------------------------------------------------------------------


def tell_correction(commitment: Commitment) -> None:
    case = commitment.case
    if case.applicant is not None:
        words = {"number": case.number, "text": commitment.finding, "day": commitment.due_on}
        path = reverse("cases:detail", args=[case.number])
        key = f"pledges.correct:{commitment.pk}:{commitment.state_version}"
        notify(case.applicant, CORRECTION, words, about=("cases.case", case.pk), path=path, key=key)


def tell_lamp(commitment: Commitment, lamp: str) -> None:
    """Amber: reviewers of the department; red: the heads and the supervisors too."""
    case = commitment.case
    people = _people(case.department_id, Role.REVIEWER)
    if lamp == "red":
        people += _people(case.department_id, Role.DEPARTMENT_HEAD) + _people(None, Role.SUPERVISOR)
    words = {"number": case.number, "day": commitment.due_on}
    path = reverse("pledges:check", args=[commitment.pk])
    for person in {one.pk: one for one in people}.values():
        _inside(person, LAMPS[lamp], words, path, f"pledges.{lamp}:{commitment.pk}:{commitment.due_on}:{person.pk}")


# --- credit records -----------------------------------------------------------------------------------------------------


def tell_record(record: CreditRecord) -> None:
    words = {
        "number": record.case.number, "ground": record.get_ground_display(), "day": record.until_on,
        "source": record.source,
    }  # fmt: skip
    for person in _subjects(record):
        path = reverse("pledges:record", args=[record.pk])
        notify(person, RECORD, words, path=path, key=f"pledges.record:{record.pk}:{person.pk}")


def tell_asked(request: CreditRequest) -> None:
    words = {"number": request.record.case.number, "day": request.due_on}
    for person in _people(None, Role.SUPERVISOR):
        path = reverse("pledges:credit-record", args=[request.record_id])
        _inside(person, ASKED, words, path, f"pledges.asked:{request.pk}:{person.pk}")


def tell_answered(request: CreditRequest) -> None:
    words = {
        "number": request.record.case.number, "answer": request.get_state_display(), "text": request.answer,
    }  # fmt: skip
    for person in _subjects(request.record):
        path = reverse("pledges:record", args=[request.record_id])
        notify(person, ANSWERED, words, path=path, key=f"pledges.answered:{request.pk}:{person.pk}")


def _subjects(record: CreditRecord) -> list[User]:
    """The person, or the agents of the organisation today."""
    if record.organisation_id is None:
        return [record.person] if record.person is not None else []
    members = Membership.objects.in_force().filter(
        organisation=record.organisation_id, confirmed_at__isnull=False, user__is_active=True
    )
    return list({one.user_id: one.user for one in members.select_related("user")}.values())


def _people(department_id: int | None, *roles: Role) -> list[User]:
    rows = Posting.objects.in_force().filter(department=department_id, role__in=roles, user__is_active=True)
    return list({one.user_id: one.user for one in rows.select_related("user").order_by("pk")}.values())


def _inside(people: User | Iterable[User], template: str, words: dict[str, Any], path: str, key: str) -> None:
    for person in [people] if isinstance(people, User) else people:
        notify(person, template, words, channels=("in_app",), path=path, key=key)
