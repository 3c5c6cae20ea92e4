"""Signs of collusion: findings and figures, each with what it rests on, and the figures of every lot."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.people.models import Organisation
from procurement.models import Category
from procurement.oversight.models.lead import Lead
from procurement.oversight.querysets import SignQuerySet
from procurement.tenders.models import Lot, Project


class Sign(models.Model):
    """One sign of one lot, tender, or set of firms across tenders. Withdrawn when its ground is gone, never deleted."""

    class Kind(models.TextChoices):
        FINDING = "finding", pgettext_lazy("sign kind", "Finding")
        STATISTICAL = "statistical", pgettext_lazy("sign kind", "Statistical sign")

    class Basis(models.TextChoices):
        DEEMED = "deemed", pgettext_lazy("sign basis", "Deemed collusion by law")
        BARRED = "barred", pgettext_lazy("sign basis", "May not bid side by side by law")
        CIRCUMSTANCE = "circumstance", pgettext_lazy("sign basis", "Circumstance: the law draws no conclusion from it")
        FIGURE = "figure", pgettext_lazy("sign basis", "Figure: a lead for people, no verdict")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    basis = models.CharField(pgettext_lazy("oversight", "basis"), max_length=12, choices=Basis.choices)
    code = models.CharField(_("code"), max_length=24)
    # What makes a sign the same sign when it is computed again: code, lot or tender, firms, detail.
    key = models.CharField(max_length=64, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="signs")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="signs")
    category = models.CharField(_("category"), max_length=16, choices=Category.choices, blank=True, default="")
    firms: "models.ManyToManyField[Organisation, models.Model]" = models.ManyToManyField(
        Organisation, related_name="collusion_signs"
    )
    figures = models.JSONField(_("figures"), default=dict)
    formula = models.CharField(_("formula"), max_length=200, blank=True, default="")
    # The threshold that the figure passed, with the rule and the day from which that version holds.
    limit = models.FloatField(_("threshold"), null=True, blank=True)
    limit_rule = models.CharField(max_length=40, blank=True, default="")
    limit_from = models.DateField(null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)
    opened_on = models.DateField(_("bids opened on"), null=True, blank=True)
    found_on = models.DateField(_("found on"))
    computed_on = models.DateField(_("computed on"))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="signs")

    objects = SignQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign of collusion")
        verbose_name_plural = _("signs of collusion")
        indexes = (
            models.Index(fields=["-found_on", "-id"], name="sign_latest"),
            models.Index(fields=["project"], name="sign_standing", condition=Q(withdrawn_on__isnull=True)),
            models.Index(fields=["code", "-found_on"], name="sign_code"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="finding", basis__in=("deemed", "barred", "circumstance"))
                | Q(kind="statistical", basis="figure"),
                name="findings_and_figures_never_mix",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.key[:8]}"

    @property
    def stands(self) -> bool:
        return self.withdrawn_on is None


class LotFigures(models.Model):
    """The statistical screens of one opened lot; NULL where a figure has no value (too few bids, a divisor of nought)."""

    lot = models.OneToOneField(Lot, models.CASCADE, related_name="collusion_figures")
    category = models.CharField(max_length=16, choices=Category.choices)
    opened_on = models.DateField()
    n = models.PositiveSmallIntegerField(_("valid bids"))
    cv = models.FloatField(null=True)
    spd = models.FloatField(null=True)
    diffp = models.FloatField(null=True)
    rd = models.FloatField(null=True)
    rdnor = models.FloatField(null=True)
    rdalt = models.FloatField(null=True)
    skew = models.FloatField(null=True)
    kurt = models.FloatField(null=True)

    class Meta:
        verbose_name = _("figures of a lot")
        verbose_name_plural = _("figures of lots")
        indexes = (models.Index(fields=["category", "opened_on"], name="lot_figures_group"),)

    def __str__(self) -> str:
        return f"{self.lot_id} n={self.n}"
