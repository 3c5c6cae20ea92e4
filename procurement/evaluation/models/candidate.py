"""The candidates that a report names: what the room of awards reads."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement.bidders.models import Bidder
from procurement.bids.models import OpenedBid
from procurement.evaluation.models.evaluation import Evaluation
from procurement.evaluation.querysets import StandingCandidates
from procurement.tenders.models import Lot


class Candidate(models.Model):
    """A bidder that the committee's report names; unranked (`rank` NULL) where evaluation and award are separated.

    `objects` and `lot.candidates` give those that stand; after another evaluation the earlier ones are in `every`.
    """

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="candidates")
    bid = models.ForeignKey(OpenedBid, models.PROTECT, related_name="candidates")
    bidder = models.ForeignKey(Bidder, models.PROTECT, related_name="+")
    evaluation = models.ForeignKey(Evaluation, models.PROTECT, null=True, blank=True, related_name="candidates")
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=2, null=True, blank=True)
    # The bid as it stands after confirmed corrections; a discount for small firms is for the evaluation only.
    price_fen = models.BigIntegerField(_("price"))
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = StandingCandidates()
    every: models.Manager["Candidate"] = models.Manager()

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        ordering = ("rank", "pk")
        base_manager_name = "every"
        constraints = (
            models.UniqueConstraint(
                fields=["lot", "rank"],
                condition=Q(rank__isnull=False, ended_at__isnull=True),
                name="one_candidate_a_rank",
            ),
            models.UniqueConstraint(
                fields=["bid"], condition=Q(ended_at__isnull=True), name="one_standing_candidate_a_bid"
            ),
        )

    def __str__(self) -> str:
        return f"{self.lot_id} {self.rank}"
