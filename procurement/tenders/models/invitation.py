"""Who is invited to a tender that is not open to everybody."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.people.models import Organisation
from procurement.tenders.models.project import Project


class Invitation(models.Model):
    """One firm's invitation. The list is complete with the announcement and secret to everybody who is on it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="invitations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("invited firm"))
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()

    class Meta:
        verbose_name = _("invitation to bid")
        verbose_name_plural = _("invitations to bid")
        ordering = ("invited_at", "pk")
        constraints = (models.UniqueConstraint(fields=["project", "organisation"], name="one_invitation_a_firm"),)

    def __str__(self) -> str:
        return f"{self.project_id} {self.organisation_id}"
