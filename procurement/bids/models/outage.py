"""What the portal noticed of its own outages: facts on which a supervisor decides, without any bidder's name."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procurement.tenders.models import Project


class PortalWatch(models.Model):
    """The one row that says when the watch looked last, and when the web answered it last."""

    looked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.looked_at)


class Outage(models.Model):
    """A span in which something of the portal was not there. `until_at` is empty while it goes on."""

    class Detail(models.TextChoices):
        SLOW = "slow", pgettext_lazy("outage", "no answer in time")
        SILENT = "silent", pgettext_lazy("outage", "no connection")
        ERROR = "error", pgettext_lazy("outage", "an error in the place of the page")
        STRANGE = "strange", pgettext_lazy("outage", "another page than the portal's")
        DATABASE = "database", pgettext_lazy("outage", "no database behind the pages")
        PROGRAM = "program", pgettext_lazy("outage", "a fault of the program")

    class Kind(models.TextChoices):
        WATCH = "watch", pgettext_lazy("outage", "The watch itself was out: worker, scheduler, database or machine")
        WEB = "web", pgettext_lazy("outage", "The pages did not answer the watch")
        REQUEST = "request", pgettext_lazy("outage", "A bidder's request failed within the portal")

    kind = models.CharField(max_length=7, choices=Kind.choices)
    from_at = models.DateTimeField(_("from"))
    until_at = models.DateTimeField(_("until"), null=True, blank=True)
    # Of a failed request; whose it was is nobody's business before the opening.
    project = models.ForeignKey(Project, models.CASCADE, null=True, blank=True, related_name="+")
    detail = models.CharField(max_length=8, choices=Detail.choices, blank=True, default="")
    # Two processes may hand the same note in.
    mark = models.CharField(max_length=32, unique=True)

    class Meta:
        verbose_name = _("outage of the portal")
        verbose_name_plural = _("outages of the portal")
        ordering = ("-from_at", "-pk")
        indexes = (models.Index(fields=["-from_at"], name="outage_latest"),)
        constraints = (
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="web", until_at__isnull=True), name="one_web_outage_goes_on"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.from_at}"
