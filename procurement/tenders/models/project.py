"""Projects and their lots: what is bought or sold, by whom, how, and where the tender stands."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.people.models import Organisation
from procurement.models import SALES, Category, Method
from procurement.tenders.querysets import ProjectQuerySet


class Project(models.Model):
    """One tender. Amounts are whole fen; the budget is the sum of the lots'."""

    number = models.CharField(_("number"), max_length=48, unique=True)
    category = models.CharField(_("category"), max_length=16, choices=Category.choices)
    method = models.CharField(_("method"), max_length=16, choices=Method.choices)
    below_threshold = models.BooleanField(_("below the threshold"), default=False)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("what is wanted"))
    qualification = models.TextField(_("who may take part"), blank=True, default="")
    buyer = models.ForeignKey(Organisation, models.PROTECT, related_name="tenders", verbose_name=_("buyer or seller"))
    agency = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="tenders_as_agency",
        verbose_name=_("tendering agency"),
    )  # fmt: skip
    contact = models.CharField(_("contact for questions"), max_length=200)
    budget_fen = models.BigIntegerField(_("budget"), default=0)
    waived_fen = models.BigIntegerField(_("service fee waived"), default=0)
    sign_in_for_documents = models.BooleanField(_("documents for registered bidders only"), default=True)
    joint_allowed = models.BooleanField(_("joint bids accepted"), default=False)
    # Bids carry a second layer of the bidder's own, which the bidder takes off at the opening.
    own_layer = models.BooleanField(_("bidders decrypt at the opening"), default=False)
    signature_required = models.BooleanField(_("bids are signed with a certificate"), default=False)
    state = models.CharField(max_length=12, default="registered")
    state_version = models.PositiveIntegerField(default=0)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(_("registered at"))
    announced_at = models.DateTimeField(_("announced at"), null=True, blank=True)
    announced_on = models.DateField(null=True, blank=True)
    documents_from_on = models.DateField(_("documents from"), null=True, blank=True)
    documents_until_on = models.DateField(_("documents until"), null=True, blank=True)
    deadline_at = models.DateTimeField(_("bid deadline and opening"), null=True, blank=True)
    # Once the deadline has passed and bids are taken again after an outage: what is asked for stays as it was.
    taken_again_at = models.DateTimeField(_("bids taken again since"), null=True, blank=True)
    place = models.CharField(_("place of the opening"), max_length=120, blank=True, default="")
    ended_on = models.DateField(null=True, blank=True)
    note = models.TextField(_("reason"), blank=True, default="")
    repeats = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="repeated_as")
    search = models.TextField(blank=True, default="", editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("tender")
        verbose_name_plural = _("tenders")
        indexes = (
            models.Index(fields=["-registered_at", "-id"], name="tender_latest"),
            models.Index(fields=["state", "-registered_at"], name="tender_state"),
            models.Index(
                fields=["-announced_at", "-id"], name="tender_public", condition=Q(announced_at__isnull=False)
            ),
            models.Index(
                fields=["category", "-announced_at"], name="tender_category", condition=Q(announced_at__isnull=False)
            ),
            models.Index(
                fields=["deadline_at"], name="tender_deadline", condition=Q(state__in=("announced", "receiving"))
            ),
            models.Index(fields=["documents_from_on"], name="tender_documents", condition=Q(state="announced")),
            # One index for each day column of the statistics.
            models.Index(fields=["announced_on"], name="tender_announced_on", condition=Q(announced_on__isnull=False)),
            models.Index(fields=["ended_on"], name="tender_failed_on", condition=Q(state__in=("failed", "repeated"))),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(announced_at__isnull=True)
                | Q(deadline_at__isnull=False, documents_from_on__isnull=False, documents_until_on__isnull=False),
                name="an_announced_tender_has_its_days",
            ),
            models.CheckConstraint(
                condition=Q(documents_until_on__isnull=True) | Q(documents_until_on__gte=F("documents_from_on")),
                name="tender_documents_end_after_start",
            ),
            models.CheckConstraint(
                condition=Q(budget_fen__gte=0, waived_fen__gte=0), name="tender_amounts_are_positive"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_sale(self) -> bool:
        """Somebody pays over a start: land, property."""
        return self.method in SALES


class Lot(models.Model):
    """A part that is awarded by itself (标段、包). For a sale `budget_fen` is the starting price."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="lots")
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=200)
    budget_fen = models.BigIntegerField(_("budget"))
    control_price_fen = models.BigIntegerField(_("control price"), null=True, blank=True)
    bond_fen = models.BigIntegerField(_("bid bond"), default=0)
    # The lot that failed and is tendered again with this one; once.
    repeats = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="repeated_as")

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["project", "number"], name="one_lot_a_number"),
            models.CheckConstraint(condition=Q(budget_fen__gt=0, bond_fen__gte=0), name="lot_amounts_are_positive"),
            models.CheckConstraint(
                condition=Q(control_price_fen__isnull=True) | Q(control_price_fen__lte=F("budget_fen")),
                name="control_price_within_budget",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
