"""What was read out of the documents of an opened bid, once: traces that bids are compared by, and priced items."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procurement.bids.models import OpenedBid, OpenedFile


class Reading(models.Model):
    """That the documents of one opened bid were read, and the priced items found in them."""

    bid = models.OneToOneField(OpenedBid, models.CASCADE, related_name="reading")
    read_at = models.DateTimeField(_("read at"))
    documents = models.PositiveSmallIntegerField(_("documents"), default=0)
    # Documents of a form that cannot be read (a scan without text, another format): no trace is no proof of anything.
    unread = models.PositiveSmallIntegerField(_("documents that cannot be read"), default=0)
    # Item of the bill of quantities -> [quantity as written, unit price in fen, amount in fen].
    items = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("reading of a bid")
        verbose_name_plural = _("readings of bids")

    def __str__(self) -> str:
        return f"{self.bid_id} {self.documents}"


class Trace(models.Model):
    """One comparable thing out of a document. Equal digests under two bidders are a fact; `shown` holds no number whole."""

    class Kind(models.TextChoices):
        AUTHOR = "author", pgettext_lazy("trace", "Author of the document")
        MACHINE = "machine", pgettext_lazy("trace", "Machine code in the document")
        PERSON = "person", pgettext_lazy("trace", "Resident number in the document")
        OTHER = "other", pgettext_lazy("trace", "Another bidder named in the document")

    bid = models.ForeignKey(OpenedBid, models.CASCADE, related_name="traces")
    file = models.ForeignKey(OpenedFile, models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    digest = models.CharField(max_length=80)
    shown = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("trace in a bid")
        verbose_name_plural = _("traces in bids")
        constraints = (models.UniqueConstraint(fields=["bid", "kind", "digest"], name="one_trace_a_bid"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.shown}"
