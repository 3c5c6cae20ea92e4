"""Who got a lot, for how much, how they were chosen, and where the days after the evaluation stand."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models import StoredFile
from procurement.awards.querysets import AwardQuerySet, ProcedureQuerySet, ResultNoticeQuerySet
from procurement.bidders.models import Bidder
from procurement.evaluation.models import Candidate
from procurement.tenders.models import Lot, Project


class Procedure(models.Model):
    """The days of a tender after its evaluation: report, publicity, choice, announcement; one row a tender."""

    class Stage(models.TextChoices):
        REPORT = "report", pgettext_lazy("award stage", "Report to the buyer")
        PUBLISH = "publish", pgettext_lazy("award stage", "Publish the candidates")
        PUBLICITY = "publicity", pgettext_lazy("award stage", "Candidates public")
        CHOOSE = "choose", pgettext_lazy("award stage", "Choose the winner")
        ANNOUNCE = "announce", pgettext_lazy("award stage", "Announce the result")
        DONE = "done", pgettext_lazy("award stage", "Result announced")
        REOPENED = "reopened", pgettext_lazy("award stage", "To be evaluated again")

    project = models.OneToOneField(Project, models.PROTECT, related_name="procedure")
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices)
    evaluated_on = models.DateField(_("evaluated on"))
    reported_on = models.DateField(_("reported to the buyer on"), null=True, blank=True)
    published_on = models.DateField(_("candidates public since"), null=True, blank=True)
    # The last day on which objections to the result are taken.
    public_until_on = models.DateField(_("candidates public until"), null=True, blank=True)
    chosen_on = models.DateField(_("chosen on"), null=True, blank=True)
    announced_on = models.DateField(_("result announced on"), null=True, blank=True)
    # The day by which the present stage has to be done; NULL where nothing is due.
    due_on = models.DateField(_("due on"), null=True, blank=True)
    red_lit_on = models.DateField(null=True, blank=True)
    updated_at = models.DateTimeField()

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = _("award procedure")
        verbose_name_plural = _("award procedures")
        indexes = (
            models.Index(fields=["-evaluated_on", "-id"], name="procedure_latest"),
            models.Index(fields=["stage", "-evaluated_on"], name="procedure_stage"),
            models.Index(fields=["due_on", "id"], name="procedure_due", condition=Q(due_on__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(public_until_on__isnull=True) | Q(public_until_on__gte=F("published_on")),
                name="publicity_ends_after_start",
            ),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.stage}"


class SaleResult(models.Model):
    """What a listing or an auction ended with. The rounds themselves are held elsewhere; this is their record."""

    lot = models.OneToOneField(Lot, models.PROTECT, related_name="sale_result")
    bidder = models.ForeignKey(Bidder, models.PROTECT, related_name="+")
    price_fen = models.BigIntegerField(_("deal amount"))
    bidders = models.PositiveSmallIntegerField(_("bidders"))
    rounds = models.PositiveIntegerField(_("rounds of bids"))
    held_on = models.DateField(_("held on"))
    note = models.TextField(_("record"), blank=True, default="")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("result of a sale")
        verbose_name_plural = _("results of sales")
        constraints = (
            models.CheckConstraint(condition=Q(price_fen__gt=0, bidders__gte=1), name="sale_has_price_and_bidder"),
        )

    def __str__(self) -> str:
        return f"{self.lot_id} {self.price_fen}"


class Choice(models.Model):
    """Whom the tenderer chose for a lot, and on which ground; the latest one of a lot counts."""

    class Ground(models.TextChoices):
        FIRST = "first", pgettext_lazy("choice ground", "The first candidate")
        SEPARATED = (
            "separated",
            pgettext_lazy("choice ground", "Chosen by the written rules (evaluation and award separated)"),
        )
        GAVE_UP = "gave_up", pgettext_lazy("choice ground", "The one before gives up")
        FORCE = "force", pgettext_lazy("choice ground", "The one before cannot perform for force majeure")
        NO_BOND = "no_bond", pgettext_lazy("choice ground", "The one before gave no performance bond")
        ILLEGAL = "illegal", pgettext_lazy("choice ground", "The one before was found to have broken the law")

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="choices")
    # A new evaluation replaces candidates; what was chosen before stands in the events.
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="choices")
    ground = models.CharField(_("ground"), max_length=10, choices=Ground.choices)
    # The rules by which was chosen, or the facts of the ground; the minutes are the file.
    note = models.TextField(_("reasons"), blank=True, default="")
    minutes = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    chosen_on = models.DateField(_("chosen on"))
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # A later choice or a new evaluation takes its place.
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("choice of the winner")
        verbose_name_plural = _("choices of winners")
        constraints = (
            models.UniqueConstraint(fields=["lot"], condition=Q(replaced_at__isnull=True), name="one_choice_a_lot"),
        )

    def __str__(self) -> str:
        return f"{self.lot_id} {self.candidate_id}"


class Vote(models.Model):
    """One member of the award committee and for whom they were."""

    choice = models.ForeignKey(Choice, models.CASCADE, related_name="votes")
    name = models.CharField(_("name"), max_length=60)
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["choice", "name"], name="one_vote_a_member"),)

    def __str__(self) -> str:
        return self.name


class Award(models.Model):
    """The award of one lot."""

    lot = models.OneToOneField(Lot, models.PROTECT, related_name="award")
    bidder = models.ForeignKey(Bidder, models.PROTECT, related_name="awards")
    candidate = models.OneToOneField(Candidate, models.PROTECT, null=True, blank=True, related_name="award")
    price_fen = models.BigIntegerField(_("deal amount"))
    awarded_on = models.DateField(_("awarded on"))
    ground = models.CharField(_("ground"), max_length=10, choices=Choice.Ground.choices, default=Choice.Ground.FIRST)
    awarded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        constraints = (models.CheckConstraint(condition=Q(price_fen__gt=0), name="award_amount_is_positive"),)
        indexes = (models.Index(fields=["-awarded_on", "-id"], name="award_latest"),)

    def __str__(self) -> str:
        return f"{self.lot_id} {self.bidder_id}"


class WithdrawnAward(models.Model):
    """An award that did not last: who had it, and why it was taken back. The lot's next award is a row of its own."""

    class Ground(models.TextChoices):
        REFUSED = "refused", pgettext_lazy("withdrawal ground", "The winner did not sign the contract")
        VOID = "void", pgettext_lazy("withdrawal ground", "The result was void by decision")
        AGAIN = "again", pgettext_lazy("withdrawal ground", "To be evaluated again by decision")

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="withdrawn_awards")
    bidder = models.ForeignKey(Bidder, models.PROTECT, related_name="+")
    candidate = models.ForeignKey(Candidate, models.SET_NULL, null=True, blank=True, related_name="+")
    price_fen = models.BigIntegerField(_("deal amount"))
    awarded_on = models.DateField(_("awarded on"))
    ground = models.CharField(_("ground"), max_length=8, choices=Ground.choices)
    note = models.TextField(_("reason"))
    withdrawn_on = models.DateField(_("withdrawn on"))

    class Meta:
        verbose_name = _("withdrawn award")
        verbose_name_plural = _("withdrawn awards")
        ordering = ("-withdrawn_on", "-pk")

    def __str__(self) -> str:
        return f"{self.lot_id} {self.bidder_id}"


class ResultNotice(models.Model):
    """What one bidder was told of a lot's result: the winner's notice of award, or the result with its reason."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="result_notices")
    bidder = models.ForeignKey(Bidder, models.PROTECT, related_name="+")
    won = models.BooleanField()
    reason = models.TextField(blank=True, default="")
    sent_on = models.DateField()

    objects = ResultNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice of the result")
        verbose_name_plural = _("notices of results")
        indexes = (models.Index(fields=["lot", "bidder"], name="result_notice_of_lot"),)

    def __str__(self) -> str:
        return f"{self.lot_id} {self.bidder_id}"
