"""What the Open311 interface offers, what it asks beside a description, and what was sent through it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hotline.models import Category, Ticket
from hotline.open311.querysets import Open311ServiceQuerySet
from portal.people.models import Client


class Service(models.Model):
    """A category of tickets that the interface offers, and whose tickets it publishes. Others stay inside."""

    category = models.OneToOneField(Category, models.PROTECT, related_name="open311")
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = Open311ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("Open311 service")
        verbose_name_plural = _("Open311 services")

    def __str__(self) -> str:
        return str(self.category)


class Attribute(models.Model):
    """One more thing that a service asks, by the standard's types; `values` is a list of {key, name, name_en}."""

    class Type(models.TextChoices):
        STRING = "string", pgettext_lazy("attribute type", "One line")
        NUMBER = "number", pgettext_lazy("attribute type", "Number")
        DATETIME = "datetime", pgettext_lazy("attribute type", "Moment")
        TEXT = "text", pgettext_lazy("attribute type", "Text")
        SINGLE = "singlevaluelist", pgettext_lazy("attribute type", "One of a list")
        MULTI = "multivaluelist", pgettext_lazy("attribute type", "Several of a list")

    service = models.ForeignKey(Service, models.CASCADE, related_name="attributes")
    code = models.SlugField(max_length=32)
    datatype = models.CharField(max_length=16, choices=Type.choices)
    required = models.BooleanField(default=False)
    description = models.CharField(max_length=120)
    description_en = models.CharField(max_length=200, blank=True, default="")
    values = models.JSONField(default=list, blank=True)
    order = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["service", "code"], name="one_attribute_a_code")]

    def __str__(self) -> str:
        return self.display_description

    @property
    def display_description(self) -> str:
        return self.description_en if self.description_en and in_english() else self.description

    @property
    def display_values(self) -> list[dict[str, str]]:
        """The choices as the standard writes them, in the reader's language."""
        english = in_english()
        return [
            {"key": one["key"], "name": (one.get("name_en") if english else "") or one["name"]} for one in self.values
        ]


class Submission(models.Model):
    """A ticket that came through the interface: by which system, under which key, with which attributes."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="open311")
    client = models.ForeignKey(Client, models.PROTECT, related_name="open311_submissions")
    token = models.CharField(max_length=120, blank=True, default="")
    attributes = models.JSONField(default=dict, blank=True)
    media_url = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("submission by Open311")
        verbose_name_plural = _("submissions by Open311")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "token"], condition=Q(token__gt=""), name="one_submission_a_token"
            )
        ]
        indexes = [models.Index(fields=["token"], name="open311_token", condition=Q(token__gt=""))]

    def __str__(self) -> str:
        return f"{self.ticket_id}"


def in_english() -> bool:
    return (get_language() or "").startswith("en")
