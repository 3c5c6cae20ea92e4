"""One sitting of the committee over a tender: declarations, the chair. Another evaluation is another session."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement.evaluation.querysets import SessionQuerySet
from procurement.experts.models import PanelMember
from procurement.tenders.models import Project


class Session(models.Model):
    """A round of evaluation of a whole tender. Only the latest one may still run; earlier ones are kept as they were."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="evaluation_sessions")
    number = models.PositiveSmallIntegerField(_("round"))
    chair = models.ForeignKey(PanelMember, models.PROTECT, null=True, blank=True, related_name="+")
    begun_at = models.DateTimeField(_("begun at"))
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation session")
        verbose_name_plural = _("evaluation sessions")
        constraints = (
            models.UniqueConstraint(fields=["project", "number"], name="one_session_a_number"),
            models.UniqueConstraint(fields=["project"], condition=Q(ended_at__isnull=True), name="one_running_session"),
        )
        indexes = (models.Index(fields=["-begun_at", "-id"], name="session_latest"),)

    def __str__(self) -> str:
        return f"{self.project_id} {self.number}"


class Declaration(models.Model):
    """What a member declares before seeing anything: no ground to avoid, and the discipline. Or the ground there is."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="declarations")
    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="declarations")
    avoids = models.BooleanField(_("has to avoid"), default=False)
    reason = models.CharField(_("ground"), max_length=500, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["session", "member"], name="one_declaration_a_member"),
            models.CheckConstraint(condition=Q(avoids=False) | ~Q(reason=""), name="avoidance_has_its_ground"),
        )

    def __str__(self) -> str:
        return f"{self.session_id} {self.member_id}"


class ChairVote(models.Model):
    """Whom a member wants as chair; may be changed until somebody has the majority."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="votes")
    voter = models.ForeignKey(PanelMember, models.PROTECT, related_name="+")
    choice = models.ForeignKey(PanelMember, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["session", "voter"], name="one_chair_vote_a_member"),)

    def __str__(self) -> str:
        return f"{self.voter_id} → {self.choice_id}"
