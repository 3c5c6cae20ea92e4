"""The person for whom somebody else files with a power of attorney (授权委托书)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases.models.case import Case
from portal.core.fields import BlindIndexField, EncryptedTextField


class PrincipalFields(models.Model):
    """What is kept of the person who gave the power of attorney, sealed."""

    class Relation(models.TextChoices):
        """What the principal is to the agent."""

        SPOUSE = "spouse", pgettext_lazy("relation", "Spouse")
        PARENT_CHILD = "parent_child", pgettext_lazy("relation", "Parent or child")
        RELATIVE = "relative", pgettext_lazy("relation", "Other relative")
        OTHER = "other", pgettext_lazy("relation", "Other")

    name = EncryptedTextField(_("name"))
    resident_number = EncryptedTextField(_("resident number"))
    resident_blind = BlindIndexField(source="resident_number")
    phone = EncryptedTextField(_("contact telephone"))
    relation = models.CharField(_("relation"), max_length=16, choices=Relation.choices)

    class Meta:
        abstract = True


class CasePrincipal(PrincipalFields):
    """The applicant of a case that another account files: `case.applicant` is then the agent (经办人)."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="principal")

    def __str__(self) -> str:
        return f"principal of {self.case_id}"


def principal_of(case: Case) -> CasePrincipal | None:
    """Whom the agent files for; None when the account files for itself or for an organisation."""
    if case.organisation_id is not None:
        return None
    found: CasePrincipal | None = getattr(case, "principal", None)
    return found


def lacks_power_of_attorney(case: Case) -> bool:
    """Somebody files for another person, and nothing shows that they may."""
    if principal_of(case) is None:
        return False
    return not case.materials.filter(power_of_attorney=True, replaced_at__isnull=True).exists()
