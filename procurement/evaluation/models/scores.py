"""What each member gave, alone; nobody else reads it before everybody has handed in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement.evaluation.models.evaluation import EvaluatedBid, Evaluation
from procurement.evaluation.models.sheet import Criterion
from procurement.experts.models import PanelMember


class Scorecard(models.Model):
    """One member's card. Handed in it is final; the chair may open it again, which is minuted."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="cards")
    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="cards")
    handed_in_at = models.DateTimeField(_("handed in at"), null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["evaluation", "member"], name="one_card_a_member"),)

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.member_id}"


class Score(models.Model):
    """Points of one member for one criterion of one bid; in a qualitative review an opinion without points."""

    card = models.ForeignKey(Scorecard, models.CASCADE, related_name="scores")
    bid = models.ForeignKey(EvaluatedBid, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    opinion = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["card", "bid", "criterion"], name="one_score_a_criterion"),
            models.CheckConstraint(condition=Q(points__isnull=True) | Q(points__gte=0), name="points_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.card_id} {self.bid_id} {self.points}"


class Explanation(models.Model):
    """Why a member stays with a total that stands apart from the others'; kept in the report with its figures."""

    card = models.ForeignKey(Scorecard, models.CASCADE, related_name="explanations")
    bid = models.ForeignKey(EvaluatedBid, models.CASCADE, related_name="explanations")
    score = models.DecimalField(max_digits=6, decimal_places=2)
    mean_of_others = models.DecimalField(max_digits=6, decimal_places=2)
    deviation = models.DecimalField(max_digits=8, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=500)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["card", "bid"], name="one_explanation_a_bid"),)

    def __str__(self) -> str:
        return f"{self.card_id} {self.bid_id}"
