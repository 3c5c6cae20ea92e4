"""For whom somebody files: what the agent says of the principal, checked before a draft begins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext_lazy as _

from approvals.cases.models import Case, CaseContent, CasePrincipal, PrincipalFields
from portal.core.errors import Invalid
from portal.core.identity import check_name, check_phone, check_resident_number

if TYPE_CHECKING:
    from portal.people.models import User

Row = TypeVar("Row", bound=PrincipalFields)
PREFIX = "principal_"  # of the fields of a form and of the names in errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The person who gave the power of attorney (委托人)."""

    name: str
    resident_number: str
    phone: str
    relation: str

    def __repr__(self) -> str:
        return "<principal>"

    @classmethod
    def of(cls, row: PrincipalFields) -> "Principal":
        """What a row keeps."""
        return cls(name=row.name, resident_number=row.resident_number, phone=row.phone, relation=row.relation)

    def checked(self, agent: "User | None") -> "Principal":
        """The same with everything normalised. Raises Invalid with all that is wrong, and for the agent's own number."""
        wrong: dict[str, str] = {}
        good = Principal(
            name=_take(wrong, "name", self.name, check_name),
            resident_number=_take(wrong, "resident_number", self.resident_number, _resident),
            phone=_take(wrong, "phone", self.phone, check_phone),
            relation=_take(wrong, "relation", self.relation, _relation),
        )
        citizen = getattr(agent, "citizen", None)
        if good.resident_number and citizen is not None and citizen.resident_number == good.resident_number:
            wrong[f"{PREFIX}resident_number"] = str(
                _("This is your own identity number. To apply for yourself, choose “Myself”.")
            )
        if wrong:
            raise Invalid(fields=wrong)
        return good

    def write(self, row: Row) -> Row:
        """Put it into a row that is not saved yet."""
        row.name, row.resident_number, row.phone, row.relation = (
            self.name, self.resident_number, self.phone, self.relation
        )  # fmt: skip
        return row

    def keep(self, case: Case) -> None:
        """Write it to the draft, also as the way to reach the applicant; what was typed last holds."""
        row = CasePrincipal.objects.filter(case=case).first() or CasePrincipal(case=case)
        self.write(row).save()
        content = CaseContent.objects.filter(case=case).first() or CaseContent.objects.create(case=case)
        content.phone, content.resident_number = self.phone, self.resident_number
        content.save(update_fields=["phone", "phone_blind", "resident_number", "resident_blind"])
        if case.applicant_name != self.name:
            case.applicant_name = self.name
            case.save(update_fields=["applicant_name"])


def _take(wrong: dict[str, str], name: str, value: str, check: Callable[[str], str]) -> str:
    try:
        return check(value)
    except Invalid as error:
        wrong[PREFIX + name] = error.message
        return ""


def _resident(text: str) -> str:
    return check_resident_number(text).number


def _relation(value: str) -> str:
    if value not in CasePrincipal.Relation.values:
        raise Invalid(_("Choose how you are related to this person."))
    return value
