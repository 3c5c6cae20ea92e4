"""The register of deals: what was bought or sold by public trading, for how much, and against which base."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models.statistics import AbstractCell, add_figures
from procurement.querysets import DealQuerySet


class Category(models.TextChoices):
    """What is traded; below-threshold (限额以下) is a flag of a deal, not a category."""

    CONSTRUCTION = "construction", pgettext_lazy("deal category", "Construction")
    GOVERNMENT = "government", pgettext_lazy("deal category", "Government procurement")
    LAND = "land", pgettext_lazy("deal category", "Land")
    PROPERTY = "property", pgettext_lazy("deal category", "Property rights")
    OTHER = "other", pgettext_lazy("deal category", "Other")
    INTERMEDIARY = "intermediary", pgettext_lazy("deal category", "Intermediary market")


class Method(models.TextChoices):
    """How the winner is found."""

    OPEN = "open", pgettext_lazy("deal method", "Open tender")
    INVITED = "invited", pgettext_lazy("deal method", "Invited tender")
    NEGOTIATION = "negotiation", pgettext_lazy("deal method", "Competitive negotiation")
    CONSULTATION = "consultation", pgettext_lazy("deal method", "Competitive consultation")
    INQUIRY = "inquiry", pgettext_lazy("deal method", "Inquiry")
    SINGLE = "single", pgettext_lazy("deal method", "Single source")
    LISTING = "listing", pgettext_lazy("deal method", "Listing")
    AUCTION = "auction", pgettext_lazy("deal method", "Auction")


# The buyer pays more than the start here: a premium, never a saving.
SALES = frozenset({Method.LISTING.value, Method.AUCTION.value})


class Status(models.TextChoices):
    """How it ended, or that it has not ended."""

    ANNOUNCED = "announced", pgettext_lazy("deal status", "Announced")
    AWARDED = "awarded", pgettext_lazy("deal status", "Awarded")
    FAILED = "failed", pgettext_lazy("deal status", "Failed")
    TERMINATED = "terminated", pgettext_lazy("deal status", "Terminated")


class Deal(models.Model):
    """One project or lot and its result. Amounts are whole fen; what follows from them is written with them."""

    source = models.CharField(_("source"), max_length=60, blank=True, default="")
    external_id = models.CharField(_("identifier there"), max_length=120, blank=True, default="")
    category = models.CharField(_("category"), max_length=16, choices=Category.choices)
    below_threshold = models.BooleanField(_("below the threshold"), default=False)
    method = models.CharField(_("method"), max_length=16, choices=Method.choices, blank=True, default="")
    title = models.CharField(_("title"), max_length=300)
    buyer = models.CharField(_("buyer"), max_length=200, blank=True, default="")
    winner = models.CharField(_("winner"), max_length=200, blank=True, default="")
    budget_fen = models.BigIntegerField(_("budget"), null=True, blank=True)
    control_price_fen = models.BigIntegerField(_("control price"), null=True, blank=True)
    start_fen = models.BigIntegerField(_("starting price"), null=True, blank=True)
    deal_fen = models.BigIntegerField(_("deal amount"), null=True, blank=True)
    awarded_on = models.DateField(_("result on"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices)
    # Derived (scoring.saving): the base of the saving, the saving, the premium; NULL where nothing is known of it.
    base_fen = models.BigIntegerField(null=True, editable=False)
    savings_fen = models.BigIntegerField(null=True, editable=False)
    premium_fen = models.BigIntegerField(null=True, editable=False)
    # Where the public list shows it: the day of the result, or the day on which it was entered.
    listed_on = models.DateField(editable=False)
    search = models.TextField(blank=True, default="", editable=False)
    created_at = models.DateTimeField(editable=False)

    objects = DealQuerySet.as_manager()

    class Meta:
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        constraints = (
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=Q(external_id__gt=""), name="one_deal_a_source_row"
            ),
            models.CheckConstraint(
                condition=~Q(status="awarded") | Q(awarded_on__isnull=False, deal_fen__isnull=False),
                name="an_award_has_day_and_amount",
            ),
            models.CheckConstraint(
                condition=Q(savings_fen__isnull=True) | Q(savings_fen=F("base_fen") - F("deal_fen")),
                name="savings_are_base_less_deal",
            ),
            models.CheckConstraint(
                condition=Q(premium_fen__isnull=True) | Q(premium_fen=F("deal_fen") - F("start_fen")),
                name="premium_is_deal_less_start",
            ),
            models.CheckConstraint(
                condition=Q(premium_fen__isnull=True) | Q(savings_fen__isnull=True),
                name="premium_is_never_a_saving",
            ),
        )
        indexes = (
            models.Index(fields=["-listed_on", "-id"], name="deal_by_day"),
            models.Index(fields=["category", "-listed_on", "-id"], name="deal_by_category"),
            models.Index(fields=["awarded_on"], name="deal_by_result"),
        )

    def __str__(self) -> str:
        return self.title


FIGURES = (
    "projects", "deals", "deal_fen", "base_fen", "savings_fen", "premium_fen", "based_deals", "failed", "terminated",
)  # fmt: skip


class DealFigures(AbstractCell):
    """The figures, without dimensions."""

    class Meta:
        abstract = True


add_figures(DealFigures, FIGURES)


class DealCell(DealFigures):
    """By category, method and threshold."""

    category = models.CharField(max_length=16)
    method = models.CharField(max_length=16)
    below_threshold = models.BooleanField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["day", "category", "method", "below_threshold"], name="one_deal_cell"),
        )
