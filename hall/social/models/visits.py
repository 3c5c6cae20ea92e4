"""Visits: who is wanted where, the frozen pool, two sealed seeds, the orders, and what was published in the end."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.patrols.models import Area
from hall.social.models.register import SocialSupervisor
from hall.social.querysets import VisitQuerySet
from portal.core.time import today
from portal.people.models import Department


class Visit(models.Model):
    """One visit with its one draw. A failed draw ends the visit; the next one has a number and a draw of its own."""

    class Kind(models.TextChoices):
        OPEN = "open", pgettext_lazy("visit", "Announced visit")
        UNDERCOVER = "undercover", pgettext_lazy("visit", "Undercover visit")

    number = models.CharField(_("number"), max_length=48, unique=True)
    kind = models.CharField(_("kind of visit"), max_length=10, choices=Kind.choices)
    visit_on = models.DateField(_("day of the visit"))
    meeting_point = models.CharField(_("meeting point"), max_length=120, blank=True, default="")
    task = models.TextField(_("what to look at"))
    departments = models.ManyToManyField(Department, related_name="+", verbose_name=_("units to be visited"))
    areas = models.ManyToManyField(Area, blank=True, related_name="+", verbose_name=_("areas to be visited"))
    state = models.CharField(max_length=10, default="frozen")
    state_version = models.PositiveIntegerField(default=0)
    # `draw.Pool.body()` and its digest; the digest is public at once, the body when the visit is published.
    pool = models.JSONField(default=dict)
    pool_digest = models.CharField(_("digest of the pool (SHA-256)"), max_length=64)
    places = models.JSONField(default=list)  # [{"speciality": category, "count"}] in the order of the plan
    orders = models.JSONField(default=dict)
    # The codes that declined, did not answer or must keep away by now, in this order, with the reason.
    gone = models.JSONField(default=list)
    short_of = models.CharField(max_length=300, blank=True, default="")
    frozen_at = models.DateTimeField(_("pool frozen at"))
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reveal_by = models.DateTimeField(_("seeds to be revealed by"), null=True, blank=True)
    drawn_at = models.DateTimeField(_("drawn at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed at"), null=True, blank=True)
    note = models.TextField(_("reason"), blank=True, default="")
    summary = models.TextField(_("summary for the public"), blank=True, default="")
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit of social supervisors")
        verbose_name_plural = _("visits of social supervisors")
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=["-frozen_at", "-id"], name="visit_latest"),
            models.Index(fields=["reveal_by"], name="visit_unrevealed", condition=Q(state="sealed")),
            models.Index(fields=["-published_at", "-id"], name="visit_published"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def names_open(self) -> bool:
        """Until the day of the visit nobody in the centre learns who was drawn: nobody can be warned of a face."""
        return self.visit_on <= today()


class VisitSeed(models.Model):
    """What one party promised, and what it revealed."""

    class Party(models.TextChoices):
        CENTRE = "centre", pgettext_lazy("party of a draw", "Service centre")
        SUPERVISOR = "supervisor", pgettext_lazy("party of a draw", "Supervisor")

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="seeds")
    party = models.CharField(_("party"), max_length=10, choices=Party.choices)
    commitment = models.CharField(pgettext_lazy("draw", "commitment"), max_length=64)
    committed_at = models.DateTimeField()
    committed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    seed = models.CharField(_("seed"), max_length=64, blank=True, default="")
    revealed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("seed of a visit's draw")
        verbose_name_plural = _("seeds of visits' draws")
        ordering = ("party",)
        constraints = (models.UniqueConstraint(fields=["visit", "party"], name="one_visit_seed_a_party"),)

    def __str__(self) -> str:
        return f"{self.visit_id} {self.party}"


class VisitCode(models.Model):
    """Whom a code of the published pool stands for. The code is a digest over person and salt: it cannot be re-dealt."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="codes")
    supervisor = models.ForeignKey(SocialSupervisor, models.PROTECT, related_name="+")
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=100)
    salt = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("code of a visit's draw")
        verbose_name_plural = _("codes of visits' draws")
        constraints = (
            models.UniqueConstraint(fields=["visit", "code"], name="one_supervisor_a_code"),
            models.UniqueConstraint(fields=["visit", "supervisor"], name="one_code_a_supervisor"),
        )

    def __str__(self) -> str:
        return self.code
