"""What a certificate says: holder, number, the lines of its type from the application, from when until when."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from approvals.cases.answers import answers_of, definition_of
from approvals.cases.effects import content_of
from approvals.cases.models import Case, principal_of
from approvals.cases.papers.facts import TONGUES, Tongue, letters_of
from approvals.catalogue.formbuild import display
from approvals.certificates.models import Certificate, TypeVersion
from portal.core.documents import Addressee, Authority, Letter, Paper, Series, facts
from portal.core.documents.typesetting import CERTIFICATE
from portal.people.models import Citizen, User

Line = list[str]  # label, label in English, value


class NoEnd(ValueError):
    """The application does not say until when the certificate is to hold."""


@dataclass(frozen=True)
class Holder:
    """Who holds a certificate; `user` is the account, where there is one."""

    name: str
    number: str
    user: User | None = None


def holder_of(case: Case) -> Holder:
    """The organisation, the person that somebody filed for, or who filed."""
    if case.organisation is not None:
        return Holder(case.organisation.name, case.organisation.uscc)
    if (principal := principal_of(case)) is not None:
        return Holder(principal.name, principal.resident_number, _account_of(principal.resident_number))
    number = content_of(case).resident_number
    if case.applicant is None:
        return Holder(case.applicant_name, number, _account_of(number))
    citizen = getattr(case.applicant, "citizen", None)
    return Holder(case.applicant_name, number or (citizen.resident_number if citizen else ""), case.applicant)


def _account_of(number: str) -> User | None:
    """The account of the person with this number, when its identity has been verified."""
    if not number:
        return None
    rows = Citizen.objects.filter(resident_blind__matches=number, verified_at__isnull=False).select_related("user")
    found = rows.first()
    return found.user if found else None


def lines_of(case: Case, version: TypeVersion) -> str:
    """The lines of the type with what the application answered, as JSON; empty answers are left out."""
    definition, answers = definition_of(case), answers_of(content_of(case))
    questions = {question.code: question for question in definition.fields()} if definition else {}
    found: list[Line] = []
    with override("zh-hans"):  # the certificate is Chinese, whoever's language the step was taken in
        for line in version.fields:
            question, value = questions.get(line["source"]), answers.get(line["source"])
            words = display(question, value) if question is not None and value not in (None, "", []) else ""
            if line["source"] == "@legal_person" and case.organisation is not None:
                words = case.organisation.legal_person
            if words:
                found.append([line["label"], line.get("label_en", ""), words])
    return json.dumps(found, ensure_ascii=False)


def last_day(case: Case, version: TypeVersion, begins: dt.date) -> dt.date | None:
    """The last day of validity; None where there is no end. Raises NoEnd."""
    if version.validity == TypeVersion.Validity.YEARS:
        return _years_later(begins, version.years or 1) - dt.timedelta(days=1)
    if version.validity != TypeVersion.Validity.ANSWER:
        return None
    try:
        end = dt.date.fromisoformat(str(answers_of(content_of(case)).get(version.end_field)))
    except ValueError:
        raise NoEnd(_("The application names no last day, which this certificate needs.")) from None
    if end < begins:
        raise NoEnd(_("The last day that the application names is over already."))
    return end


def _years_later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, month=3, day=1)


# --- the paper --------------------------------------------------------------------------------------------------------


def series_of(certificate: Certificate) -> Series:
    return Series(letters_of(certificate.department), certificate.version.word)


def paper_of(certificate: Certificate) -> Paper:
    """The paper that the core numbers, keeps and makes into a PDF; it has the certificate's own number and code."""
    department = certificate.department
    return Paper(
        kind="certificates.certificate",
        series=series_of(certificate),
        authority=Authority(department.name, department.name_en or department.name),
        addressee=Addressee(certificate.holder_name, is_person=certificate.is_person),
        letters={tongue.code: _letter(certificate, tongue) for tongue in TONGUES},
        occasion="issue",
        key="certificate",
        subject=certificate.case.item.name,
        subject_en=certificate.case.item.name_en,
        seal=certificate.version.seal or "证照专用章",
        more={"layout": CERTIFICATE, "landscape": "1" if certificate.version.layout == "landscape" else ""},
        number=certificate.number,
        check_code=certificate.check_code,
    )


def _letter(certificate: Certificate, t: Tongue) -> Letter:
    who = [(t("姓　　名", "Name"), certificate.holder_name)]
    number = t("公民身份号码", "Resident number")
    if not certificate.is_person:
        who = [(t("名　　称", "Name"), certificate.holder_name)]
        number = t("统一社会信用代码", "Unified social credit code")
    if certificate.holder_number:
        who.append((number, certificate.holder_number))
    lines = [(t(label, english or label), value) for label, english, value in read_lines(certificate)]
    validity = [(t("有效期限", "Valid"), validity_in_words(certificate, t))]
    return Letter(
        title=t.name(certificate.type),
        addressee="",
        blocks=[facts([*who, *lines, *validity])],
        authority=t.name(certificate.department),
        date=t.day(certificate.issued_on),
        public=validity,
    )


def read_lines(certificate: Certificate) -> list[Line]:
    """The lines as they stand on the paper."""
    found: Any = json.loads(certificate.data or "[]")
    return [list(line) for line in found]


def validity_in_words(certificate: Certificate, t: Tongue) -> str:
    begins = t.day(certificate.valid_from)
    if certificate.valid_until is None:
        return t(f"{begins}起长期有效", f"From {begins}, without end")
    ends = t.day(certificate.valid_until)
    return t(f"{begins}至{ends}", f"{begins} to {ends}")
