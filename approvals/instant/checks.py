"""The checks that rule sets are made of: small, named, each with its source, and none of them ever refuses anything.

A check looks at one fact of a case on a day and says whether it holds, with a finding that is put into words later. It
raises SourceUnavailable when its source cannot be asked; any other error breaks the check too.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from approvals.cases.answers import answers_of, definition_of
from approvals.cases.effects import content_of
from approvals.cases.models import Case
from approvals.catalogue.models import Item
from approvals.certificates.models import Certificate, CertificateType
from approvals.pledges.subjects import bar_of, subject_of
from portal.core.errors import Invalid
from portal.core.identity import check_resident_number
from portal.people.models import Membership

Text = str | Promise
MOST_DAYS = 3650
SOURCES: dict[str, Text] = {
    "form": pgettext_lazy("source of a check", "The form"),
    "account": pgettext_lazy("source of a check", "The account of the applicant"),
    "certificate": pgettext_lazy("source of a check", "Certificates of the applicant"),
    "case": pgettext_lazy("source of a check", "Other cases of the applicant"),
    "register": pgettext_lazy("source of a check", "The register of organisations"),
    "credit": pgettext_lazy("source of a check", "The credit record"),
}


class SourceUnavailable(Exception):
    """The source of a check cannot be asked now."""


@dataclass(frozen=True)
class Found:
    """What a check found; `code` and `words` become a sentence when somebody reads it."""

    passed: bool
    code: str
    words: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class CaseFacts:
    """A case on a day, read once for all its checks."""

    case: Case
    day: dt.date

    @cached_property
    def answers(self) -> dict[str, Any]:
        """What the form says; hidden answers are left out, as everywhere."""
        definition, answers = definition_of(self.case), answers_of(content_of(self.case))
        return definition.keep_visible(answers) if definition is not None else answers

    @cached_property
    def born_on(self) -> dt.date | None:
        """By the resident number of the account; the form is not asked."""
        citizen = getattr(self.case.applicant, "citizen", None)
        try:
            return check_resident_number(citizen.resident_number).birth if citizen is not None else None
        except Invalid:
            return None

    def same_applicant(self) -> Q:
        """The cases of the same applicant: those of the firm, or the person's own ones."""
        if self.case.organisation_id is not None:
            return Q(organisation=self.case.organisation_id)
        return Q(applicant=self.case.applicant_id, organisation__isnull=True, principal__isnull=True)


Run = Callable[[CaseFacts, str, str], Found]


@dataclass(frozen=True)
class Check:
    """One kind of check. `proves`: its source, and not the applicant's own word, carries the decision.

    `subject` says what is asked about (field, type, item or none), `value` how it is compared (text, list, range, days,
    none).
    """

    code: str
    label: Text
    source: str
    run: Run
    subject: str = "none"
    value: str = "none"
    proves: bool = False


# --- reading what was entered -----------------------------------------------------------------------------------------


def bounds(value: str) -> tuple[Decimal | None, Decimal | None]:
    """`18-60`, `18-` and `-60` as lowest and highest, both included. Raises Invalid."""
    low, dash, high = value.replace("–", "-").partition("-")
    try:
        found = (Decimal(low.strip()) if low.strip() else None, Decimal(high.strip()) if high.strip() else None)
    except InvalidOperation:
        raise Invalid(_("Enter a range like 18-60, 18- or -60.")) from None
    if not dash or found == (None, None) or (None not in found and found[0] > found[1]):  # type: ignore[operator]
        raise Invalid(_("Enter a range like 18-60, 18- or -60."))
    return found


def several(value: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,，、\n]", value) if part.strip()]


def _within(number: Decimal, value: str) -> bool:
    low, high = bounds(value)
    return (low is None or number >= low) and (high is None or number <= high)


# --- the form ---------------------------------------------------------------------------------------------------------


def _form_range(facts: CaseFacts, subject: str, value: str) -> Found:
    given = facts.answers.get(subject)
    try:
        number = Decimal(str(given))
    except InvalidOperation:
        return Found(False, "no_answer")
    return Found(_within(number, value), "answer", {"given": str(given)})


def _form_equals(facts: CaseFacts, subject: str, value: str) -> Found:
    given = facts.answers.get(subject)
    return Found(_plain(given) == value.strip(), "answer", {"given": _plain(given)})


def _form_one_of(facts: CaseFacts, subject: str, value: str) -> Found:
    given = facts.answers.get(subject)
    chosen = [_plain(one) for one in given] if isinstance(given, list) else [_plain(given)]
    allowed = several(value)
    return Found(bool(given) and all(one in allowed for one in chosen), "answer", {"given": "、".join(chosen)})


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value if value is not None else "").strip()


# --- other sources ------------------------------------------------------------------------------------------------------


def _age(facts: CaseFacts, _subject: str, value: str) -> Found:
    if facts.case.organisation_id is not None or facts.born_on is None:
        return Found(False, "no_birthday")
    born, day = facts.born_on, facts.day
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return Found(_within(Decimal(years), value), "age", {"years": years})


def _certificate(facts: CaseFacts, subject: str, _value: str) -> Found:
    case = facts.case
    rows = Certificate.objects.filter(type__code=subject)
    if case.organisation_id is not None:
        rows = rows.filter(organisation=case.organisation_id)
    else:
        rows = rows.filter(holder=case.applicant_id, organisation__isnull=True)
    held = rows.filter(state="issued", valid_from__lte=facts.day)
    good = held.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=facts.day)).order_by("pk").first()
    if good is not None:
        return Found(True, "certificate", {"number": good.number})
    over = rows.order_by("-pk").first()
    if over is None:
        return Found(False, "no_certificate")
    return Found(False, "certificate_over", {"number": over.number})


def _no_other_case(facts: CaseFacts, _subject: str, value: str) -> Found:
    """Nothing else of the same item is open, or was approved within so many days before."""
    case = facts.case
    since = facts.day - dt.timedelta(days=int(value or 0))
    rows = Case.objects.filter(facts.same_applicant(), item=case.item_id).exclude(pk=case.pk).exclude(state="draft")
    recent = Q(outcome="approved", decided_on__gte=since) if value else Q(pk__in=[])
    other = rows.filter(submitted_on__lte=facts.day).filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=facts.day) | recent
    )
    found = other.order_by("pk").first()
    return Found(found is None, "no_other_case" if found is None else "other_case", {"number": found and found.number})


def _approved_case(facts: CaseFacts, subject: str, value: str) -> Found:
    rows = Case.objects.filter(facts.same_applicant(), item__code=subject, outcome="approved").exclude(state="revoked")
    rows = rows.filter(decided_on__lte=facts.day)
    if value:
        rows = rows.filter(decided_on__gte=facts.day - dt.timedelta(days=int(value)))
    found = rows.order_by("-decided_on").first()
    if found is None:
        return Found(False, "no_approved_case")
    return Found(True, "approved_case", {"number": found.number, "day": str(found.decided_on)})


def _register(facts: CaseFacts, _subject: str, _value: str) -> Found:
    organisation = facts.case.organisation
    if organisation is None:
        return Found(False, "no_organisation")
    heads = Membership.objects.in_force().filter(
        organisation=organisation, kind=Membership.Kind.LEGAL_PERSON, confirmed_at__isnull=False
    )
    if not heads.exists():
        return Found(False, "not_confirmed", {"name": organisation.name})
    return Found(True, "confirmed", {"name": organisation.name})


def _same_as_account(facts: CaseFacts, subject: str, _value: str) -> Found:
    """The resident number or credit code in the form is that of the account: nobody else's was typed."""
    known = subject_of(facts.case).number.upper()
    given = _plain(facts.answers.get(subject)).replace(" ", "").upper()
    return Found(bool(known) and given == known, "same" if known and given == known else "not_same")


def _no_bar(facts: CaseFacts, _subject: str, _value: str) -> Found:
    found = bar_of(subject_of(facts.case))
    if found is None:
        return Found(True, "no_bar")
    return Found(False, "barred", {"day": str(found.until_on)})


CHECKS: dict[str, Check] = {
    check.code: check
    for check in (
        Check("form_range", gettext_lazy("A number in the form lies in a range"), "form", _form_range, "field", "range"),
        Check("form_equals", gettext_lazy("An answer in the form is exactly this"), "form", _form_equals, "field", "text"),
        Check("form_one_of", gettext_lazy("An answer in the form is one of these"), "form", _form_one_of, "field", "list"),
        Check(
            "same_as_account", gettext_lazy("The identity number in the form is that of the account"), "account",
            _same_as_account, "field",
        ),
        Check("age", gettext_lazy("The applicant’s age by the resident number"), "account", _age, "none", "range"),
        Check(
            "certificate", gettext_lazy("The applicant holds a valid certificate"), "certificate", _certificate, "type",
            proves=True,
        ),
        Check(
            "approved_case", gettext_lazy("Another case of the applicant was approved"), "case", _approved_case, "item",
            "days", proves=True,
        ),
        Check(
            "register", gettext_lazy("The organisation stands in the register, with a confirmed legal person"),
            "register", _register, proves=True,
        ),
        Check(
            "no_other_case", gettext_lazy("No other case of the same item is open, or was approved lately"), "case",
            _no_other_case, "none", "days",
        ),
        Check("no_bar", gettext_lazy("Nothing stands in the credit record"), "credit", _no_bar),
    )
}  # fmt: skip


# --- entering ---------------------------------------------------------------------------------------------------------


def cleaned(entry: Mapping[str, Any], item: Item) -> dict[str, str]:
    """One line of a rule set as it is kept. Raises Invalid with a sentence for its first fault."""
    check = CHECKS.get(str(entry.get("check", "")))
    if check is None:
        raise Invalid(_("Choose a check."))
    subject, value = str(entry.get("subject", "")).strip(), str(entry.get("value", "")).strip()
    _check_subject(check, subject, item)
    _check_value(check, value)
    return {
        "check": check.code,
        "subject": subject if check.subject != "none" else "",
        "value": value if check.value != "none" else "",
    }


def _check_subject(check: Check, subject: str, item: Item) -> None:
    if check.subject == "field":
        form = item.current.form if item.current is not None else None
        codes = {one["code"] for section in form.definition["sections"] for one in section["fields"]} if form else set()
        if subject not in codes:
            raise Invalid(_("The form of this item has no field “%(name)s”."), name=subject)
    if check.subject == "type" and not CertificateType.objects.filter(code=subject).exists():
        raise Invalid(_("There is no type of certificate “%(name)s”."), name=subject)
    if check.subject == "item" and not Item.objects.filter(code=subject).exists():
        raise Invalid(_("There is no item “%(name)s”."), name=subject)


def _check_value(check: Check, value: str) -> None:
    if check.value == "range":
        bounds(value)
    if check.value in {"text", "list"} and not several(value):
        raise Invalid(_("Enter what the answer has to be."))
    if check.value == "days" and value and not (value.isdecimal() and 0 < int(value) <= MOST_DAYS):
        raise Invalid(_("Enter a number of days, or nothing."))
