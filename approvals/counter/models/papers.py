"""Originals that stay at the window, and the proof that they were given back (退还材料凭证)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.fields import EncryptedTextField


class PaperReturn(models.Model):
    """One giving back: when, by whom, to whom, and that the identity was checked."""

    class Taker(models.TextChoices):
        APPLICANT = "applicant", pgettext_lazy("who took the papers", "The applicant")
        AGENT = "agent", pgettext_lazy("who took the papers", "The person who handed them in")
        OTHER = "other", pgettext_lazy("who took the papers", "Somebody with a power of attorney")

    class Signature(models.TextChoices):
        PAPER = "paper", pgettext_lazy("signature", "On paper")
        TABLET = "tablet", pgettext_lazy("signature", "On the tablet")

    document = models.OneToOneField("core.Document", models.PROTECT, related_name="+")  # the numbered proof
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="paper_returns")
    returned_at = models.DateTimeField()
    returned_on = models.DateField()
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    window = models.ForeignKey("hall.Window", models.PROTECT, null=True, blank=True, related_name="+")
    taker = models.CharField(max_length=10, choices=Taker.choices)
    taker_name = EncryptedTextField(_("name"))
    identity_checked = models.BooleanField(default=False)
    signature = models.CharField(max_length=8, choices=Signature.choices)
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("return of papers")
        verbose_name_plural = _("returns of papers")
        constraints = [
            models.CheckConstraint(condition=models.Q(identity_checked=True), name="papers_go_to_a_known_person"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.returned_on}"


class LeftPaper(models.Model):
    """A paper of an applicant that lies at the centre, from the day it was taken to the day it goes back."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="left_papers")
    material = models.ForeignKey("catalogue.Material", models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    is_original = models.BooleanField(default=True)
    copies = models.PositiveSmallIntegerField(default=1)
    place = models.CharField(_("kept where"), max_length=80, blank=True, default="")
    window = models.ForeignKey("hall.Window", models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    handed_back = models.ForeignKey(PaperReturn, models.PROTECT, null=True, blank=True, related_name="papers")

    class Meta:
        verbose_name = _("paper left at the window")
        verbose_name_plural = _("papers left at the window")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["case", "id"], name="paper_here", condition=models.Q(handed_back__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name
