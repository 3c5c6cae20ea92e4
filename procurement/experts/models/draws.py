"""The draws: a frozen pool, two sealed seeds, and the record that anybody can replay."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procurement.experts.models.pool import Expert
from procurement.experts.querysets import DrawQuerySet
from procurement.tenders.models import Project


class Draw(models.Model):
    """One draw for one tender. A failed one stays, with why; only then may there be another."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="draws")
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(max_length=10, default="frozen")
    state_version = models.PositiveIntegerField(default=0)
    evaluates_at = models.DateTimeField(_("evaluation begins"))
    # The bid deadline for which this was planned: when it moves, the evaluation follows by as much.
    deadline_at = models.DateTimeField(_("planned for the bid deadline"), null=True, blank=True)
    size = models.PositiveSmallIntegerField(_("members"))
    # Of a single source: the buyer named who negotiates, and nobody was drawn; the pool is empty then.
    named = models.BooleanField(_("named by the buyer"), default=False)
    complex = models.BooleanField(_("technically complex"), default=False)
    main_venue = models.CharField(_("main venue"), max_length=120)
    # Remote evaluation: who lives in this region sits at the secondary venue.
    secondary_venue = models.CharField(_("secondary venue"), max_length=120, blank=True, default="")
    secondary_region = models.CharField(_("region of the secondary venue"), max_length=60, blank=True, default="")
    # `draw.Pool.body()` and its digest; the digest is public at once, the body with the result.
    pool = models.JSONField(default=dict)
    pool_digest = models.CharField(_("digest of the pool (SHA-256)"), max_length=64)
    places = models.JSONField(default=list)  # [{"speciality", "count"}] in the order of the plan
    representatives = models.JSONField(default=list)  # account ids of the buyer's representatives
    orders = models.JSONField(default=dict)
    # The codes that left their seats or were passed over, in this order, with the reason.
    gone = models.JSONField(default=list)
    short_of = models.CharField(max_length=300, blank=True, default="")
    frozen_at = models.DateTimeField(_("pool frozen at"))
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reveal_by = models.DateTimeField(_("seeds to be revealed by"), null=True, blank=True)
    drawn_at = models.DateTimeField(_("drawn at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed at"), null=True, blank=True)
    note = models.TextField(_("reason"), blank=True, default="")

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("draw of experts")
        verbose_name_plural = _("draws of experts")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=["project", "number"], name="one_draw_a_number"),
            models.UniqueConstraint(
                fields=["project"], condition=~Q(state="failed"), name="one_standing_draw_a_tender"
            ),
        )
        indexes = (
            models.Index(fields=["-frozen_at", "-id"], name="draw_latest"),
            models.Index(fields=["reveal_by"], name="draw_unrevealed", condition=Q(state="sealed")),
        )

    def __str__(self) -> str:
        return f"{self.project_id}/{self.number}"


class DrawSeed(models.Model):
    """What one party promised, and what it revealed."""

    class Party(models.TextChoices):
        SUPERVISOR = "supervisor", pgettext_lazy("party of a draw", "Supervisor")
        TENDERER = "tenderer", pgettext_lazy("party of a draw", "Tenderer")

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="seeds")
    party = models.CharField(_("party"), max_length=10, choices=Party.choices)
    commitment = models.CharField(pgettext_lazy("draw", "commitment"), max_length=64)
    committed_at = models.DateTimeField()
    committed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    seed = models.CharField(_("seed"), max_length=64, blank=True, default="")
    revealed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("seed of a draw")
        verbose_name_plural = _("seeds of draws")
        ordering = ("party",)
        constraints = (models.UniqueConstraint(fields=["draw", "party"], name="one_seed_a_party"),)

    def __str__(self) -> str:
        return f"{self.draw_id} {self.party}"


class DrawCode(models.Model):
    """Whom a code of the published pool stands for. The code is a digest over person and salt: it cannot be re-dealt."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="codes")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="+")
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=100)
    salt = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("code of a draw")
        verbose_name_plural = _("codes of draws")
        constraints = (
            models.UniqueConstraint(fields=["draw", "code"], name="one_person_a_code"),
            models.UniqueConstraint(fields=["draw", "expert"], name="one_code_a_person"),
        )

    def __str__(self) -> str:
        return self.code
