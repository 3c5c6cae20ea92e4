"""The evaluation of one lot in one session: its bids, what the members found, the minutes, the signatures."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procurement.bids.models import OpenedBid
from procurement.evaluation.models.session import Session
from procurement.evaluation.models.sheet import Criterion
from procurement.evaluation.querysets import EvaluatedBidQuerySet, EvaluationQuerySet
from procurement.experts.models import PanelMember
from procurement.tenders.models import Lot


class Evaluation(models.Model):
    """One lot's way from the reviews to the signed report (`lifecycle.py`)."""

    class Failure(models.TextChoices):
        NONE = "", ""
        TOO_FEW = "too_few", pgettext_lazy("failed lot", "Fewer bidders qualify than the law asks for")
        ALL_REJECTED = "all_rejected", pgettext_lazy("failed lot", "All bids were rejected")
        NO_COMPETITION = "no_competition", pgettext_lazy("failed lot", "Competition is clearly lacking")
        NO_BIDS = "no_bids", pgettext_lazy("failed lot", "No bid was opened in good order")
        NO_OFFERS = "no_offers", pgettext_lazy("failed lot", "Fewer final offers than the law asks for")

    class Few(models.TextChoices):
        """Why two suppliers are enough: grounds of the law, by the way of buying (`policies.FEW_GROUNDS`)."""

        NONE = "", ""
        APPROVED = (
            "approved",
            pgettext_lazy(
                "two suppliers", "Two suppliers left of an open tender, negotiation approved by the finance department"
            ),
        )
        RESEARCH = (
            "research",
            pgettext_lazy(
                "two suppliers", "Research project short of competition, or research result to be put to use"
            ),
        )
        SERVICES = "services", pgettext_lazy("two suppliers", "Government buys services for the public")

    session = models.ForeignKey(Session, models.PROTECT, related_name="evaluations")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="evaluations")
    state = models.CharField(max_length=11, default="reviewing")
    state_version = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=14, choices=Failure.choices, blank=True, default="")
    few_ground = models.CharField(max_length=8, choices=Few.choices, blank=True, default="")
    few_note = models.CharField(max_length=500, blank=True, default="")
    low_examined = models.BooleanField(default=False)  # the abnormally low prices of this lot have been asked about
    tie_order = models.JSONField(default=list)  # bids that no rule puts in order, as the committee put them
    tie_reason = models.CharField(max_length=500, blank=True, default="")
    benchmark_fen = models.BigIntegerField(null=True, blank=True)
    report_at = models.DateTimeField(_("report written at"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        constraints = (models.UniqueConstraint(fields=["session", "lot"], name="one_evaluation_a_lot"),)

    def __str__(self) -> str:
        return f"{self.session_id} {self.lot_id}"


class EvaluatedBid(models.Model):
    """A bid in the evaluation: the price that counts, whether it is still in, and in the end its points and place."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="bids")
    bid = models.ForeignKey(OpenedBid, models.PROTECT, related_name="evaluated")
    # The bid's price, or the corrected one that the bidder confirmed; after a negotiation the final offer.
    price_fen = models.BigIntegerField(_("price"))
    small = models.BooleanField(_("small or micro enterprise"), default=False)
    # Out of the evaluation: rejected by the committee, or (`left`) gone from the negotiation before a final offer.
    rejected = models.BooleanField(_("rejected"), default=False)
    left = models.BooleanField(_("left the negotiation"), default=False)
    price_points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    technical = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    total = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    place = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = EvaluatedBidQuerySet.as_manager()

    class Meta:
        verbose_name = _("bid in the evaluation")
        verbose_name_plural = _("bids in the evaluation")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["evaluation", "bid"], name="one_row_a_bid"),
            models.CheckConstraint(condition=Q(price_fen__gt=0), name="evaluated_price_is_positive"),
            models.CheckConstraint(condition=Q(rejected=False) | Q(place__isnull=True), name="rejected_has_no_place"),
            models.CheckConstraint(condition=Q(left=False) | Q(rejected=True), name="who_left_is_out"),
        )

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.bid_id}"


class Verdict(models.Model):
    """Passed or failed: one criterion of the reviews, one bid, one member; without a member it is the buyer's."""

    bid = models.ForeignKey(EvaluatedBid, models.CASCADE, related_name="verdicts")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    member = models.ForeignKey(PanelMember, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    passed = models.BooleanField()
    note = models.CharField(_("what is missing"), max_length=500, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["bid", "criterion", "member"], condition=Q(member__isnull=False), name="one_verdict_a_member"
            ),
            models.UniqueConstraint(
                fields=["bid", "criterion"], condition=Q(member__isnull=True), name="one_verdict_of_the_buyer"
            ),
            models.CheckConstraint(condition=Q(passed=True) | ~Q(note=""), name="failing_says_what_is_missing"),
        )

    def __str__(self) -> str:
        return f"{self.bid_id} {self.criterion_id} {self.passed}"


class Minute(models.Model):
    """What was written down during the evaluation; part of the report."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="minutes")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.text[:40]


class Signature(models.Model):
    """A member's word on the report. Who refuses and gives no reasons agrees (regulation on tendering, art. 53)."""

    class Word(models.TextChoices):
        AGREED = "agreed", pgettext_lazy("signature", "Agreed")
        DISSENTED = "dissented", pgettext_lazy("signature", "Dissenting opinion")
        DEEMED = "deemed", pgettext_lazy("signature", "Refused without reasons: counts as agreed")

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="signatures")
    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="+")
    word = models.CharField(max_length=9, choices=Word.choices)
    dissent = models.TextField(_("dissenting opinion"), blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["evaluation", "member"], name="one_signature_a_member"),
            models.CheckConstraint(condition=~Q(word="dissented") | ~Q(dissent=""), name="dissent_has_its_words"),
        )

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.member_id} {self.word}"
