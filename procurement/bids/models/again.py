"""Bids taken again after an outage at the deadline: who decided it and why, and the roots that were public until then."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement.bids.models.book import Book
from procurement.bids.models.opening import Opening
from procurement.bids.models.outage import Outage
from procurement.tenders.models import Notice


class TakingAgain(models.Model):
    """A supervisor's decision that bids are taken again, the outages it rests on, and the notice that made it public."""

    opening = models.ForeignKey(Opening, models.CASCADE, related_name="taken_again")
    reason = models.CharField(_("reason"), max_length=500)
    # Each outage is made good once: the next decision for the tender does not rest on it any more.
    outages = models.ManyToManyField(Outage, related_name="+")
    outage_seconds = models.PositiveIntegerField()
    deadline_before = models.DateTimeField()
    deadline_after = models.DateTimeField()
    notice = models.OneToOneField(Notice, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision to take bids again")
        verbose_name_plural = _("decisions to take bids again")
        ordering = ("decided_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(deadline_after__gt=F("decided_at"), decided_at__gte=F("deadline_before")),
                name="bids_are_taken_again_after_a_deadline",
            ),
        )

    def __str__(self) -> str:
        return f"{self.opening_id} {self.deadline_after}"

    @property
    def outage_minutes(self) -> int:
        """Minutes begun that the outages lasted together."""
        return -(-self.outage_seconds // 60)


class PastRoot(models.Model):
    """The root of a book at a deadline after which bids were taken again. It was public and stays so; never changed."""

    book = models.ForeignKey(Book, models.PROTECT, related_name="past_roots")
    decision = models.ForeignKey(TakingAgain, models.PROTECT, related_name="roots")
    root = models.CharField(_("Merkle root"), max_length=64)
    count = models.PositiveIntegerField(_("receipts until then"))
    closed_at = models.DateTimeField()

    class Meta:
        ordering = ("closed_at", "pk")
        constraints = (models.UniqueConstraint(fields=["book", "decision"], name="one_past_root_a_decision"),)

    def __str__(self) -> str:
        return f"{self.book_id} {self.count}"
