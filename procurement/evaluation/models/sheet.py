"""The scoring sheet of a lot: how it is evaluated, fixed before anybody bids."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procurement.tenders.models import Lot


class Sheet(models.Model):
    """Part of the tender documents: method, weight of the price, and the criteria. Shares are parts of one."""

    class Method(models.TextChoices):
        LOWEST = "lowest", pgettext_lazy("evaluation method", "Lowest evaluated price")
        COMPREHENSIVE = "comprehensive", pgettext_lazy("evaluation method", "Comprehensive scoring")
        BENCHMARK = "benchmark", pgettext_lazy("evaluation method", "Comprehensive scoring with a benchmark price")
        QUALITATIVE = "qualitative", pgettext_lazy("evaluation method", "Qualitative review")

    class Object(models.TextChoices):
        GOODS = "goods", pgettext_lazy("object of a lot", "Goods")
        SERVICES = "services", pgettext_lazy("object of a lot", "Services")
        WORKS = "works", pgettext_lazy("object of a lot", "Works")

    lot = models.OneToOneField(Lot, models.CASCADE, related_name="sheet")
    method = models.CharField(_("evaluation method"), max_length=13, choices=Method.choices)
    object = models.CharField(_("what is bought"), max_length=8, choices=Object.choices)
    price_weight = models.PositiveSmallIntegerField(_("points for the price"), default=0)
    small_discount = models.DecimalField(
        _("discount for small enterprises"), max_digits=4, decimal_places=3, default=Decimal(0)
    )
    # The benchmark method: points for each percent of deviation, the float, and the share of the ceiling.
    above = models.DecimalField(_("points off for each percent above"), max_digits=4, decimal_places=2, default=0)
    below = models.DecimalField(_("points off for each percent below"), max_digits=4, decimal_places=2, default=0)
    floating = models.DecimalField(_("float of the benchmark"), max_digits=4, decimal_places=3, default=0)
    trim_from = models.PositiveSmallIntegerField(_("highest and lowest left out from so many bids on"), default=5)
    ceiling_share = models.DecimalField(_("share of the control price"), max_digits=4, decimal_places=3, default=0)
    candidates = models.PositiveSmallIntegerField(_("candidates at most"), default=3)
    # Evaluation and award separated (评定分离): candidates without ranks, chosen by the tenderer's written rules.
    separated = models.BooleanField(_("evaluation and award separated"), default=False)
    separation_ground = models.CharField(_("ground of the separation"), max_length=500, blank=True, default="")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("scoring sheet")
        verbose_name_plural = _("scoring sheets")
        constraints = (
            models.CheckConstraint(condition=Q(price_weight__lte=100), name="sheet_weight_of_a_hundred"),
            models.CheckConstraint(condition=Q(candidates__gte=1), name="sheet_names_a_candidate"),
            models.CheckConstraint(
                condition=Q(small_discount__gte=0, small_discount__lt=1, floating__gte=0, floating__lt=1)
                & Q(ceiling_share__gte=0, ceiling_share__lte=1, above__gte=0, below__gte=0),
                name="sheet_shares_are_shares",
            ),
            models.CheckConstraint(
                condition=Q(separated=False) | ~Q(separation_ground=""), name="separation_has_its_ground"
            ),
        )

    def __str__(self) -> str:
        return f"{self.lot_id} {self.method}"

    @property
    def is_scored(self) -> bool:
        """Whether the members give points."""
        return self.method in (self.Method.COMPREHENSIVE, self.Method.BENCHMARK)

    @property
    def has_cards(self) -> bool:
        """Whether the members hand something in: points, or an opinion on each bid."""
        return self.method != self.Method.LOWEST


class Criterion(models.Model):
    """One line of the sheet: a review that is passed or failed, or something that gets points."""

    class Part(models.TextChoices):
        QUALIFICATION = "qualification", pgettext_lazy("part of a sheet", "Review of qualification")
        CONFORMITY = "conformity", pgettext_lazy("part of a sheet", "Review of conformity")
        TECHNICAL = "technical", pgettext_lazy("part of a sheet", "Technical")
        BUSINESS = "business", pgettext_lazy("part of a sheet", "Business and service")

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="criteria")
    part = models.CharField(_("part"), max_length=13, choices=Part.choices)
    order = models.PositiveSmallIntegerField()
    title = models.CharField(_("criterion"), max_length=200)
    note = models.TextField(_("how it is judged"), blank=True, default="")
    max_points = models.DecimalField(_("most points"), max_digits=5, decimal_places=2, default=0)
    # Whoever looks must find the same: a certificate is there or not.
    objective = models.BooleanField(_("objective"), default=False)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ("order", "pk")
        constraints = (
            models.UniqueConstraint(fields=["sheet", "order"], name="one_criterion_a_line"),
            models.CheckConstraint(condition=Q(max_points__gte=0), name="criterion_points_not_negative"),
            models.CheckConstraint(
                condition=~Q(part__in=("qualification", "conformity")) | Q(max_points=0),
                name="reviews_give_no_points",
            ),
        )

    def __str__(self) -> str:
        return self.title


REVIEWED = (Criterion.Part.QUALIFICATION, Criterion.Part.CONFORMITY)
POINTED = (Criterion.Part.TECHNICAL, Criterion.Part.BUSINESS)
